from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from engine.errors import SourceError
from engine.frames import DepthKind, Frame
from engine.settings import SourceSettings
from engine.sources import open_source
from tests.sources.media import quarters, write_picture


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return write_picture(tmp_path / "the picture.png", quarters(160, 120))


def read(picture: Path, depth_map: Path, max_res: int = 640, **settings) -> Frame:
    frame = open_source(SourceSettings(source=str(picture), depth_map=depth_map, **settings)).read(max_res)
    assert frame is not None
    return frame


def write_exr(path: Path, **channels: np.ndarray) -> Path:
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    OpenEXR.File(header, channels).write(str(path))
    return path


def ramp(dtype: type = np.float32) -> np.ndarray:
    return np.linspace(1, 4, 30 * 40).reshape(30, 40).astype(dtype)


def test_png_is_in_millimeters_and_zero_is_not_measured(picture: Path, tmp_path: Path) -> None:
    steps = np.full((30, 40), 2345, np.uint16)
    steps[0, :3] = (0, 1, 65535)
    frame = read(picture, write_picture(tmp_path / "depth.png", steps))
    assert frame.kind is DepthKind.METRIC
    assert frame.depth.dtype == np.float32
    assert frame.depth.shape == (30, 40)
    np.testing.assert_allclose(frame.depth[0, :4], [np.nan, 0.001, 65.535, 2.345], rtol=1e-6)
    assert frame.intrinsics is None


def test_png_scale_and_kind_can_be_given(picture: Path, tmp_path: Path) -> None:
    depth_map = write_picture(tmp_path / "depth.png", np.full((30, 40), 512, np.uint16))
    frame = read(picture, depth_map, depth_map_scale=1 / 256, depth_map_kind="disparity")
    assert frame.kind is DepthKind.DISPARITY
    assert (frame.depth == 2).all()


def test_npz_brings_kind_and_intrinsics(picture: Path, tmp_path: Path) -> None:
    intrinsics = np.array([[35.0, 0, 21], [0, 36, 14], [0, 0, 1]])
    np.savez(tmp_path / "d.npz", depth=ramp(np.float64), kind="relative", intrinsics=intrinsics)
    frame = read(picture, tmp_path / "d.npz", max_res=80)
    assert frame.kind is DepthKind.RELATIVE_DEPTH
    np.testing.assert_array_equal(frame.depth, ramp())
    np.testing.assert_allclose(frame.intrinsics, [[70, 0, 42], [0, 72, 28], [0, 0, 1]])  # the picture is 80x60
    assert read(picture, tmp_path / "d.npz", depth_map_kind="metric").kind is DepthKind.METRIC


@pytest.mark.parametrize("name", ["Z", "Y", "depth.Z", "V"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_exr_channel_z_or_the_only_one(picture: Path, tmp_path: Path, name: str, dtype: type) -> None:
    frame = read(picture, write_exr(tmp_path / "the depth é.exr", **{name: ramp(dtype)}))
    assert frame.kind is DepthKind.METRIC
    np.testing.assert_array_equal(frame.depth, ramp(dtype).astype(np.float32))


def test_exr_with_color_needs_a_channel_z(picture: Path, tmp_path: Path) -> None:
    color = {name: np.zeros((30, 40), np.float16) for name in "RGB"}
    assert (read(picture, write_exr(tmp_path / "rgbz.exr", **color, Z=ramp())).depth == ramp()).all()
    with pytest.raises(SourceError, match="no channel Z"):
        read(picture, write_exr(tmp_path / "rgb.exr", **color))


@pytest.mark.parametrize("kind", ["metric", "disparity"])
def test_what_was_not_measured_is_nan(picture: Path, tmp_path: Path, kind: str) -> None:
    depth = ramp()
    depth[0, :4] = (np.inf, -np.inf, np.nan, -1)
    np.savez(tmp_path / "d.npz", depth=depth, kind=kind)
    is_nan = np.isnan(read(picture, tmp_path / "d.npz").depth)
    assert is_nan[0, :4].tolist() == [True, True, True, kind == "metric"]
    assert is_nan.sum() == is_nan[0, :4].sum()


def test_the_shapes_must_agree(picture: Path, tmp_path: Path) -> None:
    np.savez(tmp_path / "almost.npz", depth=np.ones((30, 41), np.float32))
    np.savez(tmp_path / "wide.npz", depth=np.ones((30, 53), np.float32))
    read(picture, tmp_path / "almost.npz")
    with pytest.raises(SourceError, match=r"wide\.npz \(53x30\).*the picture\.png \(160x120\)"):
        read(picture, tmp_path / "wide.npz")


@pytest.mark.parametrize("suffix", [".png", ".npz", ".exr", ".tif", ""])
@pytest.mark.parametrize("content", [None, b"", b"nothing of the kind" * 9, b"PK\3\4" + bytes(60)])
def test_a_bad_depth_map_is_named(picture: Path, tmp_path: Path, suffix: str, content: bytes | None) -> None:
    path = tmp_path / f"bad ö{suffix}"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError, match="bad ö"):
        read(picture, path)


@pytest.mark.parametrize("name", ["d.npz", "d.exr", "d.png"])
def test_a_truncated_depth_map_is_named(picture: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    noise = np.random.default_rng(1).uniform(1, 2, (30, 40)).astype(np.float32)
    if name == "d.npz":
        np.savez_compressed(path, depth=noise)
    elif name == "d.exr":
        write_exr(path, Z=noise)
    else:
        write_picture(path, (noise * 1000).astype(np.uint16))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    with pytest.raises(SourceError, match=name):
        read(picture, path)


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"disp": np.ones((30, 40))}, "it has: disp"),
        ({"depth": np.ones(3)}, r"shape \(3,\)"),
        ({"depth": np.array(["x"] * 4).reshape(2, 2)}, "must be numbers"),
        ({"depth": np.ones((30, 40)), "kind": "feet"}, "disparity, metric, relative"),
        ({"depth": np.ones((30, 40)), "intrinsics": np.ones(4)}, r"\(3, 3\)"),
        ({"depth": np.zeros((30, 40))}, "no measured depth"),
    ],
)
def test_wrong_contents_are_explained(picture: Path, tmp_path: Path, arrays: dict, says: str) -> None:
    np.savez(tmp_path / "d.npz", **arrays)
    with pytest.raises(SourceError, match=says):
        read(picture, tmp_path / "d.npz")


@pytest.mark.parametrize("pixels", [np.ones((30, 40), np.uint8), np.ones((30, 40, 3), np.uint16)])
def test_only_16_bit_gray_png_is_a_depth_map(picture: Path, tmp_path: Path, pixels: np.ndarray) -> None:
    with pytest.raises(SourceError, match="save depth as 16 bits, one channel"):
        read(picture, write_picture(tmp_path / "d.png", pixels))
