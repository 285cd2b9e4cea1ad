"""JPEG images through Pillow: libjpeg, in OpenCV, prints to the terminal what it finds wrong with a file."""

import io
import struct
from typing import TYPE_CHECKING

import numpy as np

from engine.frames import Image

if TYPE_CHECKING:
    from PIL.JpegImagePlugin import JpegImageFile

JPEG = b"\xff\xd8"
"""How JPEG files begin."""
_ORIENTATION = 0x0112


def decode_jpeg(data: bytes) -> tuple[Image, int] | None:
    """Return a JPEG image as it is stored, RGB (H, W, 3), and its EXIF orientation; None if it cannot be decoded.

    Of several images in one file it is the first.
    """
    from PIL.JpegImagePlugin import JpegImageFile

    try:
        with JpegImageFile(io.BytesIO(data)) as file:
            pixels = np.array(file.convert("RGB"), np.uint8)
            return pixels, _orientation(file)
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error):
        return None


def _orientation(file: "JpegImageFile") -> int:
    try:
        orientation = file.getexif().get(_ORIENTATION, 1)
    except (OSError, ValueError, SyntaxError, struct.error):
        return 1
    return orientation if orientation in range(1, 9) else 1
