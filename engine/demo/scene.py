"""The ray-caster of the demo: the room, seen from anywhere inside.

`render` gives a picture and its exact depth, so it is also the ground truth of tests. World axes are those of
`world.py`, in meters: right-handed, y up, the demo's own camera at the origin looking along −z.
"""

from dataclasses import dataclass
from functools import lru_cache, reduce
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.demo.objects import FLOOR, FURNITURE, ROOM_MAX, ROOM_MIN, moving, room_color
from engine.demo.solids import (
    CONTACT_M,
    PENUMBRA,
    Area,
    Array,
    SceneCamera,
    Solid,
    Triple,
    Vector,
    add,
    crop,
    dot,
    mix,
    nonzero,
)
from engine.frames import DepthMap, Image

LIGHT: Vector = (-0.40 / sqrt(0.9541), 0.70 / sqrt(0.9541), 0.55 / sqrt(0.9541))
"""Unit vector toward the sun."""
SUN: Vector = (0.98, 0.87, 0.70)
SKY: Vector = (0.42, 0.45, 0.52)
BOUNCE: Vector = (0.24, 0.20, 0.17)
"""Linear light from the sun, from the sky, and reflected by the floor."""
NEARNESS_M = 0.15
"""Moving bodies occlude the sky for points closer than this."""
COARSE_PX = 4
"""Shadows are first searched on a grid with this spacing."""
SUBPIXELS = ((-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25))
"""Antialiasing: colors are the mean over these offsets from the pixel center. Depth is that at the center."""


def render(camera: SceneCamera, t_s: float) -> tuple[Image, DepthMap]:
    """Render the scene at `t_s` seconds: a picture, uint8 RGB (H, W, 3), and its exact depth, float32 (H, W).

    Depth is in meters along the viewing axis. Static parts are computed once per camera object, so pass the same object
    for an animation. Raises ValueError if the camera is outside the room.
    """
    backdrop = _backdrop(camera)
    image, depth = backdrop.image.copy(), backdrop.depth.copy()
    shadow, closed = np.ones_like(depth), np.ones_like(depth)
    light = np.empty_like(backdrop.ambient)
    bodies = moving(t_s)
    areas = [_cast_shadow(body, camera, backdrop, shadow, closed) for body in bodies]
    areas += [camera.bounds(body.hull()) for body in bodies]
    changed = [area for area in areas if area is not None]
    for area in changed:
        light[:, *area] = backdrop.ambient[:, *area] * closed[area] + backdrop.sunlit[:, *area] * shadow[area]
    for body in sorted(bodies, key=lambda body: _depth_of(body, camera), reverse=True):
        _draw(body, camera, backdrop, light, depth)
    for area in changed:
        image[area] = _display(light[:, *area])
    return image, depth


@dataclass(frozen=True, slots=True, eq=False)
class _Backdrop:
    """The static parts, as one camera sees them."""

    rays: Triple
    subrays: tuple[Triple, ...]
    depth: DepthMap
    points: Triple
    """The surface seen at the pixel centers."""
    ambient: Array
    sunlit: Array
    """Light (3, H, W) without the sun, and of the sun alone, which shadows reduce."""
    image: Image


@lru_cache(maxsize=2)
def _backdrop(camera: SceneCamera) -> _Backdrop:
    position = camera.position
    if not all(low < at < high for low, at, high in zip(ROOM_MIN, position, ROOM_MAX, strict=True)):
        raise ValueError(f"the camera at {position} is outside the room {ROOM_MIN}..{ROOM_MAX}")
    rays = camera.rays()
    depth, points, normal, _ = _look(camera, rays)
    outside = add(points, normal, 0.004)
    shadow = reduce(np.multiply, (body.lit(outside, LIGHT) for body in FURNITURE))
    openness = _openness(points, normal)
    subrays = tuple(camera.rays(shift) for shift in SUBPIXELS)
    ambient, sunlit = np.zeros((2, 3, *depth.shape), np.float32)
    for sub in subrays:
        _, _, normal, color = _look(camera, sub)
        for total, light in zip((ambient, sunlit), _shade(color, normal, shadow, openness), strict=True):
            np.add(total, np.stack(light) / len(subrays), out=total)
    return _Backdrop(rays, subrays, depth, points, ambient, sunlit, _display(ambient + sunlit))


def _look(camera: SceneCamera, rays: Triple) -> tuple[DepthMap, Triple, Triple, Triple]:
    """Intersect the static parts: depth, points, normals and colors."""
    position = camera.position
    x, y, z = (
        np.where(ray > 0, np.float32(high - at), np.float32(low - at)) / ray
        for ray, at, low, high in zip(map(nonzero, rays), position, ROOM_MIN, ROOM_MAX, strict=True)
    )
    depth = np.minimum(np.minimum(x, y), z).astype(np.float32)
    wall = np.where(depth == x, 0, np.where(depth == y, 1, 2))
    points = np.stack(add(position, rays, depth))
    normal = np.stack([-np.sign(ray) * (wall == axis) for axis, ray in enumerate(rays)])
    color = np.stack(room_color((points[0], points[1], points[2]), wall)).astype(np.float32)
    for body in FURNITURE:
        area = camera.bounds(body.hull())
        if area is None:
            continue
        near = crop(rays, area)
        hit = body.hit(position, near)
        seen = hit < depth[area]
        depth[area] = np.where(seen, hit, depth[area])
        at = add(position, near, np.where(seen, hit, 0))
        for whole, part in ((points, at), (normal, body.normal(at)), (color, body.paint(body.to_local(at)))):
            for axis in range(3):
                np.copyto(whole[axis][area], part[axis], where=seen)
    return depth, _triple(points), _triple(normal), _triple(color)


