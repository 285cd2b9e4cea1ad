"""Pictures and videos that hold their depth beside their colors."""

import json

import cv2
import numpy as np
import pytest

from engine.commands.render import main as render
from engine.commands.video import main as convert
from engine.errors import SourceError
from engine.frames import DepthKind
from engine.settings import SourceSettings
from engine.sources.base import Recording
from engine.sources.registry import open_source
from tests.sources.media import write_clip
from tests.sources.rgbd.folders import save

WIDTH, HEIGHT, COUNT = 96, 64, 3


def colors(index=0):
    image = np.full((HEIGHT, WIDTH, 3), (190, 120, 60), np.uint8)
    image[:, WIDTH // 2 :] = (40, 90, 150)
    image[:16, :16] = 60 + 60 * index
    return image


def share(index=0):
    """How far each pixel is, from 0 (near) to 1: two planes."""
    depth = np.full((HEIGHT, WIDTH), 0.75, np.float32)
    depth[16:48, 32:64] = 0.25 + 0.1 * index
    return depth


def gray(depth):
    return np.repeat(np.round((1 - depth) * 255).astype(np.uint8)[..., None], 3, axis=2)


def hues(depth):
    hsv = np.dstack([depth * 360, np.ones_like(depth), np.ones_like(depth)]).astype(np.float32)
    return np.round(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB) * 255).astype(np.uint8)


def opened(path, **settings):
    return open_source(SourceSettings(source=str(path), crop="off", **settings))


def inside(values):
    """The middle of the far plane and of the near one: edges are another matter."""
    return np.array([values[56, 8], values[32, 48]])


@pytest.mark.parametrize(
    ("place", "pack"),
    [
        ("side-by-side", lambda color, depth: np.hstack([color, depth])),
        ("depth-left", lambda color, depth: np.hstack([depth, color])),
        ("over-under", lambda color, depth: np.vstack([color, depth])),
        ("depth-above", lambda color, depth: np.vstack([depth, color])),
    ],
)
def test_a_picture_has_its_depth_where_it_is_said(tmp_path, place, pack):
    path = save(tmp_path / "p.png", pack(colors(), gray(share())))
    frame = opened(path, rgbd=place).read(4096)
    np.testing.assert_array_equal(frame.image, colors())
    assert frame.kind is DepthKind.DISPARITY
    assert frame.is_still
    np.testing.assert_allclose(inside(frame.depth), [0.25, 0.75], atol=0.01)  # bright is near
    assert opened(path).read(4096).depth is None


def test_dark_may_be_near_and_levels_may_be_meters(tmp_path):
    path = save(tmp_path / "p.png", np.hstack([colors(), 255 - gray(share())]))
    inverted = opened(path, rgbd="side-by-side", rgbd_invert=True).read(4096)
    np.testing.assert_allclose(inside(inverted.depth), [0.25, 0.75], atol=0.01)
    measured = opened(path, rgbd="side-by-side", rgbd_invert=True, rgbd_near=1, rgbd_far=5).read(4096)
    assert measured.kind is DepthKind.METRIC
    np.testing.assert_allclose(inside(measured.depth), [4, 2], atol=0.03)
    holes = np.hstack([colors(), 255 - gray(share())])
    holes[50:, WIDTH : WIDTH + 20] = 0
    save(path, holes)
    frame = opened(path, rgbd="side-by-side", rgbd_invert=True, rgbd_near=1, rgbd_far=5).read(4096)
    assert np.isnan(frame.depth[51:, :19]).all()  # black is nothing


def test_hues_are_meters_and_what_has_none_is_not_measured(tmp_path):
    coded = hues(share())
    coded[:8] = 0
    path = save(tmp_path / "p.png", np.hstack([colors(), coded]))
    frame = opened(path, rgbd="side-by-side", rgbd_code="hue").read(32)
    assert max(frame.image.shape) == 32
    assert frame.depth.shape == (HEIGHT, WIDTH)  # hues cannot be scaled
    np.testing.assert_allclose(inside(frame.depth), [2.25, 0.75], atol=0.02)
    assert np.isnan(frame.depth[:8]).all()
    assert np.isnan(frame.depth[15:17, 40:56]).all()  # no depth in between at the edge
    assert np.isnan(frame.depth).mean() < 0.25


