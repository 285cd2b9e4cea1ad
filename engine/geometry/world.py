"""The world formula: converts a pixel and its depth to a world point.

`shaders/include/world.glsl` computes the same; `tests/render/test_world.py` compares the two.

World axes: right-handed, x right, y up, the camera that took the picture at the origin looking along −z.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.frames import DepthFrame, DepthKind, DepthMap
from engine.settings import SceneSettings

Array = NDArray[np.float64]

NEAR = 1.0
RELIEF_PLANE = 2.0
"""Distance of the plane that relief displaces."""
HIGHEST_RELIEF = 0.95 * RELIEF_PLANE
"""A higher relief would reach the eye."""
FAR_PER_SCALE = 4.0
"""far = near + FAR_PER_SCALE · depth_scale."""
_LEFT_OUT = -1e38
Z_MIN, Z_MAX = 1e-3, 1e4
"""Limits of the distance from the camera, in `world_units`."""


@dataclass(frozen=True, slots=True)
class WorldMap:
    """The conversion of depth values to distances and relief, as affine maps with limits.

    With d the value in the depth map:
      disparity   1/z = clamp(gain·d + bias, 1/z_far, 1/z_near),   t = clamp(t_gain·d + t_bias, 0, 1)
      else          z = clamp(gain·d + bias, z_near, z_far),        t = clamp(t_gain/d + t_bias, 0, 1)
    t is the normalized nearness: 1 at the near end of the range, 0 at the far end. Relief displaces by t·relief.
    """

    is_disparity: bool
    gain: float
    bias: float
    z_near: float
    z_far: float
    t_gain: float
    t_bias: float
    is_relief: bool
    relief: float

    def plane_value(self, depth: NDArray[np.floating]) -> Array:
        """Return inverse depth, which is affine in the pixel position on every plane."""
        d = np.asarray(depth, np.float64)
        return d if self.is_disparity else 1 / np.maximum(d, 1e-9)

    def plane_depth(self, value: Array) -> Array:
        """Invert `plane_value`."""
        return value if self.is_disparity else 1 / np.maximum(value, 1e-9)

    def nearness(self, depth: NDArray[np.floating]) -> Array:
        """Return t in 0..1, in the shape of `depth`."""
        return np.clip(self.t_gain * self.plane_value(depth) + self.t_bias, 0, 1)

    def view_distance(self, depth: NDArray[np.floating]) -> Array:
        """Return the distance along the viewing axis in world units, in the shape of `depth`."""
        if self.is_relief:
            return RELIEF_PLANE - self.relief * self.nearness(depth)
        value = self.gain * np.asarray(depth, np.float64) + self.bias
        if self.is_disparity:
            return 1 / np.clip(value, 1 / self.z_far, 1 / self.z_near)
        return np.clip(value, self.z_near, self.z_far)

    def points(self, depth: NDArray[np.floating], x_ray: Array, y_ray: Array) -> Array:
        """Return world points (..., 3) of depth values on the rays (x, y, −1); NaN where depth is missing."""
        z = self.view_distance(depth)
        scale = np.full_like(z, RELIEF_PLANE) if self.is_relief else z
        points = np.stack(np.broadcast_arrays(x_ray * scale, y_ray * scale, -z), -1)
        points[~is_measured(depth, self.is_disparity)] = np.nan
        return points


def is_measured(depth: NDArray[np.floating], is_disparity: bool) -> NDArray[np.bool_]:
    """Return where a depth map holds a value: finite and, for depth but not disparity, above zero.

    The shaders do the same. They mark removed disparity by a huge negative number.
    """
    measured: NDArray[np.bool_] = np.isfinite(depth) & (depth > (_LEFT_OUT if is_disparity else 0))
    return measured


def is_complete(depth: NDArray[np.floating], is_disparity: bool) -> bool:
    """Return whether a depth map holds a value everywhere: `is_measured(...).all()`, in a fifth of the time."""
    lowest, highest = depth.min(), depth.max()  # NaN if there is one
    return bool(lowest > (_LEFT_OUT if is_disparity else 0) and highest < np.inf)


def measured_only(depth: DepthMap, kind: DepthKind, fill: float) -> DepthMap:
    """Replace NaN and infinity: by `fill` in disparity, and by 0, "not measured", in depth."""
    finite = np.isfinite(depth)
    if finite.all():
        return depth
    return np.where(finite, depth, np.float32(fill if kind is DepthKind.DISPARITY else 0))


def world_map(frame: DepthFrame, settings: SceneSettings) -> WorldMap:
    """Return the world formula for a depth frame under the user's settings."""
    low, high = frame.range.low, frame.range.high
    is_disparity = frame.kind is DepthKind.DISPARITY
    units = settings.metric_depth_scale
    if is_disparity:
        t_gain, t_bias = _unit_interval(low, high)
        if settings.invert_depth:
            t_gain, t_bias = -t_gain, 1 - t_bias
        if frame.calibration is None:
            z_near, z_far = NEAR, NEAR + FAR_PER_SCALE * settings.depth_scale
            span = 1 / z_near - 1 / z_far
            gain, bias = span * t_gain, 1 / z_far + span * t_bias
        else:
            gain, bias = frame.calibration.gain, frame.calibration.bias
            if settings.invert_depth:
                gain, bias = -gain, gain * (low + high) + bias
            gain, bias = gain / units, bias / units
            z_near, z_far = Z_MIN * units, frame.calibration.z_far * units
    else:
        t_gain, t_bias = _unit_interval(1 / max(high, 1e-9), 1 / max(low, 1e-9))
        gain, bias = units, 0.0
        if frame.kind is DepthKind.RELATIVE_DEPTH:
            gain /= max(frame.range.median, 1e-9)
        if settings.invert_depth:
            t_gain, t_bias = -t_gain, 1 - t_bias
            gain, bias = -gain, gain * (low + high)
        z_near, z_far = Z_MIN * units, Z_MAX * units
    relief = min(settings.depth_scale, HIGHEST_RELIEF)
    return WorldMap(is_disparity, gain, bias, z_near, z_far, t_gain, t_bias, settings.projection == "relief", relief)