def _openness(points: Triple, normal: Triple) -> Array:
    """Return the visible share of the sky, 0..1, for the static parts: less in corners and at contacts."""
    result: Array = np.ones_like(points[0])
    for reach_m, weight in ((0.1, 0.35), (0.45, 0.45)):
        ahead = add(points, normal, reach_m)
        free = reduce(np.minimum, (body.distance(ahead) for body in FURNITURE))
        for at, low, high in zip(ahead, ROOM_MIN, ROOM_MAX, strict=True):
            free = np.minimum(free, np.minimum(at - low, high - at))
        result -= weight * np.clip(1 - free / reach_m, 0, 1)
    return result


def _shade(color: Triple, normal: Triple, shadow: Any, openness: Any) -> tuple[Triple, Triple]:
    """Return the light reflected by a diffuse surface: ambient, and from the sun."""
    ambient = mix(BOUNCE, SKY, (0.5 + 0.5 * normal[1]))
    sun = shadow * np.maximum(dot(normal, LIGHT), 0)
    red, green, blue = color
    return (
        (red * ambient[0] * openness, green * ambient[1] * openness, blue * ambient[2] * openness),
        (red * sun * SUN[0], green * sun * SUN[1], blue * sun * SUN[2]),
    )


def _depth_of(body: Solid, camera: SceneCamera) -> float:
    return -float(camera.world_to_camera[2, :3] @ np.array(body.center) + camera.world_to_camera[2, 3])


def _cast_shadow(body: Solid, camera: SceneCamera, backdrop: _Backdrop, shadow: Array, closed: Array) -> Area | None:
    """Reduce sun and sky for the static parts near a moving body. Return the area that may have changed."""
    # The shadow is followed until it has left the room.
    hull = body.hull()
    fall_m = min(
        (high - at if step > 0 else low - at) / step
        for at, step, low, high in zip(body.center, (-c for c in LIGHT), ROOM_MIN, ROOM_MAX, strict=True)
    )
    fall_m += 1.5 * float((np.linalg.norm(hull[:, :3] - body.center, axis=1) + hull[:, 3]).max())
    near, far = hull.copy(), hull.copy()
    near[:, 3] += NEARNESS_M
    far[:, :3] -= np.array(LIGHT) * fall_m
    far[:, 3] += PENUMBRA * fall_m + CONTACT_M
    area = camera.bounds(np.concatenate([near, far]))
    if area is None:
        return None
    coarse = _dimming(body, _every(COARSE_PX, crop(backdrop.points, area)))
    area = _within(area, (coarse[0] < 1) | (coarse[1] < 1))
    if area is not None:
        for whole, part in zip((shadow, closed), _dimming(body, crop(backdrop.points, area)), strict=True):
            whole[area] *= part
    return area


def _dimming(body: Solid, points: Triple) -> tuple[Array, Array]:
    """Return the shares of sun and sky that a body lets through to points near it."""
    return body.lit(points, LIGHT), 1 - 0.5 * np.clip(1 - body.distance(points) / NEARNESS_M, 0, 1) ** 2


def _every(step: int, points: Triple) -> Triple:
    return points[0][::step, ::step], points[1][::step, ::step], points[2][::step, ::step]


def _within(area: Area, where: NDArray[np.bool_]) -> Area | None:
    """Return the part of an area, with a margin, in which `where`, a mask of every COARSE_PX-th pixel, is true."""
    if not where.any():
        return None
    limits = []
    for whole, hits in zip(area, (where.any(1), where.any(0)), strict=True):
        first, last = np.flatnonzero(hits)[[0, -1]].tolist()
        start = max(whole.start, whole.start + (first - 1) * COARSE_PX)
        limits.append(slice(start, min(whole.stop, whole.start + (last + 2) * COARSE_PX)))
    return limits[0], limits[1]


def _draw(body: Solid, camera: SceneCamera, backdrop: _Backdrop, light: Array, depth: DepthMap) -> None:
    """Draw a moving body into light and depth."""
    area = camera.bounds(body.hull())
    if area is None:
        return
    position = camera.position
    behind = depth[area]
    hits = np.zeros_like(behind)
    t_sum = np.zeros_like(behind)
    for subrays in backdrop.subrays:
        t = body.hit(position, crop(subrays, area))
        seen = t < behind
        hits += seen
        t_sum += np.where(seen, t, 0)
    rays = crop(backdrop.rays, area)
    points = add(position, rays, t_sum / np.maximum(hits, 1))
    openness = np.clip(0.55 + (points[1] - FLOOR), 0, 1)
    parts = _shade(body.paint(body.to_local(points)), body.normal(points), 1, openness)
    cover = hits / len(SUBPIXELS)
    for channel, (ambient, sunlit) in enumerate(zip(*parts, strict=True)):
        light[channel][area] += (ambient + sunlit - light[channel][area]) * cover
    depth[area] = np.minimum(behind, body.hit(position, rays))


def _display(light: Array) -> Image:
    """Convert light (3, H, W) to a picture (H, W, 3)."""
    return np.ascontiguousarray((np.sqrt(np.minimum(light, 1)) * 255 + 0.5).astype(np.uint8).transpose(1, 2, 0))


def _triple(stacked: Array) -> Triple:
    return stacked[0], stacked[1], stacked[2]