def test_every_picture_of_a_video_has_its_own_depth(tmp_path):
    path = write_clip(tmp_path / "v.mp4", [np.hstack([colors(i), gray(share(i))]) for i in range(COUNT)])
    source = opened(path, rgbd="side-by-side")
    assert isinstance(source, Recording)

    def index():
        frame = source.read(4096)
        assert frame.image.shape == (HEIGHT, WIDTH, 3)
        found = round((frame.image[8, 8].mean() - 60) / 60)
        assert frame.depth[32, 48] == pytest.approx(0.75 - 0.1 * found, abs=0.03)
        assert frame.original().shape == (HEIGHT, WIDTH, 3)
        return found

    assert [index() for _ in range(4)] == [0, 1, 2, 0]
    source.seek(0.08)
    assert index() == 2
    source.step_back()
    assert index() == 1
    assert source.duration_s == pytest.approx(0.12, abs=0.01)
    source.loop_s = (0.0, 0.04)
    source.seek(0.0)
    assert [index(), index()] == [0, 0]
    source.close()


def test_a_video_of_record3d_needs_no_options(tmp_path):
    frames = [np.hstack([hues(share(i)), colors(i)]) for i in range(COUNT)]
    path = write_clip(tmp_path / "v.mp4", frames)
    facts = {"intrinsicMatrix": [80.0, 0, 0, 0, 81.0, 0, 47.5, 31.5, 1], "rangeOfEncodedDepth": [0.5, 4.5]}
    with path.open("ab") as file:
        file.write(json.dumps(facts).encode() + b"\0")
    frame = opened(path).read(48)
    np.testing.assert_allclose(inside(frame.depth), [3.5, 1.5], atol=0.05)
    np.testing.assert_allclose(frame.intrinsics, [[40, 0, 24], [0, 40.5, 16], [0, 0, 1]])
    assert opened(path, rgbd="off").read(4096).image.shape[1] == 2 * WIDTH


def test_a_depth_map_beside_it_is_refused(tmp_path):
    path = save(tmp_path / "p.png", np.hstack([colors(), gray(share())]))
    with pytest.raises(SourceError, match="holds its depth itself"):
        opened(path, rgbd="side-by-side", depth_map=path)


@pytest.fixture
def without_networks(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a network is loaded")

    for place in ("engine.film.studio.make_clip_estimator", "engine.film.studio.make_capturer"):
        monkeypatch.setattr(place, refuse)


def test_commands_take_the_same_options(tmp_path, without_networks):
    video = write_clip(tmp_path / "v.mp4", [np.hstack([colors(i), gray(share(i))]) for i in range(COUNT)])
    still = save(tmp_path / "p.png", np.hstack([colors(), gray(share())]))
    out, packed = ("--output-dir", str(tmp_path / "out")), ("--rgbd", "side-by-side")
    stereo = "--stereo", "side-by-side", "--quality", "low"
    assert render([str(video), str(still), *stereo, *packed, *out]) == 0
    (picture,) = (tmp_path / "out").glob("p_*.jpg")
    assert len(list((tmp_path / "out").glob("v_*.mp4"))) == 1
    both = cv2.imread(str(picture)).astype(int)
    half = both.shape[1] // 2
    assert half / both.shape[0] == pytest.approx(WIDTH / HEIGHT, rel=0.02)
    assert np.abs(both[:, :half] - both[:, half:]).mean() > 0.5
    assert convert([str(video), *packed, *out, "--save-npz", "--depth-only", "--encoder", "lite"]) == 0
    with np.load(tmp_path / "out" / "v_depth" / "depths.npz") as archive:
        np.testing.assert_allclose(inside(archive["depths"][0]), [0.25, 0.75], atol=0.03)
