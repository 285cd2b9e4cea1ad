"""Several samples in each pixel."""

from math import radians

import numpy as np
import pytest

from engine.navigation.camera import Camera
from engine.settings import Settings
from tests.depth_frames import checker, depth_frame
from tests.render import scenes

SIZE = (256, 144)
SIDE = Camera.home(2).orbited(radians(20), radians(-10))
FRONT = Settings().replace(subsample=1, **scenes.FRONT_ONLY)


def draw(renderer, frame, camera, settings=FRONT, **options) -> np.ndarray:
    renderer.draw(frame, camera, settings, **options)
    return renderer.read().astype(int)


def test_outlines_become_smooth_and_nothing_else_changes(ctx, renderer):
    white = np.full((SIZE[1], SIZE[0], 3), 255, np.uint8)
    plates = depth_frame(scenes.steps().depth, white, scenes.steps().kind)
    settings = FRONT.replace(background="#000000")
    hard, soft = draw(renderer, plates, SIDE, settings), draw(renderer, plates, SIDE, settings, antialias=True)
    assert set(np.unique(hard)) == {0, 255}
    between = (soft > 20) & (soft < 235)
    assert between.sum() > 200
    assert (np.abs(soft - hard).max(-1) > 2).mean() < 0.05


@pytest.mark.parametrize("changes", [{}, {"subsample": 3}, {"edge_feather": 4}])
def test_from_home_the_picture_stays_itself(ctx, renderer, changes):
    flat = depth_frame(np.full((SIZE[1], SIZE[0]), 2.0), checker(*SIZE, 16))
    assert np.array_equal(draw(renderer, flat, Camera.home(2), antialias=True), flat.frame.image)
    settings = Settings().replace(**changes)
    home = draw(renderer, scenes.demo(), Camera.home(2), settings)
    off = np.abs(draw(renderer, scenes.demo(), Camera.home(2), settings, antialias=True) - home)
    assert off.max() <= 2


@pytest.mark.parametrize(
    ("changes", "places"), [({}, [(0.5, 0.5)]), ({"stereo": "side-by-side"}, [(0.25, 0.5), (0.75, 0.5)])]
)
@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_points_of_the_surface_are_found(ctx, renderer, changes, places, scale):
    settings = Settings().replace(**changes)
    draw(renderer, scenes.steps(), SIDE, settings, scale=scale)
    before = [renderer.pick(*place) for place in places]
    draw(renderer, scenes.steps(), SIDE, settings, scale=scale, antialias=True)
    after = [renderer.pick(*place) for place in places]
    assert ctx.error == "GL_NO_ERROR"
    for one, other in zip(before, after, strict=True):
        assert one is not None
        assert other == pytest.approx(one, abs=0.05)


def test_discs_are_drawn_as_without_it(ctx, renderer):
    settings = FRONT.replace(display_mode="pointcloud")
    hard = draw(renderer, scenes.demo(), SIDE, settings)
    assert np.array_equal(draw(renderer, scenes.demo(), SIDE, settings, antialias=True), hard)
