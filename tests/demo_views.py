"""Views of the demo from anywhere in its room, with their true depth and cameras, and how far a place is off."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from engine.demo.objects import FURNITURE, ROOM_MAX, ROOM_MIN, moving
from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.depth.capture.result import Estimate, capture_of
from engine.frames import DepthKind, Frame
from engine.geometry.fusion import PosedView

TIME_S = 1.0
FOV_DEG = 75
POSES = (
    ((0.0, 0.0, 0.0), 0.0, 0.0),
    ((1.2, 0.5, -0.8), 0.5, -0.2),
    ((-1.5, 0.9, -1.2), -0.6, -0.25),
)
"""Position, yaw and pitch."""


@cache
def demo_view(pose=POSES[0], width=252, height=140) -> PosedView:
    position, yaw, pitch = pose
    camera = SceneCamera.at(width, height, position_m=position, yaw_rad=yaw, pitch_rad=pitch, fov_deg=FOV_DEG)
    image, depth = render(camera, TIME_S)
    opencv = np.diag([1.0, -1.0, -1.0]) @ camera.world_to_camera[:3]
    return PosedView(image, depth, camera.intrinsics, opencv)


def distance_to_surfaces(places: np.ndarray) -> np.ndarray:
    """How far places (n, 3), in the demo's axes, are from what is in the room, in meters (n,)."""
    at = tuple(places.T)
    nearest = np.minimum.reduce([body.distance(at) for body in (*FURNITURE, *moving(TIME_S))])
    for part, low, high in zip(at, ROOM_MIN, ROOM_MAX, strict=True):
        nearest = np.minimum(nearest, np.minimum(part - low, high - part))
    return np.abs(nearest)


def demo_frame(index: int, width=252, height=140) -> Frame:
    """The picture of view `index`, as a source would hand it on that knows neither depth nor camera."""
    return Frame(demo_view(POSES[index], width, height).image, index, float(index), "walk")


class Oracle:
    """Stands in for Depth-Anything-3: says of views of the demo what is true, in a unit and a world of its own."""

    name = "da3-base"
    UNIT = 0.4
    """Of its depth, for each meter."""

    def __init__(self, views: Sequence[PosedView] = ()) -> None:
        self._views = views or [demo_view(pose) for pose in POSES]
        self.calls: list[int] = []

    def size_for(self, frame, settings):
        return settings.capture_res

    def watch(self, report):
        report(0.5)

    def take(self, frames, settings):
        self.calls.append(len(frames))
        return tuple(self._capture(frame, settings) for frame in frames)

    def _capture(self, frame, settings):
        differences = [np.abs(view.image.astype(int) - frame.image).mean() for view in self._views]
        view = self._views[int(np.argmin(differences))]
        depth = view.depth * np.float32(self.UNIT)
        extrinsics = view.extrinsics * np.array([1, 1, 1, self.UNIT])
        seen = Estimate(depth, DepthKind.RELATIVE_DEPTH, np.full_like(depth, 2), view.intrinsics, extrinsics)
        return capture_of(frame, seen, self.name, settings.depth, 0.0, 1.0)
