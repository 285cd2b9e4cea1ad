from pathlib import Path

import numpy as np
import OpenEXR
import pytest
from PIL import Image
from pydantic import ValidationError

from engine.errors import InputError, SourceError
from engine.frames import DepthKind, Frame
from engine.geometry.own_depth import own_depth
from engine.settings import DepthSettings, SourceSettings
from engine.sources import open_source
from engine.sources.image_file import turned
from tests.sources.media import ORIENTED, corners, quarters, with_orientation, write_picture
from tests.sources.servers import jpeg


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


@pytest.mark.parametrize("suffix", [".png", ".npz", ".npy", ".exr", ".tif", ".pfm", ".jpg", ""])
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
        ({"disp": np.ones((30, 40)), "other": np.ones((30, 40))}, "it has: disp, other"),
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


@pytest.mark.parametrize("pixels", [quarters(40, 30), quarters(40, 30).astype(np.uint16) * 257])
def test_a_picture_in_color_is_no_depth_map(picture: Path, tmp_path: Path, pixels: np.ndarray) -> None:
    with pytest.raises(SourceError, match="is in color"):
        read(picture, write_picture(tmp_path / "d.png", pixels))


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize("channels", [3, 4])
def test_gray_may_be_stored_in_several_channels(picture: Path, tmp_path: Path, suffix: str, channels: int) -> None:
    steps = np.arange(1, 1201, dtype=np.uint16).reshape(30, 40)
    stored = np.dstack([steps] * 3 + [np.full_like(steps, 65535)] * (channels - 3))
    frame = read(picture, write_picture(tmp_path / f"d.{suffix}", stored))
    np.testing.assert_allclose(frame.depth, steps / 1000, rtol=1e-6)
    assert frame.kind is DepthKind.METRIC


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif"])
@pytest.mark.parametrize("channels", [1, 3])
def test_eight_bits_are_disparity_with_a_word_about_terraces(
    picture: Path, tmp_path: Path, suffix: str, channels: int
) -> None:
    steps = np.tile(np.linspace(0, 255, 40).astype(np.uint8), (30, 1))
    path = write_picture(tmp_path / f"d.{suffix}", steps if channels == 1 else np.dstack([steps] * 3))
    source = open_source(SourceSettings(source=str(picture), depth_map=path))
    frame = source.read(640)
    assert frame.kind is DepthKind.DISPARITY
    np.testing.assert_allclose(frame.depth, steps, atol=4 if suffix == "jpg" else 0)
    assert "terraces" in source.warning
    scaled = read(picture, path, depth_map_scale=0.02)
    assert scaled.kind is DepthKind.METRIC
    np.testing.assert_allclose(scaled.depth[:, -1], 5.1, atol=0.08)


def test_sixteen_bits_have_no_terraces(picture: Path, tmp_path: Path) -> None:
    path = write_picture(tmp_path / "d.png", ramp(np.uint16))
    assert open_source(SourceSettings(source=str(picture), depth_map=path)).warning is None


@pytest.mark.parametrize(
    ("scale", "step_m"),
    [("kitti", 1 / 256), ("TUM", 1 / 5000), ("mm", 0.001), ("1/256", 1 / 256), ("0.5", 0.5), (0.25, 0.25)],
)
def test_scales_have_names(picture: Path, tmp_path: Path, scale: str | float, step_m: float) -> None:
    depth_map = write_picture(tmp_path / "depth.png", np.full((30, 40), 512, np.uint16))
    np.testing.assert_allclose(read(picture, depth_map, depth_map_scale=scale).depth, 512 * step_m, rtol=1e-6)


@pytest.mark.parametrize("scale", ["kitty", "1/0", "1/x", "-1/5", "nan"])
def test_wrong_scales_are_refused(scale: str) -> None:
    with pytest.raises(ValidationError):
        SourceSettings(depth_map_scale=scale)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint16])
def test_npy_and_npz_with_one_array_of_any_name(picture: Path, tmp_path: Path, dtype: type) -> None:
    np.save(tmp_path / "d.npy", ramp(dtype))
    np.savez(tmp_path / "d.npz", anything=ramp(dtype))
    np.savez(tmp_path / "two.npz", one=ramp(dtype), two=ramp(dtype))
    for name in ("d.npy", "d.npz"):
        frame = read(picture, tmp_path / name)
        assert frame.kind is DepthKind.METRIC
        np.testing.assert_array_equal(frame.depth, ramp(dtype).astype(np.float32))
        np.testing.assert_allclose(
            read(picture, tmp_path / name, depth_map_scale="mm").depth, frame.depth / 1000, rtol=1e-6
        )
    with pytest.raises(SourceError, match="it has: one, two"):
        read(picture, tmp_path / "two.npz")


def test_objects_in_npy_are_not_run(picture: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "d.npy", np.array([[print]]), allow_pickle=True)
    with pytest.raises(SourceError, match="not a valid NPY"):
        read(picture, tmp_path / "d.npy")


