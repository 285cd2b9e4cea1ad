"""The demo: a corner of a room with things that stand and things that move, seen from anywhere inside the room.

`render` gives the picture and the exact depth of the same moment, so it is also the ground truth of tests. World axes
are those of `world.py`, in metres: right-handed, y up, the demo's own camera at the origin looking along −z.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from engine.frames import DepthMap, Image
from engine.raycast import Array, Box, Capsule, Paint, SceneCamera, Solid, Vector, column, dot, turn

ROOM_MIN: Vector = (-2.9, -0.8, -5.6)
ROOM_MAX: Vector = (2.9, 2.4, 1.6)
"""Corners of the room: floor and ceiling, left and right wall, back wall and the wall behind the demo's camera."""

LIGHT = np.array([-0.42, 0.80, 0.43], np.float32) / np.float32(1.0016)
"""Unit vector towards the sun."""
SUN = (1.02, 0.92, 0.74)
SKY = (0.34, 0.38, 0.46)
BOUNCE = (0.22, 0.17, 0.13)
"""Light, linear: the sun's, from above, and thrown back by the floor."""
SUBPIXELS = ((-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25))
"""The picture is the mean of rays through these points about the pixel's centre; depth is taken at the centre."""


def linear(colour: str) -> Vector:
    """A colour #RRGGBB as light, 0..1; display is taken to be the square root."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return (red / 255) ** 2, (green / 255) ** 2, (blue / 255) ** 2


def plain(colour: str) -> Paint:
    return lambda p: column(linear(colour), p) * np.ones_like(p[0])


def mix(a: str, b: str, share: Array) -> Array:
    """Colours (3, ...) between `a` (share 0) and `b` (share 1)."""
    share = share[None]
    low, high = column(linear(a), share), column(linear(b), share)
    return np.asarray(low + (high - low) * share, np.float32)


def beach_ball(rotation: NDArray[np.float64]) -> Paint:
    """Six gores in turn, with white caps."""

    def paint(p: Array) -> Array:
        local = np.tensordot(rotation.T.astype(np.float32), p, 1)
        gore = (np.arctan2(local[2], local[0]) * np.float32(3 / pi) + 3).astype(np.int32) % 3
        gore[np.abs(local[1]) > 0.21] = 3
        table = np.array([linear(c) for c in ("#e8503f", "#f7ead4", "#2f6f9f", "#fbf4e6")], np.float32)
        return table[gore].transpose(-1, *range(gore.ndim))

    return paint


def framed_picture(p: Array) -> Array:
    """A sun over hills, in a white mount and a dark frame; p in the axes of the frame's box."""
    x, y = p[0], p[1]
    colour = mix("#f6c98b", "#d9776b", np.clip((y + 0.25) / 0.7, 0, 1))
    sun = np.hypot(x + 0.12, y - 0.06) < 0.15
    far_hill = y < -0.08 + 0.07 * np.sin(5 * x + 1)
    near_hill = y < -0.2 + 0.09 * np.sin(4 * x - 1.2)
    for where, paint in ((sun, "#fff0c9"), (far_hill, "#7d7aa0"), (near_hill, "#3d5573")):
        colour = np.where(where, column(linear(paint), colour), colour)
    mount = (np.abs(x) > 0.56) | (np.abs(y) > 0.36)
    frame = (np.abs(x) > 0.66) | (np.abs(y) > 0.46)
    colour = np.where(mount, column(linear("#f8f3e8"), colour), colour)
    return np.where(frame, column(linear("#4a3b32"), colour), colour)


def room_paint(p: Array, wall: NDArray[np.intp]) -> Array:
    """The room's inner sides: tiles, papered back wall, painted side walls, white skirting."""
    x, y, z = p
    up = np.clip((y - ROOM_MIN[1]) / (ROOM_MAX[1] - ROOM_MIN[1]), 0, 1)
    stripes = (np.floor(x / 0.22) % 2).astype(np.float32)
    papered = mix("#e9cfa9", "#dfbf95", stripes) * (1.06 - 0.3 * up)
    sides = mix("#3f7376", "#6f9c98", up)
    tiles = mix("#efe6d6", "#a9b6b8", (np.floor(x / 0.4) + np.floor(z / 0.4)) % 2)
    rug = (x - 0.1) ** 2 / 1.9 + (z + 3.3) ** 2 / 1.1
    tiles = np.where(rug < 1, mix("#b5493f", "#e9d3b0", (np.abs(rug - 0.8) < 0.06).astype(np.float32)), tiles)
    colour = np.where(wall == 1, np.where(y < 0, tiles, np.float32(0.85)), np.where(wall == 2, papered, sides))
    skirting = (wall != 1) & (y < ROOM_MIN[1] + 0.13)
    return np.where(skirting, np.float32(0.82), colour)


