"""Views of the demo from anywhere in its room, with their true depth and cameras, and how far a place is off."""

import numpy as np

from engine.fusion import PosedView
from engine.raycast import SceneCamera
from engine.room import FURNITURE, ROOM_MAX, ROOM_MIN, moving
from engine.scene import render

TIME_S = 1.0
FOV_DEG = 75
POSES = (
    ((0.0, 0.0, 0.0), 0.0, 0.0),
    ((1.2, 0.5, -0.8), 0.5, -0.2),
    ((-1.5, 0.9, -1.2), -0.6, -0.25),
)
"""Position, yaw and pitch."""


def demo_view(pose=POSES[0], width=252, height=140, confidence=None) -> PosedView:
    position, yaw, pitch = pose
    camera = SceneCamera.at(width, height, position_m=position, yaw_rad=yaw, pitch_rad=pitch, fov_deg=FOV_DEG)
    image, depth = render(camera, TIME_S)
    opencv = np.diag([1.0, -1.0, -1.0]) @ camera.world_to_camera[:3]
    return PosedView(image, depth, camera.intrinsics, opencv, confidence)


def distance_to_surfaces(places: np.ndarray) -> np.ndarray:
    """How far places (n, 3), in the demo's axes, are from what is in the room, in metres (n,)."""
    at = tuple(places.T)
    nearest = np.minimum.reduce([body.distance(at) for body in (*FURNITURE, *moving(TIME_S))])
    for part, low, high in zip(at, ROOM_MIN, ROOM_MAX, strict=True):
        nearest = np.minimum(nearest, np.minimum(part - low, high - part))
    return np.abs(nearest)
