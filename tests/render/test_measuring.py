"""Known distances of the demo, measured by clicking on its picture."""

from functools import cache
from itertools import pairwise
from math import dist

import pytest
from pyglm import glm

from engine.app.tools.ruler import RulerTool
from engine.demo.objects import ROOM_MIN
from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.frames import DepthKind
from engine.geometry.units import scale_of
from engine.navigation.camera import Camera
from engine.settings import Settings
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
    """What `RulerTool` asks of the stage."""

    def __init__(self, renderer, settings, camera, **changes):
        image, depth = demo()
        self.shown = depth_frame(depth, image, changes.pop("kind", DepthKind.METRIC))
        self._renderer, self._camera, self._settings = renderer, camera, settings
        renderer.draw(self.shown, camera, settings)

    def pick(self, u, v):
        return self._renderer.pick(u, v)

    def spots(self, place):
        return self._renderer.spots(place)

    def view_projection(self):
        return self._renderer.projection(self.shown, self._settings.scene) * self._camera.view_matrix()


@pytest.fixture
def look(ctx, renderer):
    return lambda camera=HOME, settings=PLAIN, **changes: Scene(renderer, settings, camera, **changes)


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
        measuring = RulerTool(scene)
        measuring.toggle()
        measuring.marks(None, settings.scene)
        for place in (start, end):
            measuring.click(*seen_at(scene, place, units), settings.scene)
        assert measuring._ruler.length_m == pytest.approx(dist(start, end), rel=0.01)
        marks = measuring.marks(None, settings.scene)
        assert marks.label == scale_of(scene.shown, settings.scene).text(measuring._ruler.length_m)
        for shown, place in zip(marks.lines[0], (start, end), strict=True):
            assert shown == pytest.approx(seen_at(scene, place, units), abs=0.003)


def test_hovering_shows_the_depth(look):
    scene = look()
    measuring = RulerTool(scene)
    assert measuring.marks((0.5, 0.5), PLAIN.scene) is None, "the ruler is not taken up"
    measuring.toggle()
    for place in PLACES:
        marks = measuring.marks(seen_at(scene, place), PLAIN.scene)
        assert float(marks.pointer_label.split(" ")[0]) == pytest.approx(-place[2], rel=0.01)
        assert "uncalibrated" in marks.pointer_label, "the test's frames assume their camera"


def test_relative_scenes_have_no_numbers(look):
    scene = look(kind=DepthKind.RELATIVE_DEPTH)
    measuring = RulerTool(scene)
    measuring.toggle()
    measuring.click(0.5, 0.5, PLAIN.scene)
    marks = measuring.marks((0.5, 0.5), PLAIN.scene)
    assert marks.lines == ()
    assert marks.pointer_label is None
    assert "no unit" in marks.hint


def test_another_source_takes_the_ruler_s_ends_away(look):
    scene = look()
    measuring = RulerTool(scene)
    measuring.toggle()
    measuring.marks(None, PLAIN.scene)
    measuring.click(0.5, 0.5, PLAIN.scene)
    assert len(measuring.marks(None, PLAIN.scene).lines[0]) == 1
    scene.shown = depth_frame(scene.shown.depth, scene.shown.frame.image, DepthKind.METRIC)
    object.__setattr__(scene.shown.frame, "source_id", "another")
    assert measuring.marks(None, PLAIN.scene).lines == ()


def test_escape_first_drops_the_ends_then_the_ruler(look):
    measuring = RulerTool(look())
    measuring.toggle()
    measuring.marks(None, PLAIN.scene)
    measuring.click(0.5, 0.5, PLAIN.scene)
    assert measuring.clear()
    assert measuring.is_on
    assert measuring.clear()
    assert not measuring.is_on
    assert not measuring.clear()


def test_in_stereo_each_eye_sees_the_ruler(look):
    settings = Settings().replace(stereo="side-by-side")
    scene = look(settings=settings)
    measuring = RulerTool(scene)
    measuring.toggle()
    measuring.marks(None, settings.scene)
    for u in (0.2, 0.3):
        measuring.click(u, 0.5, settings.scene)
    left, right = measuring.marks(None, settings.scene).lines
    assert left[0] == pytest.approx((0.2, 0.5), abs=0.003)
    assert right[0] == pytest.approx((0.7, 0.5), abs=0.05)
