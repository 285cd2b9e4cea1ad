"""Point clouds of several views, compared with the demo's ray-caster."""

from math import radians

import numpy as np
import pytest
from pyglm import glm

from engine.frames import DepthKind
from engine.geometry.fusion import fuse
from engine.geometry.point_cloud import Points
from engine.navigation.camera import Camera
from engine.settings import Settings
from tests.demo_views import FOV_DEG, POSES, demo_view
from tests.depth_frames import depth_frame

SIZE = (252, 140)
BACKGROUND = (255, 0, 255)
SETTINGS = Settings().replace(background="#ff00ff")


@pytest.fixture(scope="module")
def views():
    return [demo_view(pose) for pose in POSES]


@pytest.fixture
def draw(ctx, renderer):
    def picture(points, camera, view, settings=SETTINGS):
        frame = depth_frame(view.depth, view.image, DepthKind.METRIC, fov_deg=FOV_DEG)
        renderer.draw(frame, camera, settings, points)
        return renderer.read()

    return picture


def is_background(picture):
    return (picture == BACKGROUND).all(-1)


def test_from_home_it_is_the_picture(draw, views):
    picture = draw(fuse(views, least_confident=0), Camera.home(4), views[0])
    difference = np.abs(picture.astype(int) - views[0].image).max(-1)
    assert is_background(picture).mean() < 0.01
    assert np.median(difference) <= 2
    assert (difference > 40).mean() < 0.1  # along edges, where discs are larger than pixels


def test_from_elsewhere_it_is_what_would_be_seen_there(draw, views):
    """Seen from halfway between two of the cameras."""
    yaw, pitch = radians(14), radians(6)
    camera = Camera.home(3.5).orbited(yaw, pitch)
    truth = demo_view((tuple(camera.position), yaw, -pitch)).image
    picture = draw(fuse(views, least_confident=0), camera, views[0])
    seen = ~is_background(picture)
    difference = np.abs(picture.astype(int) - truth).max(-1)[seen]
    assert seen.mean() > 0.93, "the rest is seen by no view"
    assert np.median(difference) <= 3
    assert (difference > 40).mean() < 0.1


def test_fewer_points_are_larger(draw, views):
    """A coarser version of the cloud has as few holes."""
    cloud = fuse(views, least_confident=0)
    camera = Camera.home(4).orbited(0.2, 0.1)
    fine = draw(cloud, camera, views[0])
    coarse = draw(cloud, camera, views[0], SETTINGS.replace(subsample=8))
    assert is_background(coarse).mean() < is_background(fine).mean() + 0.02
    difference = np.abs(coarse.astype(int) - fine).max(-1)
    assert np.mean(difference) > 0
    assert (difference > 40).mean() < 0.2


def test_the_scale_is_that_of_the_scene(draw, views):
    """Twice the size from twice the distance gives the same picture."""
    cloud = fuse(views[:1], least_confident=0)
    plain = draw(cloud, Camera.home(4).orbited(0.3, 0.1), views[0])
    large = draw(cloud, Camera.home(8).orbited(0.3, 0.1), views[0], SETTINGS.replace(metric_depth_scale=2))
    assert (np.abs(plain.astype(int) - large).max(-1) > 8).mean() < 0.01


def test_a_disc_lies_on_its_surface(draw, views):
    """Seen from the front it is round; turned by 60 degrees, half as wide."""

    def shape(angle):
        normal = glm.vec3(np.sin(angle), 0, np.cos(angle))
        disc = Points(np.float32([[0, 0, -4]]), np.float32([tuple(normal)]), np.uint8([[9, 200, 9]]), np.float32([0.4]))
        drawn = ~is_background(draw(disc, Camera.home(4), views[0]))
        return np.ptp(np.flatnonzero(drawn.any(0))) + 1, np.ptp(np.flatnonzero(drawn.any(1))) + 1

    width, height = shape(0)
    assert width == pytest.approx(height, abs=2)
    assert 15 < width < 60
    turned, tall = shape(radians(60))
    assert turned == pytest.approx(width / 2, abs=2)
    assert tall == pytest.approx(height, abs=2)


@pytest.mark.parametrize(("stereo", "squeezed"), [("half-side-by-side", (2, 1)), ("half-top-bottom", (1, 2))])
def test_squeezed_discs_are_whole(draw, views, stereo, squeezed):
    """Each eye sees the disc as it is without stereo, half as wide or half as high."""
    normal = np.float32([[0, 0, 1]])
    disc = Points(np.float32([[0, 0, -4]]), normal, np.uint8([[9, 200, 9]]), np.float32([0.6]))
    whole = ~is_background(draw(disc, Camera.home(4), views[0]))
    both = ~is_background(draw(disc, Camera.home(4), views[0], SETTINGS.replace(stereo=stereo, eye_distance=0)))
    across, down = squeezed
    seen = both[: SIZE[1] // down, : SIZE[0] // across]
    for axis, part in ((0, across), (1, down)):
        assert seen.any(axis).sum() == pytest.approx(whole.any(axis).sum() / part, abs=1)
    assert seen.sum() == pytest.approx(whole.sum() / 2, rel=0.05)


def test_no_points_at_all(draw, views):
    nothing = Points(*(np.zeros((0, 3), np.float32),) * 2, np.zeros((0, 3), np.uint8), np.zeros(0, np.float32))
    assert is_background(draw(nothing, Camera.home(4), views[0])).all()
