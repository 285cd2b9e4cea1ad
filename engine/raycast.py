"""Solids that a ray can hit, in numpy: what the demo's scene is made of.

Arrays of points and directions are (3, ...) float32 with the coordinate first, in world axes (right-handed, y up) and
metres. Directions have length one along the viewing axis of their camera, not in space: so a ray parameter t is the
depth that a camera measures.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from math import cos, radians, sin, tan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.frames import Intrinsics

Array = NDArray[np.float32]
Vector = tuple[float, float, float]
Paint = Callable[[Array], Array]
"""Colour (3, ...), linear 0..1, of points (3, ...) in the axes of the solid that is painted."""

PENUMBRA = 0.07
"""Half the width of a shadow's edge, per metre that the shadow falls."""


@dataclass(frozen=True, slots=True, eq=False)
class SceneCamera:
    """A pinhole camera in the scene. What is computed once for a camera is kept as long as the same object is used."""

    width_px: int
    height_px: int
    intrinsics: Intrinsics
    """(3, 3), at width_px x height_px."""
    world_to_camera: NDArray[np.float64] = field(default_factory=lambda: np.eye(4))
    """(4, 4), rotation and translation. Camera axes: x right, y up, looking along −z."""

    @classmethod
    def at(
        cls,
        width_px: int,
        height_px: int,
        position_m: Vector = (0.0, 0.0, 0.0),
        yaw_rad: float = 0.0,
        pitch_rad: float = 0.0,
        fov_deg: float = 60.0,
    ) -> "SceneCamera":
        """A centred camera with square pixels, `fov_deg` wide. Yaw turns it to the left, pitch upwards."""
        focal_px = width_px / 2 / tan(radians(fov_deg) / 2)
        intrinsics = np.array([[focal_px, 0, width_px / 2], [0, focal_px, height_px / 2], [0, 0, 1]])
        pose = np.eye(4)
        pose[:3, :3] = turn(yaw_rad, pitch_rad).T
        pose[:3, 3] = -pose[:3, :3] @ np.array(position_m)
        return cls(width_px, height_px, intrinsics, pose)

    @property
    def position(self) -> Array:
        """Where the camera is, (3,)."""
        rotation, shift = self.world_to_camera[:3, :3], self.world_to_camera[:3, 3]
        return np.asarray(-rotation.T @ shift, np.float32)

    def rays(self, shift_px: tuple[float, float] = (0.0, 0.0)) -> Array:
        """Directions (3, height, width) through the pixels' centres, moved by `shift_px`."""
        u = np.arange(self.width_px) + 0.5 + shift_px[0]
        v = np.arange(self.height_px) + 0.5 + shift_px[1]
        x = (u - self.intrinsics[0, 2]) / self.intrinsics[0, 0]
        y = -(v - self.intrinsics[1, 2]) / self.intrinsics[1, 1]
        xs, ys = np.meshgrid(x, y)
        return rotate(self.world_to_camera[:3, :3].T, np.stack([xs, ys, -np.ones_like(xs)]))

    def bounds(self, centres: Array, radius_m: float) -> tuple[slice, slice] | None:
        """The rows and columns in which balls around the points (3, n) are seen, or None if in none."""
        x, y, z = self.world_to_camera[:3, :3] @ centres + self.world_to_camera[:3, 3:]
        if np.all(-z < -radius_m):
            return None
        if np.any(-z < 1.5 * radius_m):
            return slice(0, self.height_px), slice(0, self.width_px)
        # A ball at distance z and angle a from the axis is seen no wider than this.
        margin = radius_m / (-z - radius_m) * np.sqrt(1 + (x**2 + y**2) / z**2)
        columns = self.intrinsics[0, 2] + self.intrinsics[0, 0] * np.stack([x / -z - margin, x / -z + margin])
        rows = self.intrinsics[1, 2] - self.intrinsics[1, 1] * np.stack([y / -z + margin, y / -z - margin])
        left, right = np.clip([columns.min() - 1, columns.max() + 2], 0, self.width_px).astype(int)
        top, bottom = np.clip([rows.min() - 1, rows.max() + 2], 0, self.height_px).astype(int)
        return (slice(top, bottom), slice(left, right)) if left < right and top < bottom else None


