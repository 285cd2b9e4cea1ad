"""Stereo geometry."""

from math import radians

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyglm import glm

from engine.frames import DepthKind, default_intrinsics
from engine.geometry.world import world_map
from engine.navigation.camera import Camera, projection_matrix
from engine.render.stereo import comfortable, depths_seen, eye, eyes_for, parallax, sees_source
from engine.settings import SceneSettings, Settings
from tests.depth_frames import depth_frame

PROJECTION = projection_matrix(default_intrinsics(640, 360, 60), (640, 360), (1280, 720))
CAMERA = Camera((0.3, -0.2, -2.5), radians(20), radians(-10), 3.0)


def on_screen(matrix, point):
    clip = matrix * glm.vec4(point, 1)
    return clip.x / clip.w, clip.y / clip.w


def eyes(distance):
    return [projection * view for view, projection in (eye(CAMERA, PROJECTION, s * distance / 2, 3.0) for s in (-1, 1))]


def at(depth, x=0.4, y=-0.3):
    """Return a point at this distance along the camera's viewing direction."""
    return CAMERA.position - CAMERA.backward * depth + CAMERA.right * x + CAMERA.up * y


def test_the_pivots_plane_is_on_the_screen():
    left, right = eyes(0.2)
    for x, y in ((0, 0), (0.7, 0.4), (-0.5, 0.1)):
        assert on_screen(left, at(3.0, x, y)) == pytest.approx(on_screen(right, at(3.0, x, y)), abs=1e-5)


@given(depth=st.floats(0.5, 50), distance=st.floats(0, 0.5))
def test_parallax_is_what_the_eyes_see_and_never_vertical(depth, distance):
    (left, top), (right, bottom) = (on_screen(matrix, at(depth)) for matrix in eyes(distance))
    assert (right - left) / 2 == pytest.approx(parallax(PROJECTION, distance, 3.0, depth), abs=1e-5)
    assert top == pytest.approx(bottom, abs=1e-5)


def test_what_is_near_stands_out():
    assert parallax(PROJECTION, 0.1, 3.0, 1.0) < 0 < parallax(PROJECTION, 0.1, 3.0, 10.0)


def test_no_distance_is_one_eye():
    left, right = eyes(0.0)
    assert left == right == PROJECTION * CAMERA.view_matrix()


@given(distance=st.floats(0.001, 1), nearest=st.floats(0.0, 5), extent=st.floats(0, 100), most=st.floats(0.005, 0.1))
def test_the_comfort_limit_holds_for_all_of_the_scene(distance, nearest, extent, most):
    scene = (nearest, nearest + extent)
    found = comfortable(PROJECTION, distance, 3.0, scene, most)
    assert 0 < found <= distance
    for depth in scene:
        if depth > 0.15:
            assert abs(parallax(PROJECTION, found, 3.0, depth)) <= most * (1 + 1e-6)


def test_a_comfortable_distance_is_kept():
    assert comfortable(PROJECTION, 0.01, 3.0, (2.0, 6.0), 0.03) == 0.01


def test_depths_seen_are_those_of_the_scene():
    depth = np.full((36, 64), 3.0)
    depth[10:20, 20:40] = 1.5
    frame = depth_frame(depth, kind=DepthKind.METRIC, span=(1.5, 3.0, 3.0))
    world = world_map(frame, SceneSettings())
    assert depths_seen(frame, world, Camera.home(2.0)) == pytest.approx((1.5, 3.0))
    nearest, farthest = depths_seen(frame, world, Camera.home(2.0).orbited(0.3, 0))
    assert nearest < 1.5
    assert farthest > 3.0


def metric_frame(kind=DepthKind.METRIC):
    depth = np.full((36, 64), 3.0)
    depth[10:20, 20:40] = 1.5
    return depth_frame(depth, kind=kind, span=(1.5, 3.0, 3.0))


def eyes_with(frame, **changes):
    """Return the eyes of the home camera around a pivot at 2, without a limit that matters."""
    home = projection_matrix(frame.intrinsics, (64, 36), (1280, 720))
    return eyes_for(
        frame, Camera.home(2.0), home, Settings().replace(**{"stereo": "side-by-side", "comfort": 0.1} | changes)
    )


def test_a_bare_number_is_a_share_of_the_distance_to_the_pivot():
    assert eyes_with(metric_frame(), eye_distance=0.02).distance == pytest.approx(0.04)


def test_millimeters_are_those_of_metric_scenes():
    assert eyes_with(metric_frame(), eye_distance="63mm").distance == pytest.approx(0.063)
    assert eyes_with(metric_frame(), eye_distance="63mm", metric_depth_scale=2.0).distance == pytest.approx(0.126)


