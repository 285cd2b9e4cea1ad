"""HEVC whose second layer is transparency, put together here as x265 and VideoToolbox write it."""

import logging
import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine.sources.recording.video import VideoSource
from engine.sources.transparency import BACKGROUND
from tests.sources.media import GRAY, GREEN, RED

WIDTH, HEIGHT, FRAMES = 128, 96, 12
TOLERANCE = 8
"""What the codec changes, in steps of 255."""
VPS, SEI = 32, 39
PREMULTIPLIED = bytes([SEI << 1, 1, 165, 4, 0b0001_0000, 0, 0b0111_1111, 0b1001_0000, 0x80])
"""Supplemental information: colors are multiplied by alpha; 0 is transparent and 255 is opaque."""


def encoded(levels: Sequence[np.ndarray], pixel_format: str) -> list[list[bytes]]:
    """The NAL units of each packet, in the order in which they are decoded; RGB (H, W, 3) or gray (H, W) pictures."""
    codec = av.CodecContext.create("libx265", "w")
    codec.width, codec.height, codec.pix_fmt, codec.time_base = WIDTH, HEIGHT, pixel_format, Fraction(1, 25)
    codec.options = {"x265-params": "log-level=none:bframes=2:b-adapt=0:keyint=6:repeat-headers=1:pools=none:crf=12"}
    packets = []
    for index, level in enumerate(levels):
        if level.ndim == 3:
            frame = av.VideoFrame.from_ndarray(level, "rgb24")
        elif pixel_format == "yuv420p":  # the levels as they are, whatever range gray is taken to have
            chroma = np.full((HEIGHT // 2, WIDTH), 128, np.uint8)
            frame = av.VideoFrame.from_ndarray(np.vstack([level, chroma]), pixel_format)
        else:
            values = level if pixel_format == "gray" else level.astype(np.uint32) * 1023 // 255
            frame = av.VideoFrame.from_ndarray(
                values.astype(np.uint16 if "10" in pixel_format else np.uint8), pixel_format
            )
        frame.pts = index
        packets += codec.encode(frame)
    packets += codec.encode(None)
    return [re.split(b"\0\0\0?\1", bytes(packet))[1:] for packet in packets]


def golomb(value: int) -> str:
    bits = f"{value + 1:b}"
    return "0" * (len(bits) - 1) + bits


def layered_vps(base: bytes, *, auxiliary: int = 1, is_understood: bool = True) -> bytes:
    """A VPS of two layers, of which the second is alpha (1) or depth (2), from that of the first (H.265, F.7.3.2.1).

    is_understood: as x265 writes it; else with the fault of VideoToolbox, where FFmpeg 8.1 refuses it.
    """
    payload = "".join(f"{byte:08b}" for byte in base[2:].replace(b"\0\0\3", b"\0\0"))
    profile = payload[32 : 32 + 96]
    bits = "0000" + "11" + f"{1:06b}" + "000" + "1" + "1" * 16 + profile
    bits += "1" + golomb(4) + golomb(2) + golomb(0) + f"{1:06b}" + golomb(1) + "11" + "0" + "1"
    bits += "1" * (-len(bits) % 8)
    bits += profile[-8:] + "0" + f"{1 << 12:016b}" + f"{1:03b}" + "0" + f"{auxiliary:02b}" + "0000"
    bits += "0" + golomb(0) + "000" + golomb(1) + golomb(0) + "00" + "01" + ("1" if is_understood else "0")
    bits += f"{WIDTH:016b}{HEIGHT:016b}" + "1" + "01" + "0000" * 2 + "0" + "101" + "0"
    bits += golomb(4) * 2 + golomb(2) + golomb(0) + golomb(0) + "0" + golomb(0) + "00" + "1"
    bits += "0" * (-len(bits) % 8)
    data = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return base[:2] + re.sub(b"\0\0(?=[\0-\3])", b"\0\0\3", data)


def write(
    path: Path,
    colors: Sequence[np.ndarray],
    alpha: Sequence[np.ndarray],
    *,
    formats: tuple[str, str] = ("yuv420p", "yuv420p"),
    auxiliary: int = 1,
    is_understood: bool = True,
    is_premultiplied: bool = False,
    rotation_deg: int = 0,
) -> Path:
    """A file of both layers at 25 frames a second, in the form that its suffix says."""
    base, second = encoded(colors, formats[0]), encoded(alpha, formats[1])
    vps, fault = (layered_vps(base[0][0], auxiliary=auxiliary, is_understood=good) for good in (True, False))
    data = []
    for of_base, of_second in zip(base, second, strict=True):
        *headers, picture_of_base = [vps if kind(unit) == VPS else unit for unit in of_base]
        *headers_of_alpha, picture_of_alpha = [in_second_layer(unit) for unit in of_second]
        headers += [unit for unit in headers_of_alpha if kind(unit) not in {VPS, SEI}]
        headers += [PREMULTIPLIED] if is_premultiplied and headers else []
        packet = [*headers, picture_of_base, picture_of_alpha]
        data.append(joined(packet))
    bare = path.with_suffix(".hevc")
    bare.write_bytes(b"".join(data))
    mux(bare, path, data, order_shown(base), rotation_deg)
    if not is_understood:
        assert len(vps) == len(fault)
        path.write_bytes(path.read_bytes().replace(vps, fault))
    return path


def kind(unit: bytes) -> int:
    return unit[0] >> 1 & 0x3F


def in_second_layer(unit: bytes) -> bytes:
    return unit[:1] + bytes([unit[1] | 1 << 3]) + unit[2:]


def joined(units: Sequence[bytes]) -> bytes:
    return b"".join(b"\0\0\0\1" + unit for unit in units)


def order_shown(packets: list[list[bytes]]) -> list[int]:
    """For each packet, which frame of the video it is."""
    decoder, shown = av.CodecContext.create("hevc", "r"), []
    for index, units in enumerate(packets):
        packet = av.Packet(joined(units))
        packet.pts = index
        shown += [frame.pts for frame in decoder.decode(packet)]
    shown += [frame.pts for frame in decoder.decode(None)]
    return [shown.index(index) for index in range(len(packets))]


def mux(bare: Path, path: Path, data: list[bytes], order: list[int], rotation_deg: int) -> None:
    with av.open(str(bare), format="hevc") as source, av.open(str(path), "w") as container:
        stream = container.add_stream_from_template(source.streams.video[0])
        if path.suffix in {".mp4", ".mov"}:
            stream.codec_context.codec_tag = "hvc1"
        if rotation_deg:
            stream.set_display_rotation(rotation_deg)
        for index, (content, position) in enumerate(zip(data, order, strict=True)):
            packet = av.Packet(content)
            packet.time_base, packet.dts, packet.pts = Fraction(1, 25), index, position + 3
            packet.is_keyframe, packet.stream = kind(content[4:]) == VPS, stream
            container.mux(packet)


def alpha_level(index: int) -> np.ndarray:
    """Opaque but for a column that moves, and half transparent at the right."""
    level = np.full((HEIGHT, WIDTH), 255, np.uint8)
    level[:, 8 * index : 8 * index + 24], level[:, 112:] = 0, 144
    return level


def picture(index: int) -> np.ndarray:
    """Red, with a green bar at the bottom that grows."""
    rgb = np.full((HEIGHT, WIDTH, 3), RED, np.uint8)
    rgb[80:, : 8 * index + 16] = GREEN
    return rgb


def over_background(rgb: np.ndarray, level: np.ndarray) -> np.ndarray:
    weight = level[..., None] / 255
    return rgb * weight + np.array(BACKGROUND) * (1 - weight)


def assert_shown(image: np.ndarray, is_opaque: np.ndarray, index: int) -> None:
    level = alpha_level(index)
    expected = over_background(picture(index), level)
    assert np.abs(image - expected).mean() < 3
    np.testing.assert_allclose(image[20:70, 8 * index + 3 : 8 * index + 21].mean((0, 1)), BACKGROUND, atol=TOLERANCE)
    assert (is_opaque == (level > 128)).mean() > 0.98


@pytest.mark.parametrize(
    ("name", "formats", "is_understood"),
    [
        ("a.mp4", ("yuv420p", "yuv420p"), True),
        ("a.mov", ("yuv420p", "gray"), False),
        ("a.mkv", ("yuv420p", "yuv420p"), True),
        ("a.ts", ("yuv420p", "gray"), True),
        ("b.mp4", ("yuv420p10le", "gray10le"), True),
    ],
)
def test_the_second_layer_is_transparency(
    tmp_path: Path, name: str, formats: tuple[str, str], is_understood: bool
) -> None:
    indices = range(FRAMES)
    path = write(
        tmp_path / name,
        [picture(index) for index in indices],
        [alpha_level(index) for index in indices],
        formats=formats,
        is_understood=is_understood,
    )
    source = VideoSource(path)
    frames = [source.read(WIDTH) for _ in range(FRAMES + 3)]  # also after its end
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(FRAMES + 3) / 25, atol=2e-3)
    for index, frame in enumerate(frames):
        assert_shown(frame.image, frame.is_opaque, index % FRAMES)
    np.testing.assert_array_equal(frames[4].original(), frames[4].image)
    source.seek(8 / 25)
    frame = source.read(WIDTH)
    assert_shown(frame.image, frame.is_opaque, 8)
    source.step_back()
    frame = source.read(WIDTH)
    assert_shown(frame.image, frame.is_opaque, 7)
    source.close()


def test_colors_that_are_multiplied_already_are_not_darkened(tmp_path: Path) -> None:
    level = np.full((HEIGHT, WIDTH), 255, np.uint8)
    level[:, :64] = 128
    rgb = np.full((HEIGHT, WIDTH, 3), GRAY, np.uint8)
    multiplied = (rgb * (level[..., None] / 255)).astype(np.uint8)
    path = write(tmp_path / "a.mp4", [multiplied] * 3, [level] * 3, is_premultiplied=True)
    expected = over_background(rgb, level)
    source = VideoSource(path)
    frame = source.read(WIDTH)
    for image in (frame.image, frame.original()):
        np.testing.assert_allclose(image[:, 4:56], expected[:, 4:56], atol=TOLERANCE)
        np.testing.assert_allclose(image[:, 72:], expected[:, 72:], atol=TOLERANCE)


def test_transparency_is_turned_along(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", [picture(0)] * 3, [alpha_level(2)] * 3, rotation_deg=90)
    frame = VideoSource(path).read(WIDTH)
    np.testing.assert_array_equal(frame.image.shape, (WIDTH, HEIGHT, 3))
    assert (frame.is_opaque == np.rot90(alpha_level(2) > 128)).mean() > 0.98


def test_a_second_layer_of_depth_is_no_transparency(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", [picture(1)] * 3, [alpha_level(0)] * 3, auxiliary=2)
    frame = VideoSource(path).read(WIDTH)
    assert frame.is_opaque is None
    assert np.abs(frame.image.astype(int) - picture(1)).mean() < 3


def test_without_its_transparency_the_colors_are_shown_and_one_message_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write(tmp_path / "a.mp4", [picture(1)] * 20, [alpha_level(0)] * 20, formats=("yuv420p", "gray10le"))
    source = VideoSource(path)
    with caplog.at_level(logging.WARNING):
        for _ in range(45):
            frame = source.read(WIDTH)
            assert frame.is_opaque is None
            assert np.abs(frame.image.astype(int) - picture(1)).mean() < 3
    assert [record.message for record in caplog.records] == [
        f"{path} has transparency that cannot be decoded; its colors are shown without it"
    ]
