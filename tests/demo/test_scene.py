"""The demo's depth is ground truth: it is compared with values computed by hand, and with other views."""

from math import radians

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.demo.objects import FURNITURE, ROOM_MAX, ROOM_MIN, moving
from engine.demo.scene import render
from engine.demo.solids import Box, Capsule, SceneCamera, turn
from engine.frames import DepthMap
from engine.geometry.world import pixel_rays

SIZE = (160, 90)
HOME = SceneCamera.at(*SIZE)
positions = st.tuples(st.floats(-2, 2), st.floats(-0.4, 1.5), st.floats(-1, 1))
angles = st.floats(-0.6, 0.6)


def unproject(camera: SceneCamera, depth: DepthMap) -> np.ndarray:
    """World points (H, W, 3) of a depth map."""
    x, y = pixel_rays(camera.intrinsics, *depth.shape)
    points = np.stack(np.broadcast_arrays(x * depth, y * depth, -depth), -1)
    return (points - camera.world_to_camera[:3, 3]) @ camera.world_to_camera[:3, :3]


def project(camera: SceneCamera, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pixel coordinates and depth of world points (..., 3)."""
    local = points @ camera.world_to_camera[:3, :3].T + camera.world_to_camera[:3, 3]
    depth = -local[..., 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        u = camera.intrinsics[0, 0] * local[..., 0] / depth + camera.intrinsics[0, 2]
        v = -camera.intrinsics[1, 1] * local[..., 1] / depth + camera.intrinsics[1, 2]
    return u, v, depth


def test_picture_and_depth_have_the_size_of_the_camera() -> None:
    image, depth = render(SceneCamera.at(101, 57), 0.0)
    assert image.shape == (57, 101, 3)
    assert image.dtype == np.uint8
    assert depth.shape == (57, 101)
    assert depth.dtype == np.float32
    assert image.flags.c_contiguous
    assert depth.flags.c_contiguous


def test_walls_are_where_they_are() -> None:
    """The back wall fills the upper edge of the home view, left and right of what hangs and moves there."""
    _, depth = render(HOME, 0.0)
    assert depth[0, 20] == pytest.approx(-ROOM_MIN[2], rel=1e-6)
    rows = np.arange(SIZE[1]) + 0.5 - SIZE[1] / 2
    floor = -ROOM_MIN[1] * HOME.intrinsics[1, 1] / rows
    assert depth[85, 130] == pytest.approx(floor[85], rel=1e-5)


@pytest.mark.parametrize(("yaw_deg", "wall"), [(90, 0), (-90, 0), (180, 2)])
def test_the_principal_ray_meets_the_wall_that_it_looks_at(yaw_deg: float, wall: int) -> None:
    camera = SceneCamera.at(65, 65, position_m=(0.3, 0.9, 0.4), yaw_rad=radians(yaw_deg))
    _, depth = render(camera, 0.0)
    expected = {90: 0.3 - ROOM_MIN[0], -90: ROOM_MAX[0] - 0.3, 180: ROOM_MAX[2] - 0.4}[yaw_deg]
    assert depth[32, 32] == pytest.approx(expected, rel=1e-5)
    np.testing.assert_allclose(depth[20:40, 20:40], expected, rtol=1e-5)  # depth is along the axis, not the ray


def test_the_nearest_point_of_a_moving_ball() -> None:
    ball = next(body for body in moving(1.5) if isinstance(body, Capsule))
    x, y, z = ball.center
    camera = SceneCamera.at(65, 65, position_m=(x, y, z + 1.0))
    _, depth = render(camera, 1.5)
    assert depth[32, 32] == pytest.approx(1.0 - ball.radius_m, abs=1e-5)
    assert render(camera, 3.0)[1][32, 32] > 1.5  # it has moved on


@settings(max_examples=60, deadline=None)
@given(
    start=st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.floats(3, 4)),
    aim=st.tuples(st.floats(-0.6, 0.6), st.floats(-0.6, 0.6), st.floats(-0.6, 0.6)),
    axis=st.sampled_from([(0.0, 0.0, 0.0), (0.0, 0.4, 0.0), (0.2, 0.1, -0.3)]),
)
def test_rays_hit_solids_on_their_surface(start, aim, axis) -> None:
    ray = tuple(np.full((1, 1), a - s) for a, s in zip(aim, start, strict=True))
    for body in (
        Capsule((0, 0, 0), lambda p: p, 0.3, axis),
        Box((0, 0, 0), lambda p: p, (0.3, 0.2, 0.4), turn(0.5, 0.3)),
    ):
        along = np.linspace(0, 2, 4001)[None, :]
        samples = tuple(s + along * r for s, r in zip(start, ray, strict=True))
        inside = body.distance(samples)[0] < 0
        t = body.hit(start, ray)[0, 0]
        if np.isfinite(t):
            point = tuple(s + t * r for s, r in zip(start, ray, strict=True))
            assert abs(body.distance(point)[0, 0]) < 1e-5
            normal = np.array(body.normal(point)).ravel()
            assert np.linalg.norm(normal) == pytest.approx(1, abs=1e-4)
            assert normal @ np.array(ray).ravel() <= 1e-6  # seen from outside
            assert not inside[along[0] < t - 1e-3].any()
        else:
            assert not inside.any()


def test_the_same_moment_gives_the_same_picture() -> None:
    first = render(HOME, 1.25)
    render(HOME, 2.0)
    for again in (render(HOME, 1.25), render(SceneCamera.at(*SIZE), 1.25)):
        np.testing.assert_array_equal(first[0], again[0])
        np.testing.assert_array_equal(first[1], again[1])


def test_only_the_foreground_moves() -> None:
    depths = np.stack([render(HOME, t_s)[1] for t_s in np.linspace(0, 9, 19)])
    still = np.ptp(depths, axis=0) == 0
    assert 0.3 < still.mean() < 0.95
    assert depths.min() > 1.2
    assert depths.max() < 6


def test_a_body_covers_what_is_behind_it_in_picture_and_depth_alike() -> None:
    (before, far), (after, near) = render(HOME, 0.0), render(HOME, 1.0)
    nearer = near < far - 0.2
    assert nearer.any()
    assert (np.abs(before.astype(int) - after)[nearer].max(-1) > 8).mean() > 0.8


@settings(max_examples=12, deadline=None)
@given(position=positions, yaw=angles, pitch=st.floats(-0.4, 0.2), t_s=st.floats(0, 20))
def test_another_view_sees_the_same_surfaces(position, yaw: float, pitch: float, t_s: float) -> None:
    """Points of the home view, seen from elsewhere, are either hidden there or have exactly the depth seen there."""
    other = SceneCamera.at(200, 150, position_m=position, yaw_rad=yaw, pitch_rad=pitch, fov_deg=75)
    points = unproject(HOME, render(HOME, t_s)[1])
    u, v, expected = project(other, points)
    depth = render(other, t_s)[1]
    inside = (expected > 0.05) & (u > 1) & (u < 199) & (v > 1) & (v < 149)
    columns, rows = u[inside].astype(int), v[inside].astype(int)
    # The pixel's own ray passes by up to half a pixel, so it meets the surface a little nearer or farther.
    patch = np.stack([depth[rows + dy, columns + dx] for dy in (-1, 0, 1) for dx in (-1, 0, 1)])
    seen_through = expected[inside] < patch.min(0) * 0.99 - 0.02
    assert seen_through.mean() < 0.002 if inside.any() else True
    if inside.sum() > 500 and np.linalg.norm(position) < 1:
        agree = np.abs(depth[rows, columns] - expected[inside]) < 0.03 * expected[inside]
        assert agree.mean() > 0.6


def test_a_pose_may_be_rolled_and_the_lens_off_center() -> None:
    roll = np.eye(4)
    roll[:2, :2] = [[0, -1], [1, 0]]
    intrinsics = np.array([[100.0, 0, 20], [0, 80.0, 70], [0, 0, 1]])
    camera = SceneCamera(120, 100, intrinsics, roll)
    depth = render(camera, 0.5)[1]
    points = unproject(camera, depth)
    assert (points >= np.array(ROOM_MIN) - 1e-4).all()
    assert (points <= np.array(ROOM_MAX) + 1e-4).all()
    local = tuple(points[..., axis] for axis in range(3))
    room = np.minimum(points - ROOM_MIN, np.array(ROOM_MAX) - points).min(-1)
    nearest = np.minimum.reduce([room, *(np.abs(body.distance(local)) for body in (*FURNITURE, *moving(0.5)))])
    assert nearest.max() < 1e-4  # every point is on a surface


@pytest.mark.parametrize("position", [(0, 0, 5), (-3, 0, 0), (0, -0.9, 0)])
def test_a_camera_outside_the_room_is_an_error(position) -> None:
    with pytest.raises(ValueError, match="outside the room"):
        render(SceneCamera.at(32, 18, position_m=position), 0.0)