def turn(yaw_rad: float, pitch_rad: float = 0.0) -> NDArray[np.float64]:
    """Rotation (3, 3) by pitch about x, then by yaw about y."""
    cy, sy, cp, sp = cos(yaw_rad), sin(yaw_rad), cos(pitch_rad), sin(pitch_rad)
    return np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]]) @ np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])


def rotate(rotation: NDArray[Any], vectors: NDArray[Any]) -> Array:
    """`rotation` (3, 3) applied to vectors (3, ...)."""
    r, (x, y, z) = rotation.astype(np.float32), vectors.astype(np.float32, copy=False)
    return np.stack([row[0] * x + row[1] * y + row[2] * z for row in r])


def dot(a: Array, b: Array) -> Array:
    """Scalar product over the first axis."""
    return np.asarray(a[0] * b[0] + a[1] * b[1] + a[2] * b[2])


def column(vector: NDArray[Any] | Vector, like: Array) -> Array:
    """A vector (3,) shaped so that it broadcasts with points `like` (3, ...)."""
    return np.asarray(vector, np.float32).reshape(3, *[1] * (like.ndim - 1))


def smoothstep(x: Array) -> Array:
    """0 below −1, 1 above 1, smooth between."""
    s = np.clip(x * 0.5 + 0.5, 0, 1)
    return np.asarray(s * s * (3 - 2 * s))


@dataclass(frozen=True, slots=True, eq=False)
class Solid(ABC):
    """A convex body."""

    centre: Vector
    paint: Paint

    @property
    @abstractmethod
    def radius(self) -> float:
        """Radius of a ball around the centre that holds the body."""

    @abstractmethod
    def hit(self, origin: Array, rays: Array) -> Array:
        """t (...) at which rays (3, ...) from `origin` (3,) enter the body; inf where they miss it."""

    @abstractmethod
    def normal(self, points: Array) -> Array:
        """Unit normals (3, ...) at points of the surface."""

    @abstractmethod
    def distance(self, points: Array) -> Array:
        """Distance (...) of points outside from the surface, negative inside."""

    @abstractmethod
    def lit(self, points: Array, light: Array) -> Array:
        """How much (...), 0..1, of a distant light in direction `light` (3,) the body lets through to the points."""

    def to_local(self, points: Array) -> Array:
        """World points in the axes of the body."""
        return points - column(self.centre, points)


