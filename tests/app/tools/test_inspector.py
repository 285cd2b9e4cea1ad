"""The inspector over the demo, whose colors and depth are known."""

import numpy as np
import pytest

from engine.app.tools.inspector import Inspector
from engine.frames import DepthKind
from engine.navigation.camera import Camera
from engine.settings import Settings
from tests.app.parts import Program
from tests.app.tools.test_ruler import Scene, demo

SIZE = (960, 540)


@pytest.fixture
def inspect(ctx, renderer):
    """Return what is read at a place of the window, from the side."""

    def read(pointer, camera=None, projection="perspective", **changes):
        settings = Settings().replace(projection=projection)
        scene = Scene(renderer, settings, camera or Camera.home(4), **changes)
        tool = Inspector(Program(scene.settings, view=scene))
        tool.context.window.input.pointer_on_scene = pointer
        tool.update(0.0)
        assert tool.facts() is None
        assert scene.picks == 0, "it is off"
        tool.toggle()
        tool.update(0.0)
        return tool

    return read


@pytest.mark.parametrize("place", [(0.3, 0.4), (0.5, 0.5), (0.71, 0.8)])
def test_from_home_it_reads_the_frame_itself(inspect, place):
    image, depth = demo()
    row, column = (int(share * side) for share, side in zip(place[::-1], image.shape[:2], strict=True))
    reading = inspect(place).facts()
    assert reading.color in [tuple(color) for color in image[row - 1 : row + 2, column - 1 : column + 2].reshape(-1, 3)]
    depth_m = float(reading.lines[0].split()[1])
    assert depth_m == pytest.approx(depth[row, column], rel=0.02)


def test_from_the_side_the_color_is_still_that_of_the_surface(inspect):
    camera = Camera.home(4).orbited(-0.12, 0.08)
    off = []
    for u, v in np.random.default_rng(3).uniform(0.2, 0.8, (40, 2)):
        tool = inspect((u, v), camera)
        drawn = tool.context.view._renderer.read()[int(v * SIZE[1]), int(u * SIZE[0])]
        color = tool.facts().color if tool.facts() else None  # beside the scene, or hidden in the frame
        off += [] if color is None else [np.abs(np.int32(color) - drawn).max()]
    assert len(off) > 30
    assert np.mean(np.array(off) < 20) > 0.85, "edges and fine texture may differ by a pixel"


def test_in_a_gap_of_the_depth_map_it_reads_the_color_alone(inspect):
    image, _ = demo()
    gap = np.zeros((360, 640), bool)
    gap[100:200, 200:400] = True
    reading = inspect((0.5, 0.4), gap=gap).facts()
    assert reading.lines == ("depth not measured",)
    assert reading.color in [tuple(color) for color in image[143:146, 319:322].reshape(-1, 3)]


@pytest.mark.parametrize("camera", [Camera.home(2), Camera.home(2).orbited(0.1, 0)])
def test_a_relief_shows_the_color_that_is_drawn(inspect, camera):
    tool = inspect((0.5, 0.3), camera, projection="relief")
    row, column = int(0.3 * SIZE[1]), SIZE[0] // 2
    around = tool.context.view._renderer.read()[row - 2 : row + 3, column - 2 : column + 3].reshape(-1, 3)
    assert np.abs(np.int32(tool.facts().color) - around).max(-1).min() < 10


def test_relative_depth_has_no_unit(inspect):
    assert "no unit" in inspect((0.5, 0.5), kind=DepthKind.RELATIVE_DEPTH).facts().lines[0]


def test_beside_the_scene_it_reads_nothing(inspect):
    assert inspect(None).facts() is None
    tool = inspect((0.5, 0.5))
    assert tool.escape()
    tool.update(0.0)
    assert tool.facts() is None
    assert not tool.escape()
