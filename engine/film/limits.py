"""Limits of a camera path: how far it may go before holes open, and how much to magnify so that no border shows."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.film.camera_path import CameraPath, Pose
from engine.frames import DepthFrame
from engine.geometry.world import pixel_rays, world_map
from engine.navigation.camera import Camera, projection_matrix, zoomed
from engine.settings import SceneSettings

Array = NDArray[np.float64]

WIDEST_PX = 160
"""Depth is sampled at this many points across."""
_APART = 3
"""What opens between points so far apart counts as one hole: depth maps are blurred where an edge will be cut."""
_LARGEST_HOLES, _BORDER = 99.8, 99.0
"""Percentiles that are measured: single outliers do not limit a path."""
LARGEST_ZOOM = 1.25
"""To hide the border a picture is magnified at most so much; what is left is painted."""
_ROUNDS = 4
_SAMPLES = 24


class ViewLimits:
    """What opens in a scene as cameras see it."""

    def __init__(self, frame: DepthFrame, settings: SceneSettings, view_px: tuple[int, int]) -> None:
        height, width = frame.depth.shape
        step = max(width // WIDEST_PX, 1)
        x, y = pixel_rays(frame.intrinsics, height, width)
        depth = frame.depth[step // 2 :: step, step // 2 :: step]
        points = world_map(frame, settings).points(depth, x[:, step // 2 :: step], y[step // 2 :: step])
        self._points = np.concatenate([points, np.ones((*points.shape[:2], 1))], -1)  # (h, w, 4)
        self._projection = projection_matrix(frame.intrinsics, (width, height), view_px)
        self._spacing = self._seen(Camera.home(1.0))

    def hole(self, camera: Camera) -> float:
        """Return how wide the largest hole is that `camera` sees, as a share of the view's width or height."""
        seen = self._seen(camera)
        opened = [
            _apart(seen[..., 0]) / camera.zoom - _apart(self._spacing[..., 0]),
            _apart(seen[..., 1].T) / camera.zoom - _apart(self._spacing[..., 1].T),
        ]
        widest = [float(np.nanpercentile(part, _LARGEST_HOLES)) for part in opened if np.isfinite(part).any()]
        return max(0.0, *widest) / 2 if widest else 0.0

    def zoom(self, camera: Camera) -> float:
        """Return the magnification that puts the picture's border outside the view of `camera`."""
        seen, home = self._seen(camera), self._spacing
        sides = [(seen[:, 0, 0], home[:, 0, 0]), (seen[:, -1, 0], home[:, -1, 0]),
                 (seen[0, :, 1], home[0, :, 1]), (seen[-1, :, 1], home[-1, :, 1])]  # fmt: skip
        needed = [1.0]
        for now, before in sides:
            inward = np.abs(before) / np.maximum(now * np.sign(before), 1e-3)
            if np.isfinite(inward).any():
                needed.append(float(np.nanpercentile(inward, _BORDER)))
        return min(max(needed), LARGEST_ZOOM)

    def _seen(self, camera: Camera) -> Array:
        """Return where the points are in the view of `camera`: (h, w, 2), from −1 to 1; NaN behind it."""
        matrix = np.array(zoomed(self._projection, camera.zoom) * camera.view_matrix())
        clip = self._points @ matrix.T
        w = np.where(clip[..., 3:] > 1e-6, clip[..., 3:], np.nan)
        return np.asarray(clip[..., :2] / w)


def amplitude_for(path: CameraPath, limits: ViewLimits, home: Camera, largest_hole: float) -> float:
    """Return the share of the path's amplitude at which no hole is larger than `largest_hole`; at most 1."""
    if not path.is_limited:
        return 1.0
    amplitude = 1.0
    for _ in range(_ROUNDS):  # holes grow about as the amplitude does
        widest = max(limits.hole(pose.camera(home)) for pose in _sampled(path, amplitude))
        if widest <= largest_hole:
            break
        amplitude *= largest_hole / widest
    return amplitude


def zoom_for(path: CameraPath, amplitude: float, limits: ViewLimits, home: Camera) -> float:
    """Return the magnification of all frames that keeps the picture's border out of sight."""
    if not path.is_limited:
        return 1.0
    return max(limits.zoom(pose.camera(home)) for pose in _sampled(path, amplitude))


def _sampled(path: CameraPath, amplitude: float) -> Sequence[Pose]:
    return [path.pose(index / _SAMPLES, amplitude) for index in range(_SAMPLES + 1)]


def _apart(places: Array) -> Array:
    """Return how far points that are _APART in the same row of `places` (h, w) are from each other."""
    return np.asarray(np.abs(places[:, _APART:] - places[:, :-_APART]))
