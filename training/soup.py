"""Soups of triangles, (N, 13) float32 with three rows for each triangle, and the simple shapes that scenes consist of.

A row is position 3 (meters, y up), normal 3, texture coordinates 2, color 3 (0 … 1, as displayed), texture layer
(−1: none) and glow (0: lit by the scene, 1: shines by itself).
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Soup = NDArray[np.float32]
Vector = Sequence[float] | NDArray[np.floating[Any]]

WIDTH = 13
UP = (0.0, 1.0, 0.0)


class Paint:
    """What a surface looks like: color (3,), texture layer or −1, size of one repeat in meters, and glow."""

    def __init__(self, color: Vector, layer: int = -1, tile: float = 1.0, glow: float = 0.0) -> None:
        self.color = np.asarray(color, np.float32)
        self.layer = layer
        self.tile = tile
        self.glow = glow


def soup(
    points: NDArray[np.floating[Any]], normals: NDArray[np.floating[Any]], uv: NDArray[np.floating[Any]], paint: Paint
) -> Soup:
    """Rows of points (N, 3), normals (N, 3) or (3,), texture coordinates (N, 2), all with one paint."""
    rows = np.empty((len(points), WIDTH), np.float32)
    rows[:, :3], rows[:, 3:6], rows[:, 6:8] = points, normals, uv
    rows[:, 8:11], rows[:, 11], rows[:, 12] = paint.color, paint.layer, paint.glow
    return rows


def rotation(axis: Vector, angle: float) -> NDArray[np.float32]:
    """(3, 3), `angle` in radians around `axis`."""
    axis = np.asarray(axis, np.float64)
    return cv2.Rodrigues(axis / (np.linalg.norm(axis) + 1e-12) * angle)[0].astype(np.float32)


def turned(angle: float) -> NDArray[np.float32]:
    return rotation(UP, angle)


def moved(
    rows: Soup, at: Vector = (0, 0, 0), *, turn: NDArray[np.floating[Any]] | None = None, scale: float | Vector = 1.0
) -> Soup:
    """A copy, scaled, then rotated by `turn` (3, 3), then moved."""
    rows = rows.copy()
    rows[:, :3] *= np.asarray(scale, np.float32)
    if np.ndim(scale):
        rows[:, 3:6] /= np.asarray(scale, np.float32)
        rows[:, 3:6] /= np.linalg.norm(rows[:, 3:6], axis=1, keepdims=True) + 1e-9
    if turn is not None:
        rows[:, :3] = rows[:, :3] @ turn.T
        rows[:, 3:6] = rows[:, 3:6] @ turn.T
    rows[:, :3] += np.asarray(at, np.float32)
    return rows


def quad(corner: Vector, a: Vector, b: Vector, paint: Paint) -> Soup:
    """The parallelogram at `corner` with sides `a` and `b`; its normal is a x b."""
    o, a, b = (np.asarray(v, np.float64) for v in (corner, a, b))
    normal = np.cross(a, b)
    normal /= np.linalg.norm(normal) + 1e-12
    u, v = np.linalg.norm(a) / paint.tile, np.linalg.norm(b) / paint.tile
    points = np.array([o, o + a, o + a + b, o, o + a + b, o + b])
    return soup(points, normal, np.array([[0, 0], [u, 0], [u, v], [0, 0], [u, v], [0, v]]), paint)


def box(low: Vector, high: Vector, paint: Paint) -> Soup:
    """Axis-aligned, normals outward, textures upright."""
    low, high = np.minimum(low, high).astype(np.float64), np.maximum(low, high).astype(np.float64)
    x, y, z = np.diag(high - low)
    sides = (
        (low, z, y), (low + x + z, -z, y), (low, x, z), (low + y, z, x), (low + x, -x, y), (low + z, x, y),
    )  # fmt: skip
    return np.concatenate([quad(*side, paint) for side in sides])


def beam(start: Vector, end: Vector, thickness: float, paint: Paint, sides: int = 4) -> Soup:
    """A straight prism or tube without ends, `thickness` across."""
    return tube(np.array([start, end], np.float64), thickness / 2, paint, sides)


def tube(
    path: NDArray[np.floating[Any]], radius: float | NDArray[np.floating[Any]], paint: Paint, sides: int = 6
) -> Soup:
    """A tube along `path` (N, 3) with one radius, or one for each point."""
    path = np.asarray(path, np.float64)
    radius = np.broadcast_to(np.asarray(radius, np.float64), len(path))
    along = np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
    reference = np.eye(3)[np.abs(along).max(0).argmin()]  # one for the whole path, so that it does not twist
    side = np.cross(along, reference)
    side /= np.linalg.norm(side, axis=1, keepdims=True) + 1e-9
    other = np.cross(side, along)
    angles = np.linspace(0, 2 * np.pi, sides + 1)
    normals = side[:, None] * np.cos(angles)[:, None] + other[:, None] * np.sin(angles)[:, None]  # (N, S + 1, 3)
    points = path[:, None] + normals * radius[:, None, None]
    lengths = np.r_[0, np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))]
    around = angles * radius.mean() / paint.tile
    uv = np.stack(np.broadcast_arrays(lengths[:, None] / paint.tile, around), -1)
    return surface(points, paint, normals=normals, uv=uv)


def surface(
    points: NDArray[np.floating[Any]],
    paint: Paint,
    *,
    normals: NDArray[np.floating[Any]] | None = None,
    uv: NDArray[np.floating[Any]] | None = None,
) -> Soup:
    """A grid of points (A, B, 3) as triangles; normals from the grid and coordinates in meters unless given."""
    if normals is None:
        du, dv = np.gradient(points, axis=0), np.gradient(points, axis=1)
        normals = np.cross(du, dv)
        normals /= np.linalg.norm(normals, axis=-1, keepdims=True) + 1e-9
    if uv is None:
        a = np.r_[0, np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=-1).mean(1))]
        b = np.r_[0, np.cumsum(np.linalg.norm(np.diff(points, axis=1), axis=-1).mean(0))]
        uv = np.stack(np.broadcast_arrays(a[:, None] / paint.tile, b[None] / paint.tile), -1)
    corners = np.concatenate([points, normals, uv], -1)  # (A, B, 8)
    a, b, c, d = corners[:-1, :-1], corners[1:, :-1], corners[1:, 1:], corners[:-1, 1:]
    rows = np.stack([a, b, c, a, c, d], 2).reshape(-1, 8)
    return soup(rows[:, :3], rows[:, 3:6], rows[:, 6:8], paint)


def ball(paint: Paint, squareness: float = 1.0, detail: int = 14) -> Soup:
    """A superellipsoid of radius 1 around the origin: `squareness` 1 is a sphere, 0.3 nearly a cube."""
    u, v = np.meshgrid(np.linspace(0, 1, 2 * detail + 1), np.linspace(0, 1, detail + 1))
    theta, phi = u * 2 * np.pi, v * np.pi
    round_ = np.stack([np.sin(phi) * np.cos(theta), np.cos(phi), np.sin(phi) * np.sin(theta)], -1)
    points = np.sign(round_) * np.abs(round_) ** squareness
    return surface(points, paint, normals=round_, uv=np.stack([u * 4, v * 2], -1) / paint.tile)


def lathe(profile: NDArray[np.floating[Any]], paint: Paint, detail: int = 20) -> Soup:
    """The outline `profile` (N, 2) of radius and height, turned around the y axis: cups, vases, lamps, pots."""
    angles = np.linspace(0, 2 * np.pi, detail + 1)
    r, y = profile[:, :1], profile[:, 1:]
    points = np.stack(np.broadcast_arrays(r * np.cos(angles), y, r * np.sin(angles)), -1)
    return surface(points, paint)


def floor_at_zero(rows: Soup) -> Soup:
    """Lifted or lowered in place, so that the lowest point has y = 0."""
    rows[:, 1] -= rows[:, 1].min()
    return rows
