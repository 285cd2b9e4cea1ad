from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyglm import glm

from engine.frames import Calibration, DepthKind
from engine.geometry.world import FAR_PER_SCALE, NEAR, RELIEF_PLANE, pivot_distance, pixel_rays, world_map
from engine.navigation.camera import CLIP_NEAR, Camera
from engine.settings import SceneSettings
from tests.depth_frames import depth_frame

VALUES = np.array([[1.0, 2.0, 3.0, 5.0]])


def mapped(kind, span=(1.0, 2.0, 5.0), **settings):
    return world_map(depth_frame(VALUES, kind=kind, span=span), SceneSettings(**settings))


@given(st.floats(0.01, 3))
def test_disparity_runs_from_near_to_far(scale):
    world = mapped(DepthKind.DISPARITY, depth_scale=scale)
    far = NEAR + FAR_PER_SCALE * scale
    assert world.view_distance(np.array([5.0, 1.0])) == pytest.approx([NEAR, far])
    # the formula itself: 1/z = mix(1/far, 1/near, t)
    t = (2.0 - 1) / (5 - 1)
    assert 1 / world.view_distance(np.array([2.0])) == pytest.approx([(1 - t) / far + t / NEAR])


def test_disparity_is_clamped_to_the_range():
    world = mapped(DepthKind.DISPARITY, depth_scale=1.0)
    assert world.view_distance(np.array([-100.0, 100.0])) == pytest.approx([5, 1])


def test_no_depth_scale_is_flat():
    assert mapped(DepthKind.DISPARITY, depth_scale=0).view_distance(VALUES) == pytest.approx(np.ones((1, 4)))


def test_meters_are_meters_and_depth_scale_does_nothing():
    for scale in (0.0, 2.0):
        assert mapped(DepthKind.METRIC, depth_scale=scale).view_distance(VALUES) == pytest.approx(VALUES)
    assert mapped(DepthKind.METRIC, metric_depth_scale=2).view_distance(VALUES) == pytest.approx(2 * VALUES)


def test_relative_depth_is_measured_in_medians():
    assert mapped(DepthKind.RELATIVE_DEPTH).view_distance(VALUES) == pytest.approx(VALUES / 2)


def test_calibrated_disparity_has_its_own_scale():
    frame = replace(depth_frame(VALUES), calibration=Calibration(0.2, 0.1, 2.0, DepthKind.METRIC, 0.0))
    for depth_scale, units in ((0.0, 1.0), (2.0, 3.0)):
        world = world_map(frame, SceneSettings(depth_scale=depth_scale, metric_depth_scale=units))
        z = world.view_distance(VALUES)
        assert z == pytest.approx(units / (0.2 * VALUES + 0.1).clip(0.5))  # at the most two meters
        inverted = world_map(frame, SceneSettings(metric_depth_scale=units, invert_depth=True))
        assert inverted.view_distance(np.array([5.0, 1.0])) == pytest.approx(z[0, [0, 3]])


@pytest.mark.parametrize("kind", DepthKind)
@pytest.mark.parametrize("projection", ["perspective", "relief"])
def test_invert_swaps_the_ends(kind, projection):
    ends = np.array([1.0, 5.0])
    plain = mapped(kind, projection=projection).view_distance(ends)
    swapped = mapped(kind, projection=projection, invert_depth=True).view_distance(ends)
    assert swapped == pytest.approx(plain[::-1])


@pytest.mark.parametrize("kind", DepthKind)
def test_polarity(kind):
    nearness = mapped(kind).nearness(np.array([1.0, 5.0]))
    assert list(nearness) == ([0, 1] if kind is DepthKind.DISPARITY else [1, 0])


@pytest.mark.parametrize("depth_scale", [2.0, 3.0])
def test_the_highest_relief_stays_before_the_eye(depth_scale):
    frame, settings = depth_frame(VALUES), SceneSettings(projection="relief", depth_scale=depth_scale)
    assert world_map(frame, settings).view_distance(VALUES).min() > CLIP_NEAR
    assert pivot_distance(frame, settings) > CLIP_NEAR


