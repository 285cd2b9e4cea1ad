"""The objects of the demo: the room, its furniture, its moving bodies, and their materials.

World axes are those of `world.py`, in meters: right-handed, y up, the demo's own camera at the origin looking along −z.
"""

from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from engine.demo.solids import Box, Capsule, Paint, Solid, Triple, Vector, dot, mix, turn

ROOM_MIN: Vector = (-2.9, -0.8, -5.6)
ROOM_MAX: Vector = (2.9, 2.4, 1.6)
"""Corners of the room: left wall, floor and back wall; right wall, ceiling and the wall behind the demo's camera."""
FLOOR = ROOM_MIN[1]


def linear(color: str) -> Vector:
    """Convert #RRGGBB to linear light, 0..1, with a display gamma of 2."""
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return (red / 255) ** 2, (green / 255) ** 2, (blue / 255) ** 2


def plain(color: str) -> Paint:
    light = linear(color)
    return lambda points: light


def framed(color: str, line: str, half_m: float, width_m: float) -> Paint:
    """Return a material for a cube with lines along its edges."""
    inner, outer = linear(color), linear(line)

    def paint(points: Triple) -> Triple:
        x, y, z = (np.abs(c) for c in points)
        second = x + y + z - np.maximum(np.maximum(x, y), z) - np.minimum(np.minimum(x, y), z)
        return mix(inner, outer, np.clip((second - half_m + width_m) / 0.004 + 0.5, 0, 1))

    return paint


def beach_ball(rotation: NDArray[np.float64]) -> Paint:
    """Paint a beach ball: six gores of three colors and white caps, with soft edges about a pixel wide."""
    gores = [linear(color) for color in ("#e8503f", "#f7ead4", "#2f6f9f")]
    cap = linear("#fbf4e6")

    def paint(points: Triple) -> Triple:
        right, up, front = (dot(points, column) for column in rotation.T.astype(np.float32).tolist())
        turns = np.arctan2(front, right) * (3 / pi) + 3
        parts = [np.clip((0.5 - np.abs((turns + k) % 3 - 1.5)) * 30 + 0.5, 0, 1) for k in range(3)]
        x, y, z = (sum(part * gore[c] for part, gore in zip(parts, gores, strict=True)) for c in range(3))
        return mix((x, y, z), cap, np.clip((np.abs(up) - 0.225) / 0.008 + 0.5, 0, 1))

    return paint


def framed_picture(points: Triple) -> Triple:
    """Paint a sun over hills, in a white mount and a dark frame, in the axes of the frame's box."""
    x, y, _ = points
    color = mix(linear("#f6c98b"), linear("#d9776b"), np.clip((y + 0.25) / 0.7, 0, 1))
    color = mix(color, linear("#fff0c9"), np.hypot(x + 0.12, y - 0.06) < 0.15)
    color = mix(color, linear("#8d86a8"), y < -0.08 + 0.07 * np.sin(5 * x + 1))
    color = mix(color, linear("#46618a"), y < -0.2 + 0.09 * np.sin(4 * x - 1.2))
    color = mix(color, linear("#fffaf0"), (np.abs(x) > 0.56) | (np.abs(y) > 0.36))
    return mix(color, linear("#4a3b32"), (np.abs(x) > 0.66) | (np.abs(y) > 0.46))


def room_color(points: Triple, wall: NDArray[np.intp]) -> Triple:
    """Paint the sides of the room: tiles with a rug, striped wallpaper, painted walls, white skirting and ceiling.

    wall: the axis that is normal to the side.
    """
    x, y, z = points
    up = np.clip((y - FLOOR) / (ROOM_MAX[1] - FLOOR), 0, 1)
    floor = mix(linear("#f3ebdd"), linear("#a3b4b8"), (np.floor(x / 0.4) + np.floor(z / 0.4)) % 2)
    rug = ((x - 0.1) / 1.4) ** 2 + ((z + 3.3) / 1.05) ** 2
    floor = mix(floor, linear("#b9493f"), rug < 1)
    floor = mix(floor, linear("#efdcb8"), np.abs(rug - 0.82) < 0.06)
    paper = mix(linear("#f3dfbf"), linear("#ead0a8"), np.floor(x / 0.22) % 2)
    side = mix(linear("#4f8a8b"), linear("#86b5ae"), up)
    color = mix(side, paper, wall == 2)
    color = mix(color, linear("#f4f1ea"), y < FLOOR + 0.13)
    return mix(color, mix(floor, linear("#f8f6f0"), y > 0), wall == 1)


FURNITURE: tuple[Solid, ...] = (
    Box((0.35, 0.95, ROOM_MIN[2] + 0.03), framed_picture, (0.72, 0.52, 0.03)),
    Box((0.15, FLOOR + 0.24, -3.5), plain("#f4f0e8"), (0.27, 0.24, 0.27), turn(0.5)),
    Capsule((0.15, FLOOR + 0.48 + 0.24, -3.5), plain("#e2604c"), 0.24),
    Box((1.55, FLOOR + 0.55, -4.6), plain("#e5ae46"), (0.32, 0.55, 0.32), turn(-0.35)),
    Box((1.1, FLOOR + 0.2, -3.75), plain("#56789f"), (0.2, 0.2, 0.2), turn(0.25)),
    Capsule((-1.45, FLOOR + 0.62, -4.5), plain("#8fab70"), 0.26, (0.0, 0.36, 0.0)),
    Capsule((-0.85, FLOOR + 0.17, -4.1), plain("#f0e2c4"), 0.17),
)


def moving(t_s: float) -> tuple[Solid, ...]:
    """Return the moving bodies at `t_s` seconds: a ball that bounces around the plinth, a turning cube, two moons."""
    way = 2 * pi * t_s / 9 + 2.6
    hop = abs(sin(2 * pi * t_s / 4.5))
    ball = Capsule(
        (0.1 + 1.15 * cos(way), FLOOR + 0.26 + 0.62 * hop, -3.05 + 0.95 * sin(way)),
        beach_ball(turn(-2.2 * t_s, 0.5)),
        0.26,
    )
    cube = Box(
        (0.66 + 0.05 * sin(t_s), 0.16 + 0.05 * sin(2 * pi * t_s / 5), -1.6),
        framed("#8674bd", "#cdbfe8", 0.105, 0.02),
        (0.105, 0.105, 0.105),
        turn(0.7 * t_s, 0.6),
    )
    angle = 2 * pi * t_s / 4
    moons = (
        Capsule((0.15 + 0.52 * cos(a), FLOOR + 0.74 + 0.16 * sin(a + 0.7), -3.5 + 0.52 * sin(a)), plain(color), 0.075)
        for a, color in ((angle, "#f2c14e"), (angle + pi, "#58b0a6"))
    )
    return (ball, cube, *moons)
