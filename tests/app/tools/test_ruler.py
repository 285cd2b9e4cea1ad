"""Known distances of the demo, measured by clicking on its picture."""

from functools import cache
from itertools import pairwise
from math import dist

import numpy as np
import pytest
from pyglm import glm

from engine.app.tools.ruler import RulerTool
from engine.demo.objects import ROOM_MIN
from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.frames import DepthKind
from engine.geometry.units import scale_of
from engine.navigation.camera import Camera
from engine.navigation.events import Clicked, DoubleClicked
from engine.settings import Settings
from tests.app.parts import Program
from tests.depth_frames import depth_frame

SIZE = (960, 540)
HOME, PLAIN = Camera.home(4), Settings()
PICTURE_Z = ROOM_MIN[2] + 0.06
PLACES = (
    (-0.3, 1.35, PICTURE_Z), (1.0, 1.35, PICTURE_Z), (1.0, 0.55, PICTURE_Z),  # the picture on the wall
    (-1.6, 1.2, ROOM_MIN[2]), (-0.2, -0.8, -2.8), (0.9, -0.8, -3.0), (2.9, 1.2, -5.4),  # walls and floor
)  # fmt: skip
"""In meters."""


@cache
def demo():
    return render(SceneCamera.at(640, 360), 0.0)


class Scene:
    """What `RulerTool` asks of the view."""

    def __init__(self, renderer, settings, camera, **changes):
        image, depth = demo()
        depth = np.where(changes.pop("gap", False), 0, depth)
        self.shown = depth_frame(depth, image, changes.pop("kind", DepthKind.METRIC), span=(1.5, 4, 7))
        self._renderer, self._camera, self.settings = renderer, camera, settings
        self.picks = 0
        renderer.draw(self.shown, camera, settings)

    def pick(self, u, v):
        self.picks += 1
        return self._renderer.pick(u, v)

    def project(self, place):
        return self._renderer.project(place)

    def view_projection(self):
        return self._renderer.projection(self.shown, self.settings.scene) * self._camera.view_matrix()


@pytest.fixture
def look(ctx, renderer):
    return lambda camera=HOME, settings=PLAIN, **changes: Scene(renderer, settings, camera, **changes)


def ruler_on(scene):
    """A ruler that is switched on."""
    tool = RulerTool(Program(scene.settings, view=scene))
    tool.toggle()
    tool.update(0.0)
    return tool


def click(tool, place):
    assert tool.handle(Clicked(*place))


def marks_at(tool, pointer=None):
    """What is shown with the mouse at `pointer`."""
    tool.context.window.input.pointer_on_scene = pointer
    tool.update(0.0)
    return tool.facts()


def seen_at(scene, place, units=1.0):
    """Where a place of the demo is seen, in shares of the picture."""
    clip = scene.view_projection() * glm.vec4(*(part * units for part in place), 1)
    return (1 + clip.x / clip.w) / 2, (1 - clip.y / clip.w) / 2


@pytest.mark.parametrize("camera", [Camera.home(4), Camera.home(4).orbited(-0.12, 0.08)], ids=["home", "side"])
@pytest.mark.parametrize("units", [1.0, 2.5])
def test_known_distances_are_measured_within_one_percent(look, camera, units):
    settings = Settings().replace(metric_depth_scale=units)
    camera = Camera(tuple(part * units for part in camera.pivot), camera.yaw_rad, camera.pitch_rad, 4 * units)
    scene = look(camera, settings)
    for start, end in pairwise(PLACES):
        ruler = ruler_on(scene)
        for place in (start, end):
            click(ruler, seen_at(scene, place, units))
        assert ruler.ruler.length_m == pytest.approx(dist(start, end), rel=0.01)
        marks = marks_at(ruler)
        assert marks.label == scale_of(scene.shown, settings.scene).text(ruler.ruler.length_m)
        for shown, place in zip(marks.lines[0], (start, end), strict=True):
            assert shown == pytest.approx(seen_at(scene, place, units), abs=0.003)


def test_hovering_shows_the_depth(look):
    scene = look()
    ruler = RulerTool(Program(scene.settings, view=scene))
    assert marks_at(ruler, (0.5, 0.5)) is None, "the ruler is off"
    ruler.toggle()
    for place in PLACES:
        marks = marks_at(ruler, seen_at(scene, place))
        assert float(marks.pointer_label.split(" ")[0]) == pytest.approx(-place[2], rel=0.01)
        assert "uncalibrated" in marks.pointer_label, "the test's frames assume their camera"


def test_what_fills_a_gap_is_not_measured(look):
    gap = np.zeros((360, 640), bool)
    gap[:, :320] = True
    ruler = ruler_on(look(gap=gap))
    click(ruler, (0.3, 0.5))
    assert marks_at(ruler, (0.3, 0.5)).lines == ()
    assert marks_at(ruler, (0.3, 0.5)).pointer_label == "not measured"
    click(ruler, (0.7, 0.5))
    assert len(marks_at(ruler, (0.7, 0.5)).lines[0]) == 1
    assert " m" in marks_at(ruler, (0.7, 0.5)).pointer_label


def test_relative_scenes_have_no_numbers(look):
    scene = look(kind=DepthKind.RELATIVE_DEPTH)
    ruler = ruler_on(scene)
    click(ruler, (0.5, 0.5))
    assert marks_at(ruler, (0.5, 0.5)) is None
    assert any("no unit" in line for line in ruler.context.notices.status.infos)


def test_another_source_takes_the_ruler_s_ends_away(look):
    scene = look()
    ruler = ruler_on(scene)
    click(ruler, (0.5, 0.5))
    assert len(marks_at(ruler).lines[0]) == 1
    scene.shown = depth_frame(scene.shown.depth, scene.shown.frame.image, DepthKind.METRIC)
    object.__setattr__(scene.shown.frame, "source_id", "another")
    assert marks_at(ruler).lines == ()


def test_escape_first_drops_the_ends_then_the_ruler(look):
    ruler = ruler_on(look())
    click(ruler, (0.5, 0.5))
    assert ruler.escape()
    assert ruler.is_on
    assert ruler.escape()
    assert not ruler.is_on
    assert not ruler.escape()


def test_in_stereo_each_eye_sees_the_ruler(look):
    settings = Settings().replace(stereo="side-by-side")
    scene = look(settings=settings)
    ruler = ruler_on(scene)
    for u in (0.2, 0.3):
        click(ruler, (u, 0.5))
    left, right = marks_at(ruler).lines
    assert left[0] == pytest.approx((0.2, 0.5), abs=0.003)
    assert right[0] == pytest.approx((0.7, 0.5), abs=0.05)


def test_a_click_without_the_ruler_reads_nothing_back(look):
    scene = look()
    tool = RulerTool(Program(scene.settings, view=scene))
    assert not tool.handle(Clicked(0.5, 0.5))
    assert not tool.handle(DoubleClicked(0.5, 0.5))
    tool.update(0.0)
    assert scene.picks == 0