def test_relief_stands_on_its_plane_and_comes_forward():
    world = mapped(DepthKind.DISPARITY, projection="relief", depth_scale=0.5)
    assert world.view_distance(np.array([1.0, 5.0])) == pytest.approx([RELIEF_PLANE, RELIEF_PLANE - 0.5])
    frame = depth_frame(VALUES)
    points = world.points(VALUES, *pixel_rays(frame.intrinsics, 1, 4))
    flat = mapped(DepthKind.DISPARITY, projection="relief", depth_scale=0).points(
        VALUES, *pixel_rays(frame.intrinsics, 1, 4)
    )
    assert points[..., :2] == pytest.approx(flat[..., :2])  # displaced straight towards the viewer


def test_a_range_without_extent_is_not_a_division_by_zero():
    world = mapped(DepthKind.DISPARITY, span=(2, 2, 2))
    assert np.isfinite(world.view_distance(VALUES)).all()
    assert (world.nearness(VALUES) == 0.5).all()


def test_what_was_not_measured_has_no_place():
    depth = np.array([[0.0, -1.0, np.nan, 2.0]])
    frame = depth_frame(VALUES, kind=DepthKind.METRIC)
    points = mapped(DepthKind.METRIC).points(depth, *pixel_rays(frame.intrinsics, 1, 4))
    assert list(np.isnan(points).any(-1)[0]) == [True, True, True, False]


@given(st.integers(2, 60), st.integers(2, 60), st.floats(30, 120))
def test_pixels_project_back_to_where_they_came_from(width, height, fov):
    depth = np.random.default_rng(width * height).uniform(0.5, 9, (height, width))
    frame = depth_frame(depth, kind=DepthKind.METRIC, fov_deg=fov)
    points = world_map(frame, SceneSettings()).points(depth, *pixel_rays(frame.intrinsics, height, width))
    camera = points * (1, -1, -1)  # OpenCV axes
    projected = camera @ frame.intrinsics.T
    pixels = projected[..., :2] / projected[..., 2:]
    y, x = np.mgrid[0:height, 0:width] + 0.5
    assert pixels == pytest.approx(np.stack([x, y], -1), abs=1e-6)


def test_the_world_does_not_depend_on_the_resolution():
    coarse = depth_frame(np.full((9, 16), 2.0), kind=DepthKind.METRIC)
    fine = depth_frame(np.full((90, 160), 2.0), kind=DepthKind.METRIC)
    a = world_map(coarse, SceneSettings()).points(coarse.depth, *pixel_rays(coarse.intrinsics, 9, 16))
    b = world_map(fine, SceneSettings()).points(fine.depth, *pixel_rays(fine.intrinsics, 90, 160))
    blocks = b.reshape(9, 10, 16, 10, 3).mean((1, 3))
    assert a == pytest.approx(blocks, abs=1e-6)


@pytest.mark.parametrize(
    ("kind", "span"),
    [(DepthKind.DISPARITY, (5, 6, 40)), (DepthKind.METRIC, (1.5, 5.5, 5.6)), (DepthKind.RELATIVE_DEPTH, (0.4, 1, 3))],
)
@pytest.mark.parametrize("projection", ["perspective", "relief"])
def test_round_the_pivot_near_and_far_move_equally_far_and_apart(kind, span, projection):
    frame = depth_frame(np.array([[span[0], span[2]]], np.float32), kind=kind, span=span)
    settings = SceneSettings(projection=projection)
    ends = world_map(frame, settings).view_distance(frame.depth)[0]
    camera = Camera.home(pivot_distance(frame, settings)).orbited(1e-3, 0)
    low, high = (camera.view_matrix() * glm.vec4(0, 0, -z, 1) for z in ends)
    assert low.x / low.z == pytest.approx(-high.x / high.z, rel=1e-2)
    assert abs(low.x / low.z) > 1e-5