@pytest.mark.parametrize("changes", [{"kind": DepthKind.DISPARITY}, {"projection": "relief"}])
def test_without_a_unit_millimeters_mean_the_default_share(changes):
    frame = metric_frame(changes.pop("kind", DepthKind.METRIC))
    given = eyes_with(frame, eye_distance="63mm", convergence=9.0, **changes)
    assert given == eyes_with(frame, **changes)


@pytest.mark.parametrize(
    ("convergence", "distance"), [("pivot", 2.0), ("near", 1.5), ("middle", 2.0), ("far", 3.0), (2.4, 2.4)]
)
def test_eyes_converge_where_they_are_told(convergence, distance):
    frame = metric_frame()
    eyes = eyes_with(frame, convergence=convergence)
    assert eyes.converged == pytest.approx(distance, rel=1e-5)
    home = projection_matrix(frame.intrinsics, (64, 36), (1280, 720))
    sides = [on_screen(p * v, (0.2, 0.1, -distance)) for v, p in (eyes.view(Camera.home(2), home, s) for s in (-1, 1))]
    assert sides[0] == pytest.approx(sides[1], abs=1e-5)


@given(comfort=st.floats(0.005, 0.1), border=st.sampled_from(["crop", "extend"]))
def test_the_comfort_limit_holds_for_cropped_pictures(comfort, border):
    frame = metric_frame()
    home = projection_matrix(frame.intrinsics, (64, 36), (1280, 720))
    settings = Settings().replace(stereo="side-by-side", eye_distance=0.2, comfort=comfort, eye_border=border)
    eyes = eyes_for(frame, Camera.home(2.0), home, settings)
    worst = max(abs(parallax(home, eyes.distance, eyes.converged, depth)) for depth in (1.5, 3.0))
    assert worst * eyes.zoom <= comfort * (1 + 1e-6)
    assert eyes.zoom > 1 if border == "crop" else eyes.zoom == 1


@pytest.mark.parametrize("cone_deg", [20, 90])
def test_a_quilt_is_enlarged_by_a_quarter_at_most(cone_deg):
    quilt = {"stereo": "quilt", "quilt_cone_deg": cone_deg, "original_eye": "left"}
    assert eyes_with(metric_frame(), **quilt).zoom == (pytest.approx(1.113, abs=0.001) if cone_deg == 20 else 1.25)
    assert eyes_with(metric_frame(), **quilt, eye_border="extend").zoom == 1


def test_a_picture_with_bars_beside_it_is_not_cropped():
    frame = metric_frame()
    wide = projection_matrix(frame.intrinsics, (64, 36), (2000, 720))
    assert eyes_for(frame, Camera.home(2.0), wide, Settings().replace(stereo="side-by-side")).zoom == 1


@pytest.mark.parametrize(("original", "still", "moved"), [("left", -0.5, 0.5), ("right", 0.5, -0.5)])
def test_the_other_eye_moves_by_the_whole_distance(original, still, moved):
    frame, camera = metric_frame(), Camera.home(2.0)
    home = projection_matrix(frame.intrinsics, (64, 36), (1280, 720))
    usual, eyes = eyes_with(frame, eye_border="extend"), eyes_with(frame, original_eye=original)
    assert (eyes.distance, eyes.zoom) == (usual.distance, 1)
    for point in ((0.3, 0.2, -1.5), (-0.4, 0.1, -3.0)):
        places = [on_screen(p * v, point) for v, p in (eyes.view(camera, home, at) for at in (still, moved))]
        assert places[0] == pytest.approx(on_screen(home * camera.view_matrix(), point))
        halves = [on_screen(p * v, point) for v, p in (usual.view(camera, home, at) for at in (still, moved))]
        assert places[1][0] - places[0][0] == pytest.approx(halves[1][0] - halves[0][0], rel=1e-4)


def test_an_untouched_eye_is_the_picture_until_somebody_moves():
    frame, settings = metric_frame(), Settings().replace(stereo="side-by-side", original_eye="left")
    shape = frame.frame.image.shape[1::-1]
    assert sees_source(-0.5, shape, frame, Camera.home(2.0), settings)
    assert not sees_source(0.5, shape, frame, Camera.home(2.0), settings)
    assert not sees_source(-0.5, shape, frame, Camera.home(2.0).orbited(0.1, 0), settings)
    assert not sees_source(-0.5, (shape[0] * 2, shape[1]), frame, Camera.home(2.0), settings)
    for change in ({"view": "depth"}, {"fog": 0.5}, {"stereo": "off"}, {"original_eye": "none"}):
        assert not sees_source(-0.5, shape, frame, Camera.home(2.0), settings.replace(**change))
