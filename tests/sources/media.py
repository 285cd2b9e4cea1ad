"""Files for the tests of sources, written on the spot."""

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

RED, GREEN, BLUE, GRAY = (200, 30, 40), (40, 180, 60), (30, 60, 200), (128, 128, 128)


def quarters(width: int, height: int) -> np.ndarray:
    """RGB picture (height, width, 3): red, green in the upper half, blue, gray in the lower."""
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 2, : width // 2], image[: height // 2, width // 2 :] = RED, GREEN
    image[height // 2 :, : width // 2], image[height // 2 :, width // 2 :] = BLUE, GRAY
    return image


def corners(image: np.ndarray) -> np.ndarray:
    """The colors (4, 3) in the middle of the quarters: upper left, upper right, lower left, lower right."""
    height, width = image.shape[:2]
    return np.array([image[y, x] for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4)])


def write_clip(
    path: Path,
    images: Sequence[np.ndarray],
    *,
    times_ms: Sequence[int] | None = None,
    rotation_deg: int = 0,
    pixel_aspect: Fraction | None = None,
    title: str | None = None,
    codec: str = "mpeg4",
    gop: int | None = None,
) -> Path:
    """An MPEG-4 video, 25 frames a second unless there are `times_ms`."""
    with av.open(str(path), "w") as container:
        if title:
            container.metadata["title"] = title
        stream = container.add_stream(codec, rate=25)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = 20_000_000
        stream.codec_context.time_base = Fraction(1, 1000)
        if gop:
            stream.codec_context.gop_size = gop
        if pixel_aspect:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        if rotation_deg:
            stream.set_display_rotation(rotation_deg)
        for index, image in enumerate(images):
            frame = av.VideoFrame.from_ndarray(image, "rgb24")
            frame.pts = times_ms[index] if times_ms else 40 * index
            frame.time_base = Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def with_orientation(data: bytes, orientation: int) -> bytes:
    """A JPEG with an EXIF orientation, 1 to 8."""
    exif = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:]


ORIENTED = {
    1: (RED, GREEN, BLUE, GRAY),
    2: (GREEN, RED, GRAY, BLUE),
    3: (GRAY, BLUE, GREEN, RED),
    4: (BLUE, GRAY, RED, GREEN),
    5: (RED, BLUE, GREEN, GRAY),
    6: (BLUE, RED, GRAY, GREEN),
    7: (GRAY, GREEN, BLUE, RED),
    8: (GREEN, GRAY, RED, BLUE),
}
"""The corners of `quarters` as they are to be shown, by EXIF orientation."""


def write_picture(path: Path, rgb: np.ndarray) -> Path:
    """By suffix; gray (H, W), RGB (H, W, 3) or RGBA (H, W, 4), 8 or 16 bits."""
    bgr = rgb if rgb.ndim == 2 else rgb[..., [2, 1, 0, 3][: rgb.shape[2]]]
    ok, data = cv2.imencode(path.suffix, bgr)
    assert ok
    path.write_bytes(data.tobytes())
    return path
