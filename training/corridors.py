"""Indoors where little helps: corridors to their far end, blank walls, dim rooms full of things, rolled cameras."""

import numpy as np

from training import rooms, soup
from training.kit import Kit
from training.scene import Parts, Scene, View
from training.soup import Paint


def corridor(kit: Kit, views: int) -> Scene:
    """A long and narrow room with doors, lamps and things along its walls, or with nothing but walls."""
    parts, (w, h, d) = Parts(), (kit.between(1.2, 4), kit.between(2.2, 3.4), kit.between(6, 35))
    wall, blank = _quiet(kit), kit.chance(0.35)
    parts.add(soup.quad((-w / 2, 0, -d / 2), (0, 0, d), (w, 0, 0), kit.paint(0.6, (0.4, 2), 0.2)))
    parts.add(soup.quad((-w / 2, h, -d / 2), (w, 0, 0), (0, 0, d), _quiet(kit)))
    parts.add(soup.quad((-w / 2, 0, -d / 2), (w, 0, 0), (0, h, 0), _quiet(kit) if kit.chance(0.5) else wall))
    parts.add(soup.quad((-w / 2, 0, d / 2), (w, 0, 0), (0, h, 0), wall))
    for side in (-1, 1):
        x = side * w / 2
        parts.add(soup.quad((x, 0, -d / 2), (0, 0, d), (0, h, 0), wall if kit.chance(0.7) else _quiet(kit)))
        door, frame = _quiet(kit), kit.paint(0.2)
        for z in np.arange(-d / 2 + 0.5, d / 2 - 1.5, kit.between(1.8, 6)) if not blank else ():
            if kit.chance(0.6):
                out, high = x - side * kit.between(0.01, 0.06), min(2.05, h - 0.1)
                parts.add(soup.box((x, 0, z), (out, high + 0.08, z + 1.06), frame))
                parts.add(soup.box((x, 0, z + 0.08), (out - side * 0.005, high, z + 0.98), door))
            elif kit.chance(0.4):
                low = kit.between(0.1, 1.3)
                picture = Paint(kit.color(0.5), kit.layer(0.9), kit.between(0.4, 1.2), glow=0.7 * kit.chance(0.2))
                parts.add(soup.box((x, low, z), (x - side * 0.03, low + 0.7, z + kit.between(0.3, 1.2)), picture))
    for z in np.arange(-d / 2 + 1, d / 2, kit.between(1.5, 5)) if kit.chance(0.6) else ():
        lamp = Paint((1, 1, 0.95), glow=1.0)
        parts.add(soup.box((-0.3, h - 0.03, z), (0.3, h - 0.01, z + kit.between(0.2, 1.3)), lamp))
    for _ in range(kit.count(0, 7) if not blank else 0):
        rows = kit.furniture(kit.model(1.6))
        x = kit.rng.choice([-1, 1]) * max(0.0, w / 2 - np.ptp(rows[:, 0]) / 2 - 0.03)
        parts.add(soup.moved(rows, (x, 0, kit.between(-0.45, 0.45) * d), turn=soup.turned(np.pi * kit.count(0, 2))))
    for _ in range(kit.count(0, 3)):
        at = (kit.between(-0.3, 0.3) * w, 0, kit.between(-0.4, 0.4) * d)
        parts.add(soup.moved(kit.person(), at, turn=kit.turn()), kit.rng.normal(0, 0.2, 3) * (1, 0, 1))
    cameras = []
    for _ in range(views):
        eye = np.array([kit.between(-0.42, 0.42) * w, kit.between(0.4, min(2.0, h - 0.2)), kit.between(-0.48, 0.2) * d])
        angle = kit.rng.normal(0, 0.15) if kit.chance(0.6) else kit.rng.normal(0, 0.8)
        ahead = np.array([np.sin(angle), kit.rng.normal(-0.05, 0.15), np.cos(angle)])
        cameras.append(View(eye, eye + ahead, kit.between(42, 90), _roll(kit)))
    return rooms.inside(kit, "corridor", parts, cameras, np.array([w, h, d]))


def dim(kit: Kit, views: int) -> Scene:
    """A small room full of furniture and clutter before quiet walls, in little light that comes from one side."""
    parts, size = Parts(), rooms.room_size(kit) * (0.8, 1, 0.8)
    w, h, d = size
    parts.add(soup.quad((-w / 2, 0, -d / 2), (0, 0, d), (w, 0, 0), kit.paint(0.6, (0.4, 2), 0.1, 0.6)))
    parts.add(soup.quad((-w / 2, h, -d / 2), (w, 0, 0), (0, 0, d), _quiet(kit)))
    wall = _quiet(kit)
    for origin, along in (((-w / 2, 0, -d / 2), (w, 0, 0)), ((-w / 2, 0, d / 2), (w, 0, 0)),
                          ((-w / 2, 0, -d / 2), (0, 0, d)), ((w / 2, 0, -d / 2), (0, 0, d))):  # fmt: skip
        parts.add(soup.quad(origin, along, (0, h, 0), wall if kit.chance(0.7) else _quiet(kit)))
    rooms.furnish(kit, parts, size, kit.count(6, 20), by_walls=0.7)
    for _ in range(kit.count(0, 16)):
        at = kit.rng.uniform(-0.45, 0.45, 3) * size * (1, 0, 1)
        parts.add(soup.moved(kit.thing(kit.between(0.1, 0.7)), at))
    cameras = []
    for _ in range(views):
        eye = kit.rng.uniform(-0.46, 0.46, 3) * size
        eye[1] = kit.between(0.5, min(1.9, h - 0.1))
        angle = np.arctan2(-eye[0], -eye[2]) + kit.rng.normal(0, 0.6)
        ahead = np.array([np.sin(angle), kit.rng.normal(-0.15, 0.2), np.cos(angle)])
        cameras.append(View(eye, eye + ahead, kit.between(42, 80), _roll(kit)))
    scene = rooms.inside(kit, "dim", parts, cameras, size)
    share = kit.between(0.05, 0.5)
    scene.light.above, scene.light.below = scene.light.above * share, scene.light.below * share
    scene.light.lamp_colors[2:] = 0
    return scene


def _quiet(kit: Kit) -> Paint:
    """Of one color, or nearly."""
    return kit.paint(0.15, (0.8, 3), 0.25)


def _roll(kit: Kit) -> float:
    """Radians: held about level, or not."""
    return float(kit.rng.normal(0, 0.05) if kit.chance(0.65) else kit.rng.normal(0, 0.3))
