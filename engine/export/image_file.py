"""Writing of image files."""

from pathlib import Path

import cv2

from engine.errors import OutputError
from engine.files.atomic import complete_file
from engine.frames import Image


def save_picture(path: Path, image: Image) -> None:
    """Write `image` (H, W, 3) to `path`, in the format of its ending (png, jpg, webp, …). Raises OutputError."""
    if not cv2.haveImageWriter(path.name):
        raise OutputError(f"{path}: {path.suffix!r} is not an image format; use .png or .jpg")
    with complete_file(path) as temporary:
        if not cv2.imwrite(str(temporary), cv2.cvtColor(image, cv2.COLOR_RGB2BGR)):
            raise OutputError(f"{path} cannot be written; check that the disk is not full")


def png_of(image: Image) -> bytes:
    """Encode `image` (H, W, 3) as PNG."""
    encoded, data = cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, 3])
    assert encoded
    return data.tobytes()