def world_units(frame: DepthFrame, settings: SceneSettings) -> float:
    """Return the user's scale of the world, relative to the default."""
    has_units = frame.kind is not DepthKind.DISPARITY or frame.calibration is not None
    return settings.metric_depth_scale if has_units and settings.projection != "relief" else 1.0


def units_of(frame: DepthFrame, settings: SceneSettings) -> float | None:
    """Return world units per unit of depth; None for disparity without calibration."""
    if frame.calibration is not None or frame.kind is DepthKind.METRIC:
        return settings.metric_depth_scale
    if frame.kind is DepthKind.RELATIVE_DEPTH:
        return settings.metric_depth_scale / max(frame.range.median, 1e-9)
    return None


def middle_distance(frame: DepthFrame, world: WorldMap) -> float:
    """Return the median distance of the scene in world units."""
    return float(world.view_distance(np.array(frame.range.median)))


def pivot_distance(frame: DepthFrame, settings: SceneSettings) -> float:
    """Return the distance of the orbit's pivot in world units: the harmonic mean of both ends of the depth range.

    From a little to the side, both ends then move equally far across the picture, in opposite directions. Around the
    median, which is a far wall in most rooms, everything near would fly past.
    """
    ends = world_map(frame, settings).view_distance(np.array((frame.range.low, frame.range.high)))
    return float(2 / (1 / ends).sum())


def pixel_rays(intrinsics: Array, height: int, width: int) -> tuple[Array, Array]:
    """Return rays (x, y, −1) through the pixel centers of a picture: x (1, width), y (height, 1), y up."""
    x = (np.arange(width) + 0.5 - intrinsics[0, 2]) / intrinsics[0, 0]
    y = -(np.arange(height) + 0.5 - intrinsics[1, 2]) / intrinsics[1, 1]
    return x[None, :], y[:, None]


def _unit_interval(low: float, high: float) -> tuple[float, float]:
    """Return gain and bias that map low..high to 0..1. An empty range maps to 0.5."""
    extent = high - low
    if not extent > 1e-12 * max(abs(high), abs(low), 1e-30):
        return 0.0, 0.5
    return 1 / extent, -low / extent
