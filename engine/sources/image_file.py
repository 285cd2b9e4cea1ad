"""Decoding of image files, and what is refused before it is decoded."""

import io
import os
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.frames import Image
from engine.sources.avif import decode_deep
from engine.sources.base import JPEG_XL, MAX_PIXELS, check_is_file
from engine.sources.heif import decode_heic, is_avif, is_heic
from engine.sources.image_size import stated_size
from engine.sources.jpeg import JPEG, decode_jpeg
from engine.sources.nclx import stated_colors
from engine.sources.png import without_faults

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_ORIENTATION = 0x0112
_ANIMATION_SEARCHED = 1 << 16
_WEBP_ANIMATION = 0x02
_PROFILE_MARKS = (b"ICC_PROFILE", b"iCCP", b"ICCP", b"prof", b"rICC")
"""What stands before an ICC profile in JPEG, PNG, WebP and AVIF."""
_PROFILE_SEARCHED = 1 << 20
_PILLOW = Lock()
_STRIP_ROWS = 256
"""Rows of an image that are converted at once."""
MAX_BYTES = 1 << 31
"""Larger image files are not read."""

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # it warns of each tag that it does not know


def decode_image(path: Path) -> tuple[NDArray[np.uint8], bytes | None]:
    """Return an image file as 8-bit RGB or RGBA (H, W, C), turned upright by its EXIF data, and its ICC profile.

    Of floating-point images, 1 is white; what is brighter is white, too. Raises SourceError.
    """
    data = read_bytes(path)
    if is_heic(data):
        check_size(path, data)
        return decode_heic(path, data)
    profile = _profile_in(data)
    if is_avif(data):
        return _decode_avif(path, data, profile)
    check_size(path, data)
    photograph = decode_jpeg(data) if data.startswith(JPEG) else None
    if photograph is not None:
        return turned(*photograph), profile
    data = _checked(path, data)
    if _may_be_transparent(data):
        pixels = _decode_transparent(path, data)
        if pixels is not None:
            return pixels, profile
    return np.asarray(cv2.cvtColor(_decode_color(path, data), cv2.COLOR_BGR2RGB), np.uint8), profile


def _profile_in(data: bytes) -> bytes | None:
    """Return the ICC profile of an image; None without one."""
    if not any(mark in data[:_PROFILE_SEARCHED] for mark in _PROFILE_MARKS) and data[:2] not in {b"II", b"MM"}:
        return None
    try:
        with open_with_pillow(data) as file:
            profile: bytes | None = file.info.get("icc_profile")
            return profile
    except (OSError, ValueError, SyntaxError):
        return None


def _decode_color(path: Path, data: bytes) -> Image:
    """Return an image as 8-bit BGR (H, W, 3). Raises SourceError."""
    if data.startswith(JPEG_XL):
        raise SourceError(f"{path} is JPEG XL, for which there is no decoder here; save it as PNG or JPEG")
    bgr = _decoded(path, data, cv2.IMREAD_COLOR)
    if bgr is None:  # such as TIFF with 32 bits, which OpenCV gives as it is only
        bgr = _to_eight_bits(_decoded(path, data, cv2.IMREAD_UNCHANGED))
    if bgr is None:
        raise SourceError(f"{path} is damaged or not an image; save it again as PNG or JPEG")
    return bgr


def _may_be_transparent(data: bytes) -> bool:
    return data.startswith((b"\x89PNG", b"GIF8", b"II", b"MM")) or data[8:12] == b"WEBP"


def _decode_transparent(path: Path, data: bytes) -> NDArray[np.uint8] | None:
    """Return an image that is transparent as RGBA (H, W, 4), upright; None if it is not."""
    try:
        with open_with_pillow(data) as file:
            if not file.has_transparency_data:
                return None
            orientation = file.getexif().get(_ORIENTATION, 1)
            file.load()
            if file.getexif().get(_ORIENTATION, 1) != orientation:  # it was turned while it was decoded
                orientation = 1
            return turned(_in_rgba(file), orientation)
    except (OSError, ValueError, SyntaxError):
        return None


def _in_rgba(file: "ImageFile") -> NDArray[np.uint8]:
    """Return a decoded image as RGBA (H, W, 4), in strips, since Pillow makes several copies on the way."""
    pixels = np.empty((file.height, file.width, 4), np.uint8)
    for top in range(0, file.height, _STRIP_ROWS):
        strip = file.crop((0, top, file.width, min(top + _STRIP_ROWS, file.height)))
        pixels[top : top + _STRIP_ROWS] = np.asarray(strip.convert("RGBA"), np.uint8)
    return pixels


def _decode_avif(path: Path, data: bytes, profile: bytes | None) -> tuple[NDArray[np.uint8], bytes | None]:
    """Return an AVIF photograph, which OpenCV does not turn, as RGB or RGBA (H, W, C), upright, and its profile."""
    check_size(path, data)
    colors = stated_colors(data)
    try:
        with open_with_pillow(data) as file:
            orientation, is_transparent = file.getexif().get(_ORIENTATION, 1), file.has_transparency_data
            pixels = decode_deep(data, file.size, colors, has_profile=profile is not None)
            is_deep = pixels is not None
            if pixels is None or is_transparent:
                eight_bits = np.asarray(file.convert("RGBA" if is_transparent else "RGB"), np.uint8)
                pixels = eight_bits if pixels is None else np.dstack([pixels, eight_bits[..., 3:]])
    except (OSError, ValueError, SyntaxError) as error:
        raise SourceError(f"{path} is damaged, or its photograph cannot be decoded ({error})") from error
    if profile is not None and not colors.is_hdr:
        return turned(pixels, orientation), profile
    return turned(pixels if is_deep else colors.to_srgb(pixels), orientation), None


