"""Tables in rooms: things on a table that ends, the floor and the room beyond it lower and farther."""

import numpy as np
from numpy.typing import NDArray

from training import rooms, soup
from training.kit import Kit
from training.scene import Parts, Scene, View

Point = NDArray[np.float64]


def tabletop(kit: Kit, views: int) -> Scene:
    """Things on a table, from a hand's height above it to straight down; what is near is often cut by the border."""
    parts, size = Parts(), rooms.room_size(kit)
    rooms.shell(kit, parts, size)
    rooms.furnish(kit, parts, size, kit.count(2, 10))
    half = np.array([kit.between(0.25, 1.0), 0, kit.between(0.25, 0.6)])
    top = np.array([kit.between(-0.2, 0.2) * size[0], kit.between(0.4, 1.0), kit.between(-0.2, 0.2) * size[2]])
    turn = kit.turn()
    parts.add(soup.moved(_table(kit, half, top[1]), top, turn=turn))
    if kit.chance(0.2):
        parts.add(soup.moved(_bin(kit, half), top, turn=turn))
    for _ in range(kit.count(1, 14)):
        spot = turn @ (kit.rng.uniform(-0.9, 0.9, 3) * half) + top
        parts.add(soup.moved(kit.thing(kit.between(0.06, 0.38)), spot), kit.rng.normal(0, 0.05, 3) * (1, 0, 1))
    for _ in range(kit.count(0, 5)):
        beside = turn @ (kit.rng.choice([-1, 1], 3) * half * kit.between(1.0, 1.6)) + top * (1, 0, 1)
        parts.add(soup.moved(kit.furniture(kit.model(1.6)), beside, turn=kit.turn()))
    cameras = []
    for _ in range(views):
        target = turn @ (kit.rng.normal(0, 0.5, 3) * half) + top + (0, kit.between(-0.05, 0.2), 0)
        angle, reach = kit.between(0, 2 * np.pi), kit.between(0.3, 1.5)
        rise = kit.between(0.15, 0.9) if kit.chance(0.8) else kit.between(0.9, 1.55)
        way = np.array([np.sin(angle) * np.cos(rise), np.sin(rise), np.cos(angle) * np.cos(rise)])
        eye = np.clip(target + way * reach, -size / 2 + 0.1, size / 2 - 0.1) * (1, 0, 1)
        eye[1] = min(target[1] + way[1] * reach, size[1] - 0.05)
        cameras.append(View(eye, target, kit.between(38, 75), _roll(kit)))
    return rooms.inside(kit, "tabletop", parts, cameras, size)


def _table(kit: Kit, half: Point, height: float) -> soup.Soup:
    """Its top at y = 0, its feet at −height: round or not, on four legs, on one, or a block."""
    thick, paint = kit.between(0.015, 0.08), kit.paint(0.7, (0.2, 1.5))
    if kit.chance(0.3):
        outline = np.array([[0, 0], [1, 0], [1, -thick], [0, -thick]]) * (half.max(), 1)
        parts = [soup.lathe(outline, paint, 36), soup.beam((0, -thick, 0), (0, -height, 0), 0.09, kit.paint(0.3), 8)]
        return np.concatenate(parts)
    low = -half - (0, height if kit.chance(0.15) else thick, 0)
    parts = [soup.box(low, half, paint)]
    leg = kit.paint(0.4)
    for x in (-0.95, 0.95):
        for z in (-0.9, 0.9):
            foot = np.array([x, 0, z]) * half
            parts.append(soup.beam(foot - (0, thick, 0), foot - (0, height, 0), kit.between(0.03, 0.08), leg))
    return np.concatenate(parts)


def _bin(kit: Kit, half: Point) -> soup.Soup:
    """An open box or tray on y = 0, full of things."""
    w, d = kit.rng.uniform(0.5, 0.95, 2) * half[[0, 2]]
    high, wall, paint = kit.between(0.03, 0.25), 0.008, kit.paint(0.3)
    parts = [soup.box((x - wall, 0, -d), (x + wall, high, d), paint) for x in (-w, w)]
    parts += [soup.box((-w, 0, z - wall), (w, high, z + wall), paint) for z in (-d, d)]
    for _ in range(kit.count(6, 22)):
        at = (kit.between(-0.85, 0.85) * w, kit.between(0, 0.6) * high, kit.between(-0.85, 0.85) * d)
        parts.append(soup.moved(kit.thing(kit.between(0.06, 0.2)), at, turn=soup.rotation(kit.rng.normal(size=3), 1)))
    return np.concatenate(parts)


def _roll(kit: Kit) -> float:
    """Radians: held about level, or not."""
    return float(kit.rng.normal(0, 0.06) if kit.chance(0.6) else kit.rng.normal(0, 0.3))
