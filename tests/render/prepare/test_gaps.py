"""Filling what was not measured."""

from dataclasses import replace

import numpy as np
import pytest

from engine.frames import DepthFrame, DepthKind
from engine.geometry.world import is_complete, is_measured, world_map
from engine.navigation.camera import Camera
from engine.render.gpu.textures import SceneTextures
from engine.render.prepare.gaps import GapPass
from engine.render.renderer import Renderer
from engine.render.view_inputs import world_uniforms
from engine.settings import SceneSettings, Settings
from tests.depth_frames import checker, depth_frame
from tests.render.scenes import FRONT_ONLY

WIDTH, HEIGHT = 96, 54
SIZE = (WIDTH, HEIGHT)
SIDE = Camera.home(2).orbited(0.2, 0.05)
PLAIN = Settings().replace(background="#ff00ff", subsample=1, **FRONT_ONLY)


@pytest.fixture
def fill(ctx):
    """Return the depth map of a frame, filled."""
    textures, gaps = SceneTextures(ctx), GapPass(ctx)

    def filled(frame: DepthFrame, **settings: object) -> np.ndarray:
        textures.upload(frame, frame.depth.shape[1])
        world = world_uniforms(world_map(frame, SceneSettings(**settings)), frame)
        texture = gaps.run(textures.depth, textures.color, world)
        return np.frombuffer(texture.read(), np.float32).reshape(frame.depth.shape)

    yield filled
    for thing in (textures, gaps):
        thing.release()


@pytest.fixture
def draw(ctx):
    one = Renderer(ctx, SIZE)

    def drawn(frame: DepthFrame, **settings: object) -> np.ndarray:
        one.draw(frame, SIDE, PLAIN.replace(**settings))
        return one.read()

    yield drawn
    one.release()


def frame_of(depth, kind=DepthKind.METRIC, image=None):
    measured = depth[is_measured(depth, kind is DepthKind.DISPARITY)]
    span = (measured.min(), np.median(measured), measured.max()) if measured.size else (1, 2, 3)
    return depth_frame(depth, checker(WIDTH, HEIGHT) if image is None else image, kind, tuple(map(float, span)))


def plane(missing=0.0):
    """A slanted wall with a hole in it, a border and a row."""
    depth = 1 / (np.linspace(0.3, 0.5, WIDTH)[None, :] + np.zeros((HEIGHT, 1)))
    holed = depth.copy()
    holed[20:34, 30:50] = holed[:, :6] = holed[41] = missing
    return depth, holed


@pytest.mark.parametrize("kind", DepthKind)
@pytest.mark.parametrize("projection", ["perspective", "relief"])
def test_a_gap_in_a_wall_becomes_wall(fill, kind, projection):
    depth, holed = plane(np.nan)
    if kind is DepthKind.DISPARITY:
        depth, holed = 1 / depth, 1 / holed
    filled = fill(frame_of(holed, kind), projection=projection)
    measured = is_measured(holed, kind is DepthKind.DISPARITY)
    assert np.array_equal(filled[measured], holed[measured].astype(np.float32))
    off = np.abs(filled / depth - 1)
    assert off[:, 6:].max() < 0.04
    assert off.max() < 0.05


@pytest.mark.parametrize("noise", [0, 0.01])
def test_a_gap_in_a_floor_becomes_floor(fill, rng, noise):
    """Its far end is twice as far away as its near one, but neither is in front of the other."""
    depth = np.tile(1 / np.linspace(0.15, 1, HEIGHT)[:, None], (1, WIDTH))
    holed = depth * (1 + noise * rng.standard_normal(depth.shape))
    holed[18:44, 30:60] = 0
    off = np.abs(fill(frame_of(holed)) / depth - 1)[18:44, 30:60]
    assert off.mean() < 0.06
    assert off.max() < 0.16


@pytest.mark.parametrize("missing", [0.0, -2.0, np.nan, np.inf, -np.inf])
def test_whatever_means_not_measured_is_filled(fill, missing):
    _, holed = plane(missing)
    filled = fill(frame_of(holed))
    assert is_measured(filled, False).all()
    assert filled.max() < 1 / 0.29


def two_sides(near_color, gap_color):
    """A near plate on the left, a wall on the right, and a gap between them that is as `gap_color`."""
    depth = np.full((HEIGHT, WIDTH), 4.0)
    depth[:, :40] = 1.0
    depth[:, 40:60] = 0
    image = np.full((HEIGHT, WIDTH, 3), 200, np.uint8)
    image[:, :40], image[:, 40:60] = near_color, gap_color
    return frame_of(depth, image=image)


