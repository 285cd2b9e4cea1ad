"""HDR video against the SDR original that it was made of, with graphics white at 203 nits (BT.2408)."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import ColorTrc

from engine.sources.recording.clip import Clip
from engine.sources.recording.tone_map import peak_nits, to_srgb
from engine.sources.recording.video import VideoSource
from engine.sources.transparency import BACKGROUND

BT709_TO_BT2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])
"""ITU-R BT.2087."""
PQ, HLG = int(ColorTrc.SMPTE2084), int(ColorTrc.ARIB_STD_B67)
LARGEST_MEAN_ERROR = {PQ: 15, HLG: 8}


def chart() -> np.ndarray:
    """sRGB (64, 96, 3): grays, and colors of all hues and saturations."""
    y, x = np.meshgrid(np.linspace(0, 1, 64), np.linspace(0, 1, 96), indexing="ij")
    hue = np.stack([0.5 + 0.5 * np.cos(2 * np.pi * (x - shift)) for shift in (0, 1 / 3, 2 / 3)], -1)
    colors = hue * y[..., None] + (1 - y[..., None]) * x[..., None]
    colors[:16] = np.floor(x[:16, :, None] * 8) / 7.001
    return np.clip(colors, 0, 1)


def encoded(srgb: np.ndarray, transfer: int) -> np.ndarray:
    """BT.2100 by its definition, of sRGB whose white is 203 nits."""
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    nits = np.clip(linear @ BT709_TO_BT2020.T, 0, None) * 203
    if transfer == PQ:
        power = (nits / 10_000) ** (2610 / 16384)
        return ((3424 / 4096 + 2413 / 128 * power) / (1 + 2392 / 128 * power)) ** (2523 / 32)
    display = nits / 1000
    luminance = np.maximum(display @ [0.2627, 0.6780, 0.0593], 1e-9)
    scene = display * luminance[..., None] ** (1 / 1.2 - 1)
    high = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), high)


def write_hdr(path: Path, srgb: np.ndarray, transfer: int, alpha: np.ndarray | None = None) -> Path:
    """Ten bits without loss, limited range; `alpha` (H, W) in 8 bits."""
    pixel_format = "yuv444p10le" if alpha is None else "yuva444p10le"
    red, green, blue = np.moveaxis(encoded(srgb, transfer), -1, 0)
    luma = 0.2627 * red + 0.6780 * green + 0.0593 * blue
    planes = (876 * luma + 64, 896 * (blue - luma) / 1.8814 + 512, 896 * (red - luma) / 1.4746 + 512)
    if alpha is not None:
        planes = (*planes, alpha / 255 * 1023)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.height, stream.width = srgb.shape[:2]
        stream.pix_fmt = pixel_format
        context = stream.codec_context
        context.color_trc, context.color_primaries, context.colorspace, context.color_range = transfer, 9, 9, 1
        frame = av.VideoFrame(stream.width, stream.height, pixel_format)
        for plane, values in zip(frame.planes, planes, strict=True):
            rows = np.zeros((plane.height, plane.line_size // 2), np.uint16)
            rows[:, : plane.width] = np.round(values)
            plane.update(rows.tobytes())
        for index in range(2):
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_hdr_looks_like_its_original(tmp_path: Path, transfer: int) -> None:
    srgb = chart()
    path = write_hdr(tmp_path / "hdr.mkv", srgb, transfer)
    source = VideoSource(path)
    for _ in range(2):
        image = source.read(96).image
        error = np.abs(image - 255 * srgb)
        assert error.mean() < LARGEST_MEAN_ERROR[transfer] / 2  # twice as good as it has to be
        assert error.max() < 45
    np.testing.assert_array_equal(source.read(96).original(), image)
    (frame, *_) = Clip(path, max_res=96).frames()  # what `video` converts
    np.testing.assert_array_equal(frame.image, image)
    assert source.read(48).image.shape == (32, 48, 3)


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_highlights_are_rolled_off_and_never_clipped(transfer: int) -> None:
    gray = np.linspace(0, 0.7518 if transfer == PQ else 1, 200)[:, None].repeat(3, 1)  # to 1000 nits
    mapped = to_srgb(gray, transfer, 1000.0)
    assert (np.diff(mapped, axis=0) > 0).all()
    np.testing.assert_allclose(np.ptp(mapped, axis=1), 0, atol=1e-4)
    assert mapped[0, 0] < 0.01
    assert 0.99 < mapped[-1, 0] <= 1


def test_a_video_that_is_no_brighter_than_white_keeps_it() -> None:
    white = encoded(np.ones((1, 3)), PQ)
    np.testing.assert_allclose(to_srgb(white, PQ, 203.0), 1, atol=0.01)


def test_the_brightest_is_assumed_unless_it_is_stated() -> None:
    frame = av.VideoFrame(16, 16, "yuv420p10le")
    assert peak_nits(frame) == 1000


def test_grays_have_no_bands(tmp_path: Path) -> None:
    """Ten bits, and the finer steps that they become, are dithered to eight."""
    ramp = np.tile(np.linspace(0.40, 0.45, 384), (64, 1))[..., None].repeat(3, -1)
    image = VideoSource(write_hdr(tmp_path / "ramp.mkv", ramp, PQ)).read(384).image.astype(float)
    columns = image[..., 1].mean(0)
    levels = np.convolve(columns, np.ones(8) / 8, "valid")[::8]  # over the pattern's own size
    assert (levels % 1 > 0.05).mean() > 0.6  # between two levels of eight bits: without dither none is
    assert np.ptp(image[..., 1], axis=0).max() == 1


@pytest.mark.parametrize("pixel_format", ["yuv444p", "yuva444p"])
@pytest.mark.parametrize(("primaries", "expected"), [(9, (247, 0, 53)), (12, (217, 42, 52)), (1, (200, 60, 60))])
def test_sdr_of_a_wide_gamut_becomes_srgb(
    tmp_path: Path, primaries: int, expected: tuple[int, int, int], pixel_format: str
) -> None:
    with av.open(str(tmp_path / "wide.mkv"), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, pixel_format
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = primaries, 1, 5, 1
        pixels = np.full((64, 64, 4), (200, 60, 60, 255), np.uint8)
        pixels[:, 40:, 3] = 0
        rgba = av.VideoFrame.from_ndarray(pixels, "rgba")
        container.mux(stream.encode(rgba.reformat(format=pixel_format, dst_colorspace="ITU601")))
        container.mux(stream.encode())
    frame = VideoSource(tmp_path / "wide.mkv").read(64)
    np.testing.assert_allclose(frame.image[32, 16], expected, atol=3)
    is_transparent = pixel_format.startswith("yuva")
    np.testing.assert_allclose(frame.image[32, 56], BACKGROUND if is_transparent else expected, atol=3)
    assert (frame.is_opaque is not None) == is_transparent


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_hdr_may_be_transparent(tmp_path: Path, transfer: int) -> None:
    srgb, level = chart(), np.full((64, 96), 255, np.uint8)
    level[:, 60:] = 0
    frame = VideoSource(write_hdr(tmp_path / "hdr.mkv", srgb, transfer, level)).read(96)
    assert np.abs(frame.image - 255 * srgb)[:, :60].mean() < LARGEST_MEAN_ERROR[transfer]
    np.testing.assert_array_equal(frame.is_opaque, level > 0)
    np.testing.assert_array_equal(frame.image[:, 60:], np.broadcast_to(BACKGROUND, (64, 36, 3)))
