"""Colors of photographs in other spaces than sRGB."""

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.sources.icc import to_srgb
from engine.sources.image import load_image
from tests.sources.heif import HeifWriter, box
from tests.sources.media import BLUE, GRAY, GREEN, RED, corners, quarters

SRGB = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
DISPLAY_P3 = np.array([[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]])
"""XYZ of red, green and blue, one in each column, at the white point D50."""
GAMMA = 2.2


def profile(primaries: np.ndarray, name: str = "a display") -> bytes:
    """An ICC profile (version 2) of a display with these primaries."""

    def xyz(values: np.ndarray) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))

    text = name.encode() + b"\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(GAMMA * 256)) + b"\0\0"
    tags = {b"desc": description, b"cprt": b"text\0\0\0\0none\0", b"wtpt": xyz(np.array([0.9642, 1, 0.8249]))}
    for color, column in zip(b"rgb", primaries.T, strict=True):
        tags |= {bytes([color]) + b"XYZ": xyz(column), bytes([color]) + b"TRC": curve}
    at, table, content = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for tag, data in tags.items():
        padded = data + bytes(-len(data) % 4)
        table += tag + struct.pack(">II", at + len(content), len(data))
        content += padded
    size = at + len(content)
    head = struct.pack(">I4sI", size, b"none", 0x02100000) + b"mntrRGB XYZ " + bytes(12) + b"acsp"
    head += bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head + bytes(128 - len(head)) + table + content


def in_srgb(rgb: np.ndarray, primaries: np.ndarray) -> np.ndarray:
    """The same by its definition (IEC 61966-2-1)."""
    linear = np.clip((rgb / 255) ** GAMMA @ primaries.T @ np.linalg.inv(SRGB).T, 0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff", "avif"])
@pytest.mark.parametrize("is_transparent", [False, True])
def test_colors_of_display_p3_become_srgb(tmp_path: Path, suffix: str, is_transparent: bool) -> None:
    image = quarters(96, 64)
    path = tmp_path / f"p.{suffix}"
    if is_transparent:
        if suffix == "jpg":
            return
        alpha = np.full((64, 96), 255, np.uint8)
        alpha[30:34, 46:50] = 0
        image = np.dstack([image, alpha])
    Image.fromarray(image).save(path, icc_profile=profile(DISPLAY_P3), **({} if suffix == "tiff" else {"quality": 98}))
    expected = in_srgb(np.array([RED, GREEN, BLUE, GRAY]), DISPLAY_P3)
    assert np.abs(expected - (RED, GREEN, BLUE, GRAY)).max() > 20  # else the test says nothing
    np.testing.assert_allclose(corners(load_image(path)), expected, atol=6)


def test_photographs_of_phones_are_in_display_p3(tmp_path: Path) -> None:
    writer = HeifWriter()
    color = box("colr", b"prof" + profile(DISPLAY_P3))
    path = writer.write(tmp_path / "p.heic", writer.picture(quarters(128, 96), properties=[color]))
    expected = in_srgb(np.array([RED, GREEN, BLUE, GRAY]), DISPLAY_P3)
    np.testing.assert_allclose(corners(load_image(path)), expected, atol=6)


@pytest.mark.parametrize("data", [None, b"", b"damaged", bytes(16) + b"RGB " + bytes(200), bytes(16) + b"CMYK"])
def test_without_a_valid_profile_colors_stay(data: bytes | None) -> None:
    image = quarters(8, 8)
    np.testing.assert_array_equal(to_srgb(image, data), image)


def test_srgb_stays_as_it_is() -> None:
    image = quarters(8, 8)
    assert to_srgb(image, profile(SRGB, "sRGB IEC61966-2.1")) is image
