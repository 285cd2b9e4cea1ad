"""From where the frame was taken the picture is the frame, and what lies behind never covers what was seen."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.clock import FixedClock
from engine.frames import DepthFrame, DepthKind
from engine.navigation.camera import Camera
from engine.render.display import Display
from engine.render.draw_request import DrawRequest
from engine.render.quality import FIRST_PICTURE, LEVELS
from engine.render.renderer import Renderer
from engine.settings import Settings
from tests.bench.second_view.measures import psnr_db
from tests.depth_frames import depth_frame
from tests.render.scenes import FRONT_ONLY, HEIGHT, WIDTH, demo, steps

HOME = Camera.home(2)
SIZE = (WIDTH, HEIGHT)
SETTINGS = Settings().replace(background="#ff00ff", subsample=1)
FLAT = {**FRONT_ONLY, "edge_cut": 0, "fill_gaps": False}
"""No cell is left out and nothing is behind: the frame itself, resampled."""


@pytest.fixture
def renderer(ctx):
    one = Renderer(ctx, SIZE)
    yield one
    one.release()


def with_gaps() -> DepthFrame:
    """The demo as a sensor measures it: nothing at edges, on dark things, at the border and in a few large places."""
    frame = demo()
    depth, image = frame.depth.copy(), frame.frame.image
    around = np.ones((5, 5), np.uint8)
    depth[cv2.dilate(depth, around) > 1.05 * cv2.erode(depth, around)] = 0
    depth[image.max(-1) < 80] = np.nan
    depth[:, :9] = 0
    depth[-4:] = np.inf
    depth[60:110, 90:150] = -1
    return replace(frame, depth=depth)


def guessed() -> DepthFrame:
    """The demo as a network sees it: disparity on a small map, blurred, with a little noise."""
    frame = demo()
    h, w = HEIGHT // 2, WIDTH // 2
    disparity = cv2.blur(cv2.resize(1 / frame.depth, (w, h), interpolation=cv2.INTER_AREA), (5, 5))
    disparity *= 1 + 0.03 * np.random.default_rng(5).standard_normal((h, w)).astype(np.float32)
    return replace(depth_frame(disparity, frame.frame.image), model="lite")


SCENES = {"demo": demo, "steps": steps, "gaps": with_gaps, "guessed": guessed}
EVERY_LEVEL = [FIRST_PICTURE, *LEVELS]


@pytest.mark.parametrize("scene", SCENES)
def test_from_home_every_level_draws_the_frame(renderer, scene):
    """As exactly as its size allows."""
    frame = SCENES[scene]()
    for level in EVERY_LEVEL:
        settings = level.fit(SETTINGS.replace(subsample=2))
        renderer.draw(frame, HOME, settings, scale=level.scale)
        picture = renderer.read()
        renderer.draw(demo() if scene == "gaps" else frame, HOME, settings.replace(**FLAT), scale=level.scale)
        flat = renderer.read()
        assert psnr_db(picture, flat) > 55, level
        assert level.scale < 1 or psnr_db(flat, frame.frame.image) > 55


@pytest.mark.parametrize("quality", ["auto", "low", "medium", "high", "ultra"])
def test_the_window_shows_a_running_video_as_it_is(ctx, quality):
    """Not only at rest and in saved pictures, which are drawn at high: while frames come."""
    clock = FixedClock()
    display = Display(ctx, SIZE, clock)
    settings = SETTINGS.replace(quality=quality, subsample=2)
    for number in range(4):
        frame = guessed()
        frame = replace(frame, frame=replace(frame.frame, time_s=number / 30, index=number), is_warped=number % 2 > 0)
        assert display.draw_if_changed(DrawRequest(frame, HOME), settings)
        shown = display.renderer.read()
        display.renderer.draw(frame, HOME, settings.replace(**FLAT), scale=display._level.scale)
        assert psnr_db(shown, display.renderer.read()) > 55
        clock.sleep_until(clock.now_s() + 1 / 30)
    display.release()


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("subsample", range(1, 9))
def test_from_home_every_grid_draws_the_frame(renderer, scene, subsample):
    frame = SCENES[scene]()
    for mode in ("mesh", "hybrid"):
        renderer.draw(frame, HOME, SETTINGS.replace(subsample=subsample, display_mode=mode))
        assert psnr_db(renderer.read(), frame.frame.image) > 55


@pytest.mark.parametrize(("width", "height"), [(255, 143), (97, 141)])
def test_odd_sizes_lose_nothing(renderer, width, height):
    """No half texel is lost between the frame, the grid and the picture."""
    frame = with_gaps()
    image = frame.frame.image[:height, :width]
    odd = replace(frame, frame=replace(frame.frame, image=image), depth=frame.depth[:height, :width])
    renderer.resize((width, height))
    for subsample in (2, 3):
        renderer.draw(odd, HOME, SETTINGS.replace(subsample=subsample))
        assert psnr_db(renderer.read(), image) > 55


@pytest.mark.parametrize("scene", SCENES)
def test_what_is_behind_never_covers_what_was_seen(renderer, scene):
    """From no side within 20 degrees, at no level: it is coarse, and invented."""
    frame = SCENES[scene]()
    for level in LEVELS[1], LEVELS[3], LEVELS[7]:
        settings = level.fit(SETTINGS.replace(edge_feather=0))  # outlines blend with what is behind
        shown = 0
        for yaw, pitch in ((-0.35, 0.1), (-0.17, 0), (0.09, -0.09), (0.17, 0.17), (0.35, 0)):
            camera = Camera.home(2).orbited(yaw, pitch)
            renderer.draw(frame, camera, settings.replace(hole_fill=0, hole_memory_s=0, border_fill=0))
            front = renderer.read()
            renderer.draw(frame, camera, settings)
            both = renderer.read()
            is_open = (front == (255, 0, 255)).all(-1)
            assert np.array_equal(front[~is_open], both[~is_open])
            shown += (both[is_open] != front[is_open]).any(-1).sum()
        assert shown > 500  # and it is there


def test_what_is_painted_can_be_picked(renderer):
    """Behind a plate in front of a wall, from the side: a double click may turn around what is painted there."""
    depth = np.full((HEIGHT, WIDTH), 4.0)
    depth[40:104, 80:160] = 1.5
    frame = depth_frame(depth, kind=DepthKind.METRIC)
    camera = Camera.home(2).orbited(0.2, 0)
    renderer.draw(frame, camera, SETTINGS.replace(hole_fill=0, border_fill=0))
    front = renderer.read()
    renderer.draw(frame, camera, SETTINGS.replace(hole_fill=0.25, border_fill=0))
    row, column = np.median(np.argwhere((renderer.read() != front).any(-1)), 0).astype(int)
    place = renderer.pick((column + 0.5) / WIDTH, (row + 0.5) / HEIGHT)
    assert place is not None
    assert place[2] == pytest.approx(-4, rel=0.02)
