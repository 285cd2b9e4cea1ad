from dataclasses import replace

import numpy as np
import pytest

from engine.geometry.fusion import MOST_POINTS, fuse
from engine.geometry.point_cloud import Points, joined
from tests.demo_views import POSES, demo_view, distance_to_surfaces


@pytest.fixture(scope="module")
def views():
    return [demo_view(pose) for pose in POSES]


def test_true_depth_and_cameras_give_the_room(views):
    """The first camera is the demo's own, so the cloud is in the room's axes and meters."""
    cloud = fuse(views, least_confident=0)
    off_m = distance_to_surfaces(cloud.places)
    assert len(cloud) > 40_000
    assert np.quantile(off_m, 0.99) < 0.002
    assert off_m.max() < 0.03
    x, y, z = cloud.places.T
    assert (x.min(), x.max()) == pytest.approx((-2.9, 2.9), abs=0.01)  # no single view sees both walls
    assert (y.min(), z.min()) == pytest.approx((-0.8, -5.6), abs=0.01)


def test_each_view_adds_what_the_others_do_not_see(views):
    alone = fuse(views[:1], least_confident=0)
    assert len(fuse(views, least_confident=0)) > 1.5 * len(alone)
    assert alone.places[:, 2].max() < 0, "a single view sees nothing behind itself"


def test_what_two_views_see_is_there_once(views):
    twice = fuse([views[0], views[0]], least_confident=0)
    assert len(twice) == len(fuse(views[:1], least_confident=0))


def test_the_views_world_may_be_any(views):
    """A network may place its world anywhere, in any unit."""
    turned = np.eye(4)
    turned[:3, :3] = np.linalg.qr(np.random.default_rng(3).normal(size=(3, 3)))[0]
    turned[:3, :3] *= np.linalg.det(turned[:3, :3])
    turned[:3, 3] = (4.0, -2.0, 7.0)
    scale = 0.25
    moved = []
    for view in views:
        extrinsics = view.extrinsics @ turned
        extrinsics[:, 3] *= scale
        moved.append(replace(view, depth=view.depth * np.float32(scale), extrinsics=extrinsics))
    cloud = fuse(moved, least_confident=0)
    assert np.quantile(distance_to_surfaces(cloud.places / scale), 0.99) < 0.002
    np.testing.assert_allclose(np.linalg.norm(cloud.normals, axis=1), 1, atol=1e-4)


def test_normals_face_who_saw_them(views):
    cloud = fuse(views[:1], least_confident=0)
    assert ((cloud.normals * cloud.places).sum(1) < 0).mean() > 0.99
    back_wall = np.abs(cloud.places[:, 2] + 5.6) < 0.001
    np.testing.assert_allclose(np.median(cloud.normals[back_wall], 0), (0, 0, 1), atol=0.01)


def test_what_others_see_through_is_not_there(views):
    """A view with a wall where two others look into the room is outvoted."""
    ghost = views[0].depth.copy()
    ghost[40:90, 60:190] = 1.0
    wrong = replace(views[0], depth=ghost)
    assert np.quantile(distance_to_surfaces(fuse([wrong], least_confident=0).places), 0.99) > 0.5
    off_m = distance_to_surfaces(fuse([wrong, *views[1:]], least_confident=0).places)
    assert (off_m > 0.1).mean() < 0.02


def test_what_is_least_sure_is_left_out(views):
    depth, confidence = views[0].depth.copy(), np.full_like(views[0].depth, 5.0)
    depth[:35] *= 1.3  # a quarter of the picture is wrong, and the network knows
    confidence[:35] = 1.0
    doubtful = replace(views[0], depth=depth, confidence=confidence)
    assert (distance_to_surfaces(fuse([doubtful], least_confident=0).places) > 0.1).mean() > 0.15
    assert distance_to_surfaces(fuse([doubtful], least_confident=0.3).places).max() < 0.03


def test_depth_between_two_surfaces_is_left_out(views):
    """Networks blur depth across edges: the pixels there belong to neither side."""
    depth = views[0].depth
    smeared = depth.copy()
    jump = np.abs(np.diff(depth, axis=1)) > 0.3
    smeared[:, :-1][jump] = (depth[:, :-1][jump] + depth[:, 1:][jump]) / 2
    off_m = distance_to_surfaces(fuse([replace(views[0], depth=smeared)], least_confident=0).places)
    assert (off_m > 0.1).sum() < 0.05 * jump.sum()


def test_what_was_not_measured_is_no_point(views):
    holes = views[0].depth.copy()
    holes[:70] = 0
    holes[70:80] = np.nan
    cloud = fuse([replace(views[0], depth=holes)], least_confident=0)
    assert np.isfinite(cloud.places).all()
    assert 0 < len(cloud) < 70 * 252
    assert len(fuse([replace(views[0], depth=np.zeros_like(holes))], least_confident=0)) == 0


def test_the_colors_are_those_of_the_places(views):
    cloud = fuse(views, least_confident=0)
    x, y, z = cloud.places.T
    rug = (np.abs(y + 0.8) < 0.002) & (((x - 0.1) / 1.4) ** 2 + ((z + 3.3) / 1.05) ** 2 < 0.6)
    red, green, _ = np.median(cloud.colors[rug], 0)
    assert red > 2 * green


def test_a_cloud_can_be_thinned(views):
    assert len(fuse(views, least_confident=0)) < MOST_POINTS
    thin = fuse(views, least_confident=0, most_points=5000)
    assert 2000 < len(thin) <= 5000
    assert np.quantile(distance_to_surfaces(thin.places), 0.9) < 0.05


def test_points_that_share_a_cell_become_their_mean():
    places = np.array([[0, 0, 0], [0.2, 0, 0], [9, 9, 9]], np.float32)
    up = np.tile(np.float32([0, 1, 0]), (3, 1))
    points = Points(places, up, np.array([[0, 0, 0], [100, 0, 0], [7, 8, 9]], np.uint8), np.full(3, 1, np.float32))
    thin = points.thinned(100)
    np.testing.assert_allclose(thin.places, [[0.1, 0, 0], [9, 9, 9]], atol=1e-6)
    np.testing.assert_array_equal(thin.colors, [[50, 0, 0], [7, 8, 9]])
    np.testing.assert_allclose(thin.normals, up[:2])
    assert len(joined([points, thin])) == 5


def test_the_first_points_are_spread_over_everything(views):
    cloud = fuse(views, least_confident=0)
    (four, few), (two, more) = cloud.coarser
    assert (four, two) == (4, 2)
    assert len(cloud) / 30 < few < len(cloud) / 6
    assert few < more < len(cloud) / 2
    cell = 4 * float(cloud.sizes.min())
    for places in (cloud.places[:few], cloud.places):
        cells = {tuple(at) for at in np.floor(places / cell).astype(int)}
        assert len(cells) == pytest.approx(few, rel=0.15), "about one in each"