@dataclass(frozen=True, slots=True, eq=False)
class Capsule(Solid):
    """A tube around the segment centre ± `axis`, with round ends; a ball if `axis` is zero."""

    tube_m: float
    axis: Vector = (0.0, 0.0, 0.0)

    @property
    def radius(self) -> float:
        return self.tube_m + float(np.linalg.norm(self.axis))

    def hit(self, origin: Array, rays: Array) -> Array:
        a = column(self.axis, rays)
        t = np.minimum(
            self._hit_ball(self._from_centre(origin) - self.axis, rays),
            self._hit_ball(self._from_centre(origin) + self.axis, rays),
        )
        aa = float(np.dot(self.axis, self.axis))
        if aa == 0:
            return t
        along = dot(a, rays) / aa
        from_centre = self._from_centre(origin)
        start = float(np.dot(from_centre, self.axis)) / aa
        # Without their parts along the axis, the tube is a disc.
        t_tube = self._hit_ball(from_centre - start * np.asarray(self.axis, np.float32), rays - along * a)
        with np.errstate(invalid="ignore"):
            on_tube = np.abs(start + along * t_tube) <= 1
        return np.minimum(t, np.where(on_tube, t_tube, np.inf))

    def normal(self, points: Array) -> Array:
        return self._from_axis(points) / self.tube_m

    def distance(self, points: Array) -> Array:
        away = self._from_axis(points)
        return np.sqrt(dot(away, away)) - self.tube_m

    def lit(self, points: Array, light: Array) -> Array:
        away = self.to_local(points)
        axis, towards = column(self.axis, away), column(light, away)
        # The points of the shadow ray and of the axis that are nearest to each other.
        ab = float(np.dot(self.axis, light))
        aa = float(np.dot(self.axis, self.axis))
        along = dot(away, towards)
        k = np.clip((dot(away, axis) - ab * along) / max(aa - ab * ab, 1e-9), -1, 1)
        nearest = away - k * axis
        fall = -dot(nearest, towards)
        gap = nearest + np.maximum(fall, 0) * towards
        edge = PENUMBRA * np.maximum(fall, 0) + 0.01
        return smoothstep((np.sqrt(dot(gap, gap)) - self.tube_m) / edge)

    def _from_centre(self, origin: Array) -> Array:
        return np.asarray(origin - np.asarray(self.centre, np.float32), np.float32)

    def _hit_ball(self, start: Array, rays: Array) -> Array:
        """Rays from `start` (3,) into the ball of the tube's radius around 0."""
        inverse = 1 / np.maximum(dot(rays, rays), np.float32(1e-12))
        t = -dot(start, rays) * inverse
        nearest = column(start, rays) + t * rays
        half = (self.tube_m**2 - dot(nearest, nearest)) * inverse
        t -= np.sqrt(np.maximum(half, 0))
        return np.where((half > 0) & (t > 0), t, np.float32(np.inf))

    def _from_axis(self, points: Array) -> Array:
        """From the nearest point of the axis to `points`."""
        away = self.to_local(points)
        axis = column(self.axis, points)
        k = dot(away, axis) / max(float(np.dot(self.axis, self.axis)), 1e-9)
        return away - np.clip(k, -1, 1) * axis


@dataclass(frozen=True, slots=True, eq=False)
class Box(Solid):
    """A cuboid with half sides `half_m`, turned by `rotation` (its axes to the world's)."""

    half_m: Vector
    rotation: NDArray[np.float64] = field(default_factory=lambda: np.eye(3))

    @property
    def radius(self) -> float:
        return float(np.linalg.norm(self.half_m))

    def to_local(self, points: Array) -> Array:
        return rotate(self.rotation.T, points - column(self.centre, points))

    def hit(self, origin: Array, rays: Array) -> Array:
        start = self.to_local(origin)
        enter, leave = self._slabs(column(start, rays), rotate(self.rotation.T, rays))
        return np.where((enter < leave) & (enter > 0), enter, np.float32(np.inf))

    def normal(self, points: Array) -> Array:
        local = self.to_local(points)
        nearness = np.abs(local) / column(self.half_m, local)
        face = np.arange(3).reshape(3, *[1] * (local.ndim - 1)) == nearness.argmax(0)
        return rotate(self.rotation, np.sign(local) * face)

    def distance(self, points: Array) -> Array:
        q = np.abs(self.to_local(points)) - column(self.half_m, points)
        outside = np.maximum(q, 0)
        return np.sqrt(dot(outside, outside)) + np.minimum(q.max(0), 0)

    def lit(self, points: Array, light: Array) -> Array:
        local = self.to_local(points)
        enter, leave = self._slabs(local, column(rotate(self.rotation.T, light), local))
        # How far the shadow ray runs through the box; negative, how far it passes by.
        edge = PENUMBRA * np.maximum(leave, 0) + 0.01
        through = np.minimum(leave - np.maximum(enter, 0), 1e3)
        return np.where(leave > 0, 1 - smoothstep(through / (2 * edge)), np.float32(1))

    def _slabs(self, start: Array, rays: Array) -> tuple[Array, Array]:
        """Where rays in the box's axes have entered all three pairs of faces, and where they leave the first."""
        inverse = 1 / np.where(np.abs(rays) < 1e-9, np.float32(1e-9), rays)
        middle, reach = -start * inverse, column(self.half_m, inverse) * np.abs(inverse)
        return (middle - reach).max(0), (middle + reach).min(0)
