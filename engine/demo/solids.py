"""The solids and the camera of the demo's ray-caster, in numpy.

Points and directions are triples of float32 arrays that broadcast against each other, in world axes (right-handed,
y up) and meters. The rays of a level camera are a row, a column and a number, so most of the arithmetic is
one-dimensional. Rays have length one along the viewing axis, so the ray parameter t is the depth that the camera
measures.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from math import cos, radians, sin, tan
from operator import add as plus
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.frames import Intrinsics

Array = NDArray[np.floating[Any]]
Vector = tuple[float, float, float]
Triple = tuple[Any, Any, Any]
"""Three arrays or numbers that broadcast."""
Paint = Callable[[Triple], Triple]
"""Returns the linear color, 0..1, of points in the axes of the solid."""
Area = tuple[slice, slice]
"""Rows and columns of a picture."""

PENUMBRA = 0.07
"""Half the width of a penumbra, per meter from the body."""
CONTACT_M = 0.01
"""Half the width of a penumbra at the body."""


@dataclass(frozen=True, slots=True, eq=False)
class SceneCamera:
    """A pinhole camera in the scene. Static parts are cached per camera object."""

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
        *,
        position_m: Vector = (0.0, 0.0, 0.0),
        yaw_rad: float = 0.0,
        pitch_rad: float = 0.0,
        fov_deg: float = 60.0,
    ) -> "SceneCamera":
        """Create a centered camera with square pixels, `fov_deg` wide. Yaw turns it left, pitch up."""
        focal_px = width_px / 2 / tan(radians(fov_deg) / 2)
        intrinsics = np.array([[focal_px, 0, width_px / 2], [0, focal_px, height_px / 2], [0, 0, 1]])
        pose = np.eye(4)
        pose[:3, :3] = turn(yaw_rad, pitch_rad).T
        pose[:3, 3] = -pose[:3, :3] @ np.array(position_m)
        return cls(width_px, height_px, intrinsics, pose)

    @property
    def position(self) -> Vector:
        """The position of the camera."""
        x, y, z = (-self.world_to_camera[:3, :3].T @ self.world_to_camera[:3, 3]).tolist()
        return x, y, z

    def rays(self, shift_px: tuple[float, float] = (0.0, 0.0)) -> Triple:
        """Return ray directions through the pixel centers moved by `shift_px`; they broadcast to (height, width)."""
        u = np.arange(self.width_px)[None, :] + 0.5 + shift_px[0]
        v = np.arange(self.height_px)[:, None] + 0.5 + shift_px[1]
        x = (u - self.intrinsics[0, 2]) / self.intrinsics[0, 0]
        y = -(v - self.intrinsics[1, 2]) / self.intrinsics[1, 1]
        return rotate(
            self.world_to_camera[:3, :3].T,
            (x.astype(np.float32), y.astype(np.float32), np.full((1, 1), -1, np.float32)),
        )

    def bounds(self, balls: NDArray[np.float64]) -> Area | None:
        """Return the area that shows balls (n, 4: center, radius) and everything between them; None if none does."""
        x, y, z = self.world_to_camera[:3, :3] @ balls[:, :3].T + self.world_to_camera[:3, 3:]
        depth, radius = -z, balls[:, 3]
        if np.all(depth < -radius):
            return None
        if np.any(depth < 1.5 * radius + 0.05):
            return slice(0, self.height_px), slice(0, self.width_px)
        # Off the axis, a ball looks wider by the length of its ray.
        reach = radius / (depth - radius) * np.sqrt(1 + (x**2 + y**2) / z**2)
        columns = self.intrinsics[0, 2] + self.intrinsics[0, 0] * np.stack([x / depth - reach, x / depth + reach])
        rows = self.intrinsics[1, 2] - self.intrinsics[1, 1] * np.stack([y / depth - reach, y / depth + reach])
        left, right = np.clip([columns.min() - 1, columns.max() + 2], 0, self.width_px).astype(int).tolist()
        top, bottom = np.clip([rows.min() - 1, rows.max() + 2], 0, self.height_px).astype(int).tolist()
        return (slice(top, bottom), slice(left, right)) if left < right and top < bottom else None


def mix(a: Triple, b: Triple, share: Any) -> Triple:
    """Interpolate between `a` (share 0) and `b` (share 1)."""
    x, y, z = (low + (high - low) * share for low, high in zip(a, b, strict=True))
    return x, y, z


def turn(yaw_rad: float, pitch_rad: float = 0.0) -> NDArray[np.float64]:
    """Return the rotation (3, 3) by pitch about x, then by yaw about y."""
    cy, sy, cp, sp = cos(yaw_rad), sin(yaw_rad), cos(pitch_rad), sin(pitch_rad)
    return np.array([[cy, sy * sp, sy * cp], [0, cp, -sp], [-sy, cy * sp, cy * cp]])


def rotate(rotation: NDArray[np.float64], vectors: Triple) -> Triple:
    """Apply `rotation` (3, 3) to vectors. Zeros are skipped, so that rows and columns are not broadcast."""
    x, y, z = (reduce(plus, [r * v for r, v in zip(row, vectors, strict=True) if r]) for row in rotation.tolist())
    return x, y, z


def dot(a: Triple, b: Triple) -> Any:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def add(a: Triple, b: Triple, scale: Any = 1.0) -> Triple:
    """Return a + scale · b."""
    return a[0] + scale * b[0], a[1] + scale * b[1], a[2] + scale * b[2]


def subtract(a: Triple, b: Triple) -> Triple:
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


def crop(triple: Triple, area: Area) -> Triple:
    """Crop rays or points to an area. Rows, columns and numbers are not broadcast."""
    x, y, z = (
        c[area[0] if c.shape[0] > 1 else slice(None), area[1] if c.shape[1] > 1 else slice(None)] for c in triple
    )
    return x, y, z


def nonzero(component: Any) -> Any:
    """Replace zeros, so that one can divide by a ray component."""
    return np.where(np.abs(component) < 1e-9, np.float32(1e-9), component)


def smoothstep(x: Array) -> Array:
    """Return 0 below −1 and 1 above 1, smooth in between."""
    s: Array = np.clip(x * 0.5 + 0.5, 0, 1)
    return s * s * (3 - 2 * s)


@dataclass(frozen=True, slots=True, eq=False)
class Solid(ABC):
    """A convex body."""

    center: Vector
    paint: Paint

    @abstractmethod
    def hull(self) -> NDArray[np.float64]:
        """Return balls (n, 4: center, radius) whose convex hull contains the body."""

    @abstractmethod
    def hit(self, origin: Vector, rays: Triple) -> Array:
        """Return t at which rays from `origin` enter the body; inf where they miss it."""

    @abstractmethod
    def normal(self, points: Triple) -> Triple:
        """Return unit normals at points of the surface."""

    @abstractmethod
    def distance(self, points: Triple) -> Array:
        """Return the distance of points from the surface; negative inside."""

    @abstractmethod
    def lit(self, points: Triple, light: Vector) -> Array:
        """Return the share, 0..1, of a distant light in direction `light` that reaches points outside the body."""

    def to_local(self, points: Triple) -> Triple:
        """Convert world points to the axes of the body."""
        return subtract(points, self.center)


@dataclass(frozen=True, slots=True, eq=False)
class Capsule(Solid):
    """A capsule around the segment center ± `axis`; a ball if `axis` is zero."""

    radius_m: float
    axis: Vector = (0.0, 0.0, 0.0)

    def hull(self) -> NDArray[np.float64]:
        return np.array([[*add(self.center, self.axis, sign), self.radius_m] for sign in (-1, 1)])

    def hit(self, origin: Vector, rays: Triple) -> Array:
        start = subtract(origin, self.center)
        if not any(self.axis):
            return self._hit_ball(start, rays)
        ends = (self._hit_ball(add(start, self.axis, sign), rays) for sign in (-1, 1))
        length2 = dot(self.axis, self.axis)
        start_along, rays_along = dot(start, self.axis) / length2, dot(rays, self.axis) / length2
        # Perpendicular to its axis, the capsule is a ball.
        t = self._hit_ball(add(start, self.axis, -start_along), add(rays, self.axis, -rays_along))
        with np.errstate(invalid="ignore"):
            t = np.where(np.abs(start_along + rays_along * t) <= 1, t, np.float32(np.inf))
        return np.minimum(t, np.minimum(*ends))

    def normal(self, points: Triple) -> Triple:
        x, y, z = self._from_axis(points)
        return x / self.radius_m, y / self.radius_m, z / self.radius_m

    def distance(self, points: Triple) -> Array:
        away = self._from_axis(points)
        to_axis: Array = np.sqrt(dot(away, away))
        return to_axis - self.radius_m

    def lit(self, points: Triple, light: Vector) -> Array:
        away = self.to_local(points)
        if any(self.axis):
            # From the point of the axis closest to the shadow ray.
            across = add(self.axis, light, -dot(self.axis, light))
            share = np.clip(dot(away, across) / dot(across, across), -1, 1)
            away = add(away, self.axis, -share)
        fall = -dot(away, light)
        gap: Array = np.sqrt(np.maximum(dot(away, away) - fall * fall, 0))
        dark: Array = smoothstep((self.radius_m - gap) / (PENUMBRA * np.maximum(fall, 0) + CONTACT_M)) * (fall > 0)
        return 1 - dark

    def _hit_ball(self, start: Triple, rays: Triple) -> Array:
        """Intersect rays from `start` with the ball around 0."""
        a, b = dot(rays, rays), dot(rays, start)
        square = b * b - a * (dot(start, start) - self.radius_m**2)
        t = -(b + np.sqrt(np.maximum(square, 0))) / a
        return np.where((square > 0) & (t > 0), t, np.float32(np.inf))

    def _from_axis(self, points: Triple) -> Triple:
        """Return the vectors from the nearest point of the axis to `points`."""
        away = self.to_local(points)
        if not any(self.axis):
            return away
        share = np.clip(dot(away, self.axis) / dot(self.axis, self.axis), -1, 1)
        return add(away, self.axis, -share)


@dataclass(frozen=True, slots=True, eq=False)
class Box(Solid):
    """A cuboid with half sides `half_m` and `rotation` from its axes to the world's."""

    half_m: Vector
    rotation: NDArray[np.float64] = field(default_factory=lambda: np.eye(3))

    def hull(self) -> NDArray[np.float64]:
        signs = np.stack(np.meshgrid(*[(-1, 1)] * 3), -1).reshape(-1, 3)
        corners = self.center + (signs * self.half_m) @ self.rotation.T
        return np.concatenate([corners, np.zeros((8, 1))], 1)

    def to_local(self, points: Triple) -> Triple:
        return rotate(self.rotation.T, subtract(points, self.center))

    def hit(self, origin: Vector, rays: Triple) -> Array:
        enter, leave = self._slabs(self.to_local(origin), rotate(self.rotation.T, rays))
        return np.where((enter < leave) & (enter > 0), enter, np.float32(np.inf))

    def normal(self, points: Triple) -> Triple:
        local = self.to_local(points)
        x, y, z = (np.abs(c) * (1 / half) for c, half in zip(local, self.half_m, strict=True))
        face = np.maximum(np.maximum(x, y), z)
        x, y, z = (np.sign(c) * (near == face) for c, near in zip(local, (x, y, z), strict=True))
        return rotate(self.rotation, (x, y, z))

    def distance(self, points: Triple) -> Array:
        x, y, z = (np.abs(c) - half for c, half in zip(self.to_local(points), self.half_m, strict=True))
        inside: Array = np.minimum(np.maximum(np.maximum(x, y), z), 0)
        x, y, z = np.maximum(x, 0), np.maximum(y, 0), np.maximum(z, 0)
        outside: Array = np.sqrt(x * x + y * y + z * z)
        return outside + inside

    def lit(self, points: Triple, light: Vector) -> Array:
        enter, leave = self._slabs(self.to_local(points), rotate(self.rotation.T, light))
        # How far the shadow ray runs through the box or, if negative, by how much it misses it.
        through = leave - np.maximum(enter, 0)
        dark = smoothstep(through / (2 * (PENUMBRA * np.maximum(leave, 0) + CONTACT_M)))
        return 1 - dark * (leave > 0)

    def _slabs(self, start: Triple, rays: Triple) -> tuple[Array, Array]:
        """Return t at which rays, in the box's axes, have entered all three slabs, and at which they leave one."""
        enter, leave = [], []
        for begin, ray, half in zip(start, rays, self.half_m, strict=True):
            inverse = 1 / nonzero(ray)
            middle, reach = -begin * inverse, half * np.abs(inverse)
            enter.append(middle - reach)
            leave.append(middle + reach)
        return np.maximum(np.maximum(enter[0], enter[1]), enter[2]), np.minimum(np.minimum(*leave[:2]), leave[2])
