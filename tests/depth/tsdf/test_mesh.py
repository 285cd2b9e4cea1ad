"""What the mesh of several views must be like, in scenes whose truth is a formula."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
import trimesh

from engine.depth.tsdf.mesh import fuse_mesh
from engine.frames import default_intrinsics
from engine.geometry.fusion import PosedView
from tests.demo_views import POSES, demo_view, distance_to_surfaces

BLUE, ORANGE = (20, 60, 200), (240, 140, 10)
RADIUS = 0.5


def ball_view(direction, size=96):
    """A ball around the origin, orange where x > 0, and nothing behind it, seen from 2 m away."""
    forward = -np.asarray(direction, np.float64) / np.linalg.norm(direction)
    right = np.cross(forward, (0.3, 1, 0.2))
    right /= np.linalg.norm(right)
    turn = np.stack([right, np.cross(forward, right), forward])
    k = default_intrinsics(size, size, 40)
    v, u = np.mgrid[:size, :size] + 0.5
    rays = np.stack([(u - k[0, 2]) / k[0, 0], (v - k[1, 2]) / k[1, 1], np.ones_like(u)], -1)
    # |t · ray − (0, 0, 2)| = RADIUS
    a, b = (rays**2).sum(-1), 2.0
    root = b * b - a * (4 - RADIUS**2)
    depth = np.where(root > 0, (b - np.sqrt(np.maximum(root, 0))) / a, 0).astype(np.float32)
    world = (rays * depth[..., None] - (0, 0, 2)) @ turn
    image = np.where(world[..., :1] > 0, ORANGE, BLUE).astype(np.uint8)
    return PosedView(image, depth, k, np.column_stack([turn, (0, 0, 2)]))


AROUND = [(x, y, z) for x in (-1, 0, 1) for y in (-1, 0, 1) for z in (-1, 0, 1) if (x, y, z) != (0, 0, 0)]


def in_world(mesh, views):
    """The points of a mesh, from the axes of `world.py` at the first camera to those of the views."""
    pose = views[0].extrinsics
    return (mesh.points * (1, -1, -1) - pose[:, 3]) @ pose[:, :3]


@pytest.fixture(scope="module")
def ball():
    views = [ball_view(direction) for direction in AROUND]
    return views, fuse_mesh(views)


@pytest.fixture(scope="module")
def room():
    return fuse_mesh([demo_view(pose) for pose in POSES])


def as_trimesh(mesh):
    return trimesh.Trimesh(mesh.points, mesh.triangles, process=False)


def test_a_ball_seen_from_all_sides_is_a_closed_ball(ball):
    views, mesh = ball
    body = as_trimesh(mesh)
    assert body.is_watertight
    assert body.is_winding_consistent
    assert body.volume == pytest.approx(4 / 3 * np.pi * RADIUS**3, rel=0.01), "and outside is outside"
    assert np.abs(np.linalg.norm(in_world(mesh, views), axis=1) - RADIUS).max() < mesh.voxel / 2
    assert len(body.split(only_watertight=False)) == 1


def test_vertices_have_the_colors_and_normals_of_their_places(ball):
    views, mesh = ball
    places = in_world(mesh, views)
    for side, color in ((places[:, 0] > 2 * mesh.voxel, ORANGE), (places[:, 0] < -2 * mesh.voxel, BLUE)):
        off = np.abs(mesh.colors[side].astype(int) - color).max(1)
        assert off.max() < 16
        assert np.quantile(off, 0.99) < 3
    normals = mesh.normals * (1, -1, -1) @ views[0].extrinsics[:, :3]
    assert (normals * places).sum(1).min() > 0.97 * RADIUS


def test_colors_may_be_finer_than_depth(ball):
    views, _ = ball
    finer = [replace(view, image=view.image.repeat(3, 0).repeat(3, 1)) for view in views]
    mesh = fuse_mesh(finer)
    places = in_world(mesh, views)
    assert np.abs(mesh.colors[places[:, 0] > 2 * mesh.voxel].astype(int) - ORANGE).max() < 16


def test_the_room_is_where_it_is(room):
    """The first camera is the demo's own, so the mesh is in the room's axes and meters."""
    off_m = distance_to_surfaces(room.points)
    assert len(room.triangles) > 100_000
    assert np.quantile(off_m, 0.9) < room.voxel / 10
    assert np.quantile(off_m, 0.99) < room.voxel
    assert room.points.min(0) == pytest.approx((-2.9, -0.8, -5.6), abs=room.voxel)
    x, y, z = room.points.T
    rug = (np.abs(y + 0.8) < 0.01) & (((x - 0.1) / 1.4) ** 2 + ((z + 3.3) / 1.05) ** 2 < 0.6)
    red, green, _ = np.median(room.colors[rug], 0)
    assert red > 2 * green


def test_the_views_world_may_be_far_away(room):
    """Poses may be those of a map, kilometers from its origin."""
    away = np.eye(4)
    away[:3, 3] = (448_000.25, 35.5, 5_412_000.75)
    mesh = fuse_mesh([replace(view, extrinsics=view.extrinsics @ away) for view in map(demo_view, POSES)])
    np.testing.assert_array_equal(mesh.triangles, room.triangles)
    np.testing.assert_allclose(mesh.points, room.points, atol=1e-5)


def test_a_voxel_is_a_pixel_at_the_median_depth(room):
    footprints = [view.depth / view.intrinsics[0, 0] for view in map(demo_view, POSES)]
    assert room.voxel == pytest.approx(np.median(footprints), rel=0.05)


def test_nothing_connects_what_is_near_with_what_is_far():
    """A plate at 1 m before a wall at 2 m, seen once: two pieces, with nothing between them."""
    depth = np.full((90, 120), 2.0, np.float32)
    depth[30:60, 40:80] = 1.0
    view = PosedView(np.zeros((90, 120, 3), np.uint8), depth, default_intrinsics(120, 90, 60), np.eye(3, 4))
    mesh = fuse_mesh([view])
    z = -mesh.points[:, 2]
    assert len(as_trimesh(mesh).split(only_watertight=False)) == 2
    np.testing.assert_allclose(z[z < 1.5], 1, atol=mesh.voxel)
    np.testing.assert_allclose(z[z > 1.5], 2, atol=mesh.voxel / 10)


def test_what_nobody_measured_has_no_surface():
    view = demo_view()
    holes = view.depth.copy()
    holes[:, 100:] = 0
    holes[:60] = np.nan
    mesh = fuse_mesh([replace(view, depth=holes)])
    k = view.intrinsics
    u = mesh.points[:, 0] / -mesh.points[:, 2] * k[0, 0] + k[0, 2]
    v = mesh.points[:, 1] / mesh.points[:, 2] * k[1, 1] + k[1, 2]
    assert len(mesh.points) > 500
    assert u.max() < 101
    assert v.min() > 59
    nothing = fuse_mesh([replace(view, depth=np.zeros_like(holes))])
    assert (len(nothing.points), len(nothing.triangles)) == (0, 0)


def test_what_others_see_through_is_not_there():
    """A view with a wall where two others look into the room is outvoted."""
    views = [demo_view(pose) for pose in POSES]
    ghost = views[0].depth.copy()
    ghost[40:90, 60:190] = 1.8
    wrong = replace(views[0], depth=ghost)
    alone, outvoted = fuse_mesh([wrong]), fuse_mesh([wrong, *views[1:]])
    assert (distance_to_surfaces(alone.points) > 0.1).sum() > 1000
    assert (distance_to_surfaces(outvoted.points) > 0.1).sum() < 300


def test_noise_is_averaged(room):
    """The noise of a Kinect (Nguyen et al. 2012): 1.2 mm + 1.9 mm at a square meter beyond 0.4 m."""
    random = np.random.default_rng(1)

    def measured(depth):
        return (depth + random.normal(size=depth.shape) * (0.0012 + 0.0019 * (depth - 0.4) ** 2)).astype(np.float32)

    views = [demo_view(pose) for pose in POSES]
    noisy = [replace(view, depth=measured(view.depth)) for view in views for _ in range(3)]
    mesh = fuse_mesh(noisy)
    off_m, once_m = distance_to_surfaces(mesh.points), np.abs(noisy[0].depth - views[0].depth)
    assert np.quantile(off_m, 0.9) < 0.2 * np.quantile(once_m, 0.9)
    assert np.quantile(off_m, 0.99) < mesh.voxel
    specks = [len(part.faces) for part in as_trimesh(mesh).split(only_watertight=False) if len(part.faces) < 100]
    assert sum(specks) < 0.01 * len(mesh.triangles), "noise makes no second surface"
    assert len(mesh.points) == pytest.approx(len(room.points), rel=0.15)


def test_what_is_least_sure_is_left_out():
    view = demo_view()
    depth, confidence = view.depth.copy(), np.full_like(view.depth, 5.0)
    depth[:35] *= 1.3
    confidence[:35] = 1.0
    doubtful = replace(view, depth=depth, confidence=confidence)
    assert (distance_to_surfaces(fuse_mesh([doubtful]).points) > 0.1).mean() > 0.15
    assert np.quantile(distance_to_surfaces(fuse_mesh([doubtful], least_confident=0.3).points), 0.99) < 0.03


def test_large_scenes_get_larger_voxels(room):
    shares = []
    coarse = fuse_mesh([demo_view(pose) for pose in POSES], most_blocks=500, watch=shares.append)
    assert coarse.voxel > 1.5 * room.voxel
    assert len(coarse.points) < 0.5 * len(room.points)
    assert np.quantile(distance_to_surfaces(coarse.points), 0.98) < coarse.voxel
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_memory_is_that_of_the_mesh_and_a_few_blocks():
    """The room has 33 million voxels of this size."""
    views = [demo_view(pose, 400, 222) for pose in POSES]
    tracemalloc.start()
    mesh = fuse_mesh(views)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(mesh.points) > 150_000
    assert peak < 200e6