FLOOR = ROOM_MIN[1]
FURNITURE: tuple[Solid, ...] = (
    Box((0.35, 0.95, ROOM_MIN[2] + 0.03), framed_picture, (0.72, 0.52, 0.03)),
    Box((0.15, FLOOR + 0.24, -3.5), plain("#f1ece2"), (0.27, 0.24, 0.27), turn(0.5)),
    Capsule((0.15, FLOOR + 0.48 + 0.24, -3.5), plain("#e2604c"), 0.24),
    Box((1.55, FLOOR + 0.55, -4.6), plain("#e0a83f"), (0.32, 0.55, 0.32), turn(-0.35)),
    Box((1.1, FLOOR + 0.2, -3.75), plain("#4f6d8f"), (0.2, 0.2, 0.2), turn(0.25)),
    Capsule((-1.45, FLOOR + 0.62, -4.5), plain("#86a06a"), 0.26, (0.0, 0.36, 0.0)),
    Capsule((-0.85, FLOOR + 0.17, -4.1), plain("#f0e2c4"), 0.17),
)


def moving(t_s: float) -> tuple[Solid, ...]:
    """What moves, at `t_s` seconds: a ball that bounces round the plinth, a turning cube, two moons."""
    way = 2 * pi * t_s / 9 + 2.6
    hop = abs(sin(2 * pi * t_s / 2.25))
    ball: Vector = (0.1 + 1.15 * cos(way), FLOOR + 0.26 + 0.62 * hop, -3.05 + 0.95 * sin(way))
    cube: Vector = (0.62 + 0.05 * sin(t_s), 0.1 + 0.06 * sin(2 * pi * t_s / 5), -1.75)
    moons = [
        Capsule((0.15 + 0.52 * cos(a), FLOOR + 0.74 + 0.16 * sin(a + 0.7), -3.5 + 0.52 * sin(a)), plain(colour), 0.075)
        for a, colour in ((2 * pi * t_s / 4, "#f2c14e"), (2 * pi * t_s / 4 + pi, "#58b0a6"))
    ]
    return (
        Capsule(ball, beach_ball(turn(-2.2 * t_s, 0.5)), 0.26),
        Box(cube, plain("#7a6bb0"), (0.15, 0.15, 0.15), turn(0.7 * t_s, 0.6)),
        *moons,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Backdrop:
    """All that stands still, for one camera."""

    rays: Array
    subrays: tuple[Array, ...]
    depth: DepthMap
    points: Array
    """(3, H, W), what is seen at the pixels' centres."""
    ambient: Array
    sunlit: Array
    """Light (3, H, W) without the sun, and the sun's alone: a shadow takes away from the latter."""
    image: Image


def render(camera: SceneCamera, t_s: float) -> tuple[Image, DepthMap]:
    """The scene at `t_s` seconds: picture uint8 RGB (H, W, 3), and the exact depth float32 (H, W) in metres along the
    viewing axis. The camera must be inside the room, else ValueError. Use the same camera object for the next
    moment: what stands still is computed once for it."""
    backdrop = _backdrop(camera)
    image, depth = backdrop.image.copy(), backdrop.depth.copy()
    light = backdrop.ambient + backdrop.sunlit
    bodies = moving(t_s)
    dirty = [_cast_shadow(body, camera, backdrop, light) for body in bodies]
    for body in sorted(bodies, key=lambda body: _depth_of(body, camera), reverse=True):
        dirty.append(_draw(body, camera, backdrop, light, depth))
    for area in dirty:
        if area is not None:
            image[area] = _display(light[:, *area])
    return image, depth


@lru_cache(maxsize=4)
def _backdrop(camera: SceneCamera) -> _Backdrop:
    position = camera.position
    if np.any(position <= ROOM_MIN) or np.any(position >= ROOM_MAX):
        raise ValueError(f"the camera at {position.tolist()} is outside the room {ROOM_MIN}..{ROOM_MAX}")
    rays = camera.rays()
    subrays = tuple(camera.rays(shift) for shift in SUBPIXELS)
    parts = [_shade_still(position, sub) for sub in subrays]
    ambient = sum(part[0] for part in parts) / np.float32(len(parts))
    sunlit = sum(part[1] for part in parts) / np.float32(len(parts))
    depth = np.minimum.reduce([_hit_room(position, rays)[0], *(body.hit(position, rays) for body in FURNITURE)])
    points = column(position, rays) + depth * rays
    return _Backdrop(rays, subrays, depth, points, ambient, sunlit, _display(ambient + sunlit))


def _hit_room(origin: Array, rays: Array) -> tuple[Array, NDArray[np.intp]]:
    """Where rays leave the room: t, and the axis (0, 1, 2) that the wall is across."""
    rays = np.where(np.abs(rays) < 1e-9, np.float32(1e-9), rays)
    wall = np.where(rays > 0, column(ROOM_MAX, rays), column(ROOM_MIN, rays))
    t = (wall - column(origin, rays)) / rays
    return t.min(0), t.argmin(0)


def _shade_still(origin: Array, rays: Array) -> tuple[Array, Array]:
    """Light without the sun, and of the sun, that comes along the rays from what stands still; both (3, H, W)."""
    t, wall = _hit_room(origin, rays)
    points = column(origin, rays) + t * rays
    albedo = room_paint(points, wall)
    normal = -np.sign(rays) * (np.arange(3).reshape(3, 1, 1) == wall)
    for body in FURNITURE:
        t_body = body.hit(origin, rays)
        seen = t_body < t
        t[seen] = t_body[seen]
        points[:, seen] = origin[:, None] + t[seen] * rays[:, seen]
        normal[:, seen] = body.normal(points[:, seen])
        albedo[:, seen] = body.paint(body.to_local(points[:, seen]))
    lit = np.ones_like(t)
    for body in FURNITURE:
        lit *= body.lit(points + 0.004 * normal, LIGHT)
    return _shade(albedo, normal, rays, lit, _openness(points, normal))


def _openness(points: Array, normal: Array) -> Array:
    """How much of the sky reaches the points: less in corners and where things touch."""
    result = np.ones_like(points[0])
    for reach_m, weight in ((0.1, 0.45), (0.45, 0.55)):
        ahead = points + reach_m * normal
        walls = np.minimum(ahead - column(ROOM_MIN, ahead), column(ROOM_MAX, ahead) - ahead).min(0)
        free = np.minimum.reduce([walls, *(body.distance(ahead) for body in FURNITURE)])
        result -= weight * np.clip(1 - free / reach_m, 0, 1)
    return result


def _shade(albedo: Array, normal: Array, rays: Array, lit: Array, openness: Array) -> tuple[Array, Array]:
    """Ambient and sunlight that surfaces throw back, Lambert with a soft highlight."""
    up = 0.5 + 0.5 * normal[1]
    sky = column(BOUNCE, rays) + (column(SKY, rays) - column(BOUNCE, rays)) * up
    sun = lit * np.maximum(dot(normal, column(LIGHT, rays)), 0)
    return albedo * sky * openness, albedo * column(SUN, rays) * sun


def _depth_of(body: Solid, camera: SceneCamera) -> float:
    return -float(camera.world_to_camera[2, :3] @ np.array(body.centre) + camera.world_to_camera[2, 3])


def _cast_shadow(body: Solid, camera: SceneCamera, backdrop: _Backdrop, light: Array) -> tuple[slice, slice] | None:
    """Darken what stands still in the shadow of a moving body. Returns the area that may have changed."""
    centre = np.array(body.centre, np.float32)
    fall_m = (centre[1] - FLOOR) / LIGHT[1]
    path = centre[:, None] - LIGHT[:, None] * np.linspace(0, fall_m, 6, dtype=np.float32)
    area = camera.bounds(path, body.radius + 0.07 * float(fall_m) + 0.05)
    if area is not None:
        points = backdrop.points[:, *area]
        closeness = np.clip(1 - body.distance(points) / (0.5 * body.radius), 0, 1)
        light[:, *area] = backdrop.ambient[:, *area] * (1 - 0.5 * closeness**2)
        light[:, *area] += backdrop.sunlit[:, *area] * body.lit(points, LIGHT)
    return area


def _draw(
    body: Solid, camera: SceneCamera, backdrop: _Backdrop, light: Array, depth: DepthMap
) -> tuple[slice, slice] | None:
    """Put a moving body into light and depth. Returns the area that may have changed."""
    area = camera.bounds(np.array(body.centre)[:, None], body.radius)
    if area is None:
        return None
    position = camera.position
    behind = depth[area]
    total = light[:, *area] * 0
    covered = np.zeros_like(behind)
    for subrays in backdrop.subrays:
        rays = subrays[:, *area]
        t = body.hit(position, rays)
        seen = t < behind
        rays, t = rays[:, seen], t[seen]
        points = column(position, rays) + t * rays
        normal = body.normal(points)
        albedo = body.paint(body.to_local(points))
        lit = np.ones_like(t)
        openness = np.clip(0.55 + (points[1] - FLOOR), 0, 1)
        ambient, sunlit = _shade(albedo, normal, rays, lit, openness)
        total[:, seen] += ambient + sunlit
        covered += seen
    share = np.float32(1 / len(SUBPIXELS))
    light[:, *area] = light[:, *area] * (1 - covered * share) + total * share
    depth[area] = np.minimum(behind, body.hit(position, backdrop.rays[:, *area]))
    return area


def _display(light: Array) -> Image:
    """Light (3, H, W) as a picture (H, W, 3)."""
    return np.ascontiguousarray((np.sqrt(np.minimum(light, 1)) * 255 + 0.5).astype(np.uint8).transpose(1, 2, 0))