def test_arrays_that_unpack_to_too_much_are_refused(
    picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.sources.depth_map_file.MAX_BYTES", 1 << 12)
    monkeypatch.setattr("engine.sources.depth_map_file.MAX_PIXELS", 1 << 10)
    np.savez_compressed(tmp_path / "d.npz", depth=np.ones((30, 40)))
    for path in (tmp_path / "d.npz", write_exr(tmp_path / "d.exr", Z=ramp())):
        with pytest.raises(SourceError, match="more than"):
            read(picture, path)


@pytest.mark.parametrize(("order", "scale"), [("<", "-1.0"), (">", "1.0"), ("<", "-2")])
def test_pfm_is_upside_down_and_of_either_order(picture: Path, tmp_path: Path, order: str, scale: str) -> None:
    disparity = ramp()
    disparity[3, 4] = np.inf
    path = tmp_path / "d.pfm"
    path.write_bytes(f"Pf\n40 30\n{scale}\n".encode() + disparity[::-1].astype(f"{order}f4").tobytes())
    frame = read(picture, path)
    assert frame.kind is DepthKind.DISPARITY
    assert np.isnan(frame.depth[3, 4])
    disparity[3, 4] = np.nan
    np.testing.assert_array_equal(frame.depth, disparity * abs(float(scale)))
    assert read(picture, path, depth_map_kind="metric").kind is DepthKind.METRIC


@pytest.mark.parametrize("content", [b"PF\n40 30\n-1\n", b"Pf\n40 30\n-1\n12", b"Pf\n40 30\nx\n", b"Pf 0 0 1 "])
def test_wrong_pfm_is_named(picture: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "d.pfm").write_bytes(content)
    with pytest.raises(SourceError, match=r"d\.pfm"):
        read(picture, tmp_path / "d.pfm")


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint16])
def test_tiff(picture: Path, tmp_path: Path, dtype: type) -> None:
    """Meters if it has floating-point numbers, else millimeters."""
    depth = ramp() if dtype is not np.uint16 else (ramp() * 1000).astype(np.uint16)
    path = write_picture(tmp_path / "d.tiff", depth.astype(dtype))
    frame = read(picture, path)
    assert frame.kind is DepthKind.METRIC
    np.testing.assert_allclose(frame.depth, depth / (1000 if dtype is np.uint16 else 1), rtol=1e-6)


def test_disparity_of_two_cameras_becomes_meters(picture: Path, tmp_path: Path) -> None:
    """As in the Middlebury benchmark: infinite where nothing was found, and principal points that differ."""
    disparity = ramp() * 10
    disparity[3, 4] = np.inf
    np.save(tmp_path / "d.npy", disparity)
    frame = read(picture, tmp_path / "d.npy", depth_map_baseline=0.193, depth_map_offset=31)
    assert frame.kind is DepthKind.DISPARITY
    focal = {"focal_length_x": 3979.0, "calibrated_width": 2964, "calibrated_height": 2223}
    depth, kind = own_depth(frame, DepthSettings(**focal))
    assert kind is DepthKind.METRIC
    assert np.isnan(depth[3, 4])
    disparity[3, 4] = np.nan
    np.testing.assert_allclose(depth, 3979 * 40 / 2964 * 0.193 / (disparity + 31), rtol=1e-5)
    with pytest.raises(InputError, match="--focal-length-x"):
        own_depth(frame, DepthSettings())
    with pytest.raises(SourceError, match="--depth-map-baseline is for disparity"):
        read(picture, tmp_path / "d.npy", depth_map_baseline=0.2, depth_map_kind="metric")


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("is_stored", [False, True])
def test_the_map_agrees_with_a_picture_that_is_turned(tmp_path: Path, orientation: int, is_stored: bool) -> None:
    """A map as the camera saw it is turned like the picture; if the shapes do not tell whether it is, it is refused."""
    picture = tmp_path / "p.jpg"
    picture.write_bytes(with_orientation(jpeg(quarters(160, 120)), orientation))
    upright = ramp() if orientation < 5 else ramp().T
    stored = ramp() if orientation == 1 else np.arange(1200, dtype=np.float32).reshape(30, 40) + 1
    camera = np.array([[30.0, 0, 12], [0, 33, 14], [0, 0, 1]])
    np.savez(tmp_path / "d.npz", depth=stored if is_stored else upright, intrinsics=camera)
    if 2 <= orientation <= 4:
        with pytest.raises(SourceError, match="turned by its EXIF data"):
            read(picture, tmp_path / "d.npz")
        return
    frame = read(picture, tmp_path / "d.npz")
    if not is_stored:
        np.testing.assert_array_equal(frame.depth, upright)
        return
    height, width = frame.depth.shape
    assert (height, width) == upright.shape
    markers = quarters(40, 30)  # turned by the same rule as the picture
    markers = turned(markers, orientation)
    np.testing.assert_array_equal(corners(markers), ORIENTED[orientation])
    np.testing.assert_array_equal(frame.depth, turned(stored, orientation))
    k = frame.intrinsics * width / frame.image.shape[1]
    seen = np.argwhere(frame.depth == stored[13, 11])[0][::-1] + 0.5  # near the principal point, (12, 14)
    assert np.hypot(*(k[:2, 2] - seen)) < 1
    assert sorted(np.diag(k)[:2]) == pytest.approx([30, 33])


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_map_with_an_orientation_of_its_own_is_turned(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x112] = orientation
    stored = np.arange(1, 1201, dtype=np.uint16).reshape(30, 40)
    Image.fromarray(stored).save(tmp_path / "d.png", exif=exif)
    size = (160, 120) if orientation < 5 else (120, 160)
    frame = read(write_picture(tmp_path / "p.png", quarters(*size)), tmp_path / "d.png")
    np.testing.assert_allclose(frame.depth, turned(stored, orientation) / 1000, rtol=1e-6)