def decode_raw(path: Path) -> NDArray[Any]:
    """Return the pixels of an image file as they are stored: gray, in OpenCV's order or, of JPEG, RGB.

    Raises SourceError.
    """
    data = read_bytes(path)
    check_size(path, data)
    photograph = decode_jpeg(data) if data.startswith(JPEG) else None
    if photograph is not None:
        return photograph[0]
    pixels = _decoded(path, _checked(path, data), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise SourceError(f"{path} is damaged or not an image; save it again")
    return pixels


def read_bytes(path: Path, limit: int = -1) -> bytes:
    """Read a file, or its first `limit` bytes. Raises SourceError if it cannot be read, is empty or too large."""
    check_is_file(path)
    try:
        with path.open("rb") as file:
            if limit < 0 and os.fstat(file.fileno()).st_size > MAX_BYTES:
                raise SourceError(f"{path} has more than {MAX_BYTES >> 30} GiB; save a smaller version")
            data = file.read(limit)
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); check the path and its permissions") from error
    if not data:
        raise SourceError(f"{path} is empty; choose another file")
    return data


def orientation_of(path: Path) -> int:
    """Return the EXIF orientation of an image file, 1 to 8; 1 is upright, and what is assumed."""
    try:
        with open_with_pillow(read_bytes(path)) as file:
            orientation = file.getexif().get(_ORIENTATION, 1)
    except (OSError, ValueError, SyntaxError):
        return 1
    return orientation if orientation in range(1, 9) else 1


def is_animated(path: Path) -> bool:
    """Return whether an image file has several frames: WebP, PNG or GIF. Raises SourceError."""
    head = read_bytes(path, _ANIMATION_SEARCHED)
    if head.startswith(b"\x89PNG"):
        return 0 <= head.find(b"acTL") < head.find(b"IDAT")
    if head[8:16] == b"WEBPVP8X":
        return bool(head[20] & _WEBP_ANIMATION)
    if not head.startswith(b"GIF8"):
        return False
    try:
        with open_with_pillow(read_bytes(path)) as file:
            return bool(getattr(file, "is_animated", False))
    except (OSError, ValueError, SyntaxError):
        return False


def open_with_pillow(data: bytes) -> "ImageFile":
    """Open an image of which OpenCV does not give everything. Nothing is decoded. Raises OSError, SyntaxError."""
    from PIL import Image as Pillow

    with _PILLOW:
        limit, Pillow.MAX_IMAGE_PIXELS = Pillow.MAX_IMAGE_PIXELS, None  # ours is larger: there are larger cameras
        try:
            return Pillow.open(io.BytesIO(data))
        finally:
            Pillow.MAX_IMAGE_PIXELS = limit


def turned(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Return pixels (h, w, …) upright that are stored with an EXIF orientation."""
    if orientation >= 5:
        pixels = pixels.swapaxes(0, 1)
    if orientation in {2, 3, 6, 7}:
        pixels = pixels[:, ::-1]
    if orientation in {3, 4, 7, 8}:
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def is_too_large(data: bytes) -> bool:
    """Return whether an image states more pixels than are decoded."""
    size = stated_size(data)
    return size is not None and size[0] * size[1] > MAX_PIXELS


def check_size(path: Path, data: bytes) -> None:
    """Raise SourceError if an image states more pixels than are decoded."""
    if is_too_large(data):
        raise SourceError(f"{path} has more than {MAX_PIXELS:,} pixels; save a smaller version")


def _checked(path: Path, data: bytes) -> bytes:
    """Return an image without what libraries that decode it would complain about. Raises SourceError."""
    clean = without_faults(data) if data.startswith(b"\x89PNG") else data
    if clean is None:
        raise SourceError(f"{path} is damaged or not an image; save it again")
    return clean


def _decoded(path: Path, data: bytes, flags: int) -> NDArray[Any] | None:
    try:  # cv2.imread cannot open every path on Windows
        pixels: NDArray[Any] | None = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        raise SourceError(f"{path} cannot be decoded ({error.err}); save it again as PNG or JPEG") from error
    return pixels


def _to_eight_bits(pixels: NDArray[Any] | None) -> Image | None:
    """Return gray, BGR or BGRA pixels of any type as 8-bit BGR."""
    if pixels is None:
        return None
    white = 1.0 if pixels.dtype.kind == "f" else np.iinfo(pixels.dtype).max
    eight = np.nan_to_num(np.clip(pixels / white, 0, 1) * 255 + 0.5).astype(np.uint8)
    if eight.ndim == 2:
        return np.asarray(cv2.cvtColor(eight, cv2.COLOR_GRAY2BGR), np.uint8)
    return np.ascontiguousarray(eight[..., :3])
