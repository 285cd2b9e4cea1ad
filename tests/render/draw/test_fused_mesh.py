"""The mesh of several views, compared with the demo's ray-caster."""

from math import radians

import numpy as np

from engine.depth.tsdf.mesh import fuse_mesh
from engine.frames import DepthKind
from engine.navigation.camera import Camera
from engine.settings import Settings
from tests.demo_views import FOV_DEG, POSES, demo_view
from tests.depth_frames import depth_frame

SIZE = (252, 140)
SETTINGS = Settings().replace(background="#ff00ff")


def test_it_shows_what_would_be_seen_from_elsewhere(ctx, renderer):
    """Seen from halfway between two of the cameras. Where no view looked, the first one's own scene is there."""
    views = [demo_view(pose) for pose in POSES]
    frame = depth_frame(views[0].depth, views[0].image, DepthKind.METRIC, fov_deg=FOV_DEG)
    yaw, pitch = radians(14), radians(6)
    camera = Camera.home(3.5).orbited(yaw, pitch)
    truth = demo_view((tuple(camera.position), yaw, -pitch)).image
    off = {}
    for name, mesh in (("one view", None), ("mesh", fuse_mesh(views))):
        renderer.draw(frame, camera, SETTINGS, mesh, antialias=True)
        off[name] = np.abs(renderer.read().astype(int) - truth).max(-1)
    assert np.median(off["mesh"]) <= 4
    assert (off["mesh"] > 40).mean() < 0.5 * (off["one view"] > 40).mean()


def test_surfaces_behind_others_are_hidden(ctx, renderer):
    """The mesh covers the scene of the first view, but its own parts hide each other."""
    views = [demo_view(pose) for pose in POSES]
    mesh = fuse_mesh(views)
    frame = depth_frame(views[0].depth, views[0].image, DepthKind.METRIC, fov_deg=FOV_DEG)
    renderer.draw(frame, Camera.home(4), SETTINGS, mesh)
    difference = np.abs(renderer.read().astype(int) - views[0].image).max(-1)
    assert np.median(difference) <= 3
    assert (difference > 40).mean() < 0.1