def test_between_two_surfaces_it_is_the_farther_one(fill):
    assert (fill(two_sides(200, 200))[:, 40:60] > 3.9).mean() > 0.99
    assert (fill(two_sides(40, 120))[:, 40:60] > 3.9).mean() > 0.99
    assert (fill(two_sides(40, 200))[:, 40:60] > 3.9).mean() > 0.99


def test_with_near_and_far_swapped_it_is_still_the_farther_one(fill):
    assert (fill(two_sides(200, 200), invert_depth=True)[:, 40:60] < 1.1).mean() > 0.99


def test_the_colors_of_the_picture_tell_a_near_one(fill):
    filled = fill(two_sides(40, 40))[:, 40:60]
    assert (filled < 1.1).mean() > 0.9


def test_a_few_stray_far_points_do_not_decide(fill):
    depth, holed = plane()
    holed[18, 30:50:7] = 60
    filled = fill(frame_of(holed))
    assert np.median(filled[20:34, 30:50] / depth[20:34, 30:50]) == pytest.approx(1, abs=0.03)
    assert (filled[20:34, 30:50] < 4).mean() > 0.9


@pytest.mark.parametrize("size", [(96, 54), (95, 53), (7, 1), (1, 1)])
def test_one_measured_pixel_is_enough(fill, size):
    depth = np.zeros(size[::-1])
    depth[size[1] // 3, size[0] // 2] = 2.5
    frame = depth_frame(depth, kind=DepthKind.METRIC, span=(1, 2, 3))
    assert fill(frame) == pytest.approx(2.5)


def test_without_any_there_is_nothing_to_fill_with(fill):
    assert not is_measured(fill(frame_of(np.zeros((HEIGHT, WIDTH)))), False).any()


def test_from_the_side_what_was_not_measured_has_the_colors_of_the_picture(draw):
    depth, holed = plane()
    whole, filled = draw(frame_of(depth)), draw(frame_of(holed))
    assert (np.abs(whole.astype(int) - filled).max(-1) > 30).mean() < 0.04  # squares may move by a pixel
    assert not ((filled == (255, 0, 255)).all(-1) & (whole != (255, 0, 255)).any(-1)).any()
    gaps = (draw(frame_of(holed), fill_gaps=False) == (255, 0, 255)).all(-1)
    assert gaps.mean() > (whole == (255, 0, 255)).all(-1).mean() + 0.05


def test_what_was_removed_stays_removed(draw):
    """The far half, by a limit of depth, and the gap in it with it; strays, as statistical outliers."""
    depth = np.full((HEIGHT, WIDTH), 2.0)
    depth[:, 48:] = 6.0
    holed = depth.copy()
    holed[20:34, 60:80] = 0
    limited = draw(frame_of(holed), depth_threshold=0.5)
    assert np.array_equal(limited, draw(frame_of(depth), depth_threshold=0.5))
    assert (limited == (255, 0, 255)).all(-1).mean() > 0.3
    holed[5:45:8, 5:40:8] = 0.7
    strays = draw(frame_of(holed), sor_neighbors=12)
    assert (np.abs(strays.astype(int) - draw(frame_of(depth), sor_neighbors=12)).max(-1) > 60).mean() < 0.02


def test_a_complete_map_needs_no_pass(ctx):
    one = Renderer(ctx, SIZE)
    for depth, made in ((plane()[0], False), (plane()[1], True)):
        one.draw(frame_of(depth), SIDE, PLAIN)
        assert (GapPass in one._passes._made) is made
    one.release()


def test_what_is_exported_keeps_its_gaps(ctx):
    one = Renderer(ctx, SIZE)
    frame = frame_of(plane()[1])
    settings = PLAIN.replace(hole_fill=0.2)
    one.draw(frame, SIDE, settings)
    measured = is_measured(one.grid_depth(frame, settings), False)
    assert 0.7 < measured.mean() < 0.9
    one.release()


@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf, -np.inf, -3e38, 2.0])
@pytest.mark.parametrize("is_disparity", [True, False])
def test_complete_is_measured_everywhere(value, is_disparity):
    depth = np.full((3, 4), 2.0, np.float32)
    depth[1, 2] = value
    assert is_complete(depth, is_disparity) == is_measured(depth, is_disparity).all()


def test_time_warped_and_repeated_frames_are_filled_anew(ctx):
    one = Renderer(ctx, SIZE)
    first = frame_of(plane()[1])
    for depth in (plane()[1], np.where(plane()[1] > 0, 3.0, 0)):
        one.draw(replace(first, depth=depth.astype(np.float32), is_warped=True), Camera.home(2), PLAIN)
        assert not (one.read() == (255, 0, 255)).all(-1).any()
    one.release()
