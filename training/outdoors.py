"""Under the sky: streets and squares with people near and far, gardens and hills, thin structures, towns from above."""

import cv2
import numpy as np

from training import plants, soup, structures
from training.kit import Kit
from training.scene import Parts, Scene, View
from training.soup import Paint

REACH = 110.0
"""Half the side of the ground in metres."""


def street(kit: Kit, views: int) -> Scene:
    """A road between houses, with vehicles, masts, wires, trees and people at all distances."""
    parts, width = Parts(), kit.between(4, 16)
    _ground(kit, parts)
    parts.add(
        soup.quad((-width / 2, 0.01, -REACH), (0, 0, 2 * REACH), (width, 0, 0), kit.paint(0.8, (1, 4), 0.15, 0.6))
    )
    for side in (-1, 1):
        z = -80.0
        while z < 80:
            length, height = kit.between(5, 18), kit.between(3, 20)
            if kit.chance(0.85):
                x = side * (width / 2 + kit.between(0.5, 5))
                _house(kit, parts, (x, 0, z), (side * kit.between(5, 10), height, length))
            z += length + kit.rng.choice([0, 0, 2, 6])
        for z in np.arange(-40, 40, kit.between(6, 20)):
            x = side * (width / 2 + kit.between(0, 1))
            if kit.chance(0.4):
                parts.add(soup.moved(structures.mast(kit, kit.between(3, 8)), (x, 0, z), turn=kit.turn()))
            elif kit.chance(0.3):
                parts.add(soup.moved(plants.tree(kit, kit.between(2.5, 8)), (x, 0, z), turn=kit.turn()))
    if kit.chance(0.3):
        start = np.array([-width, kit.between(5, 9), -60.0])
        parts.add(structures.wires(kit, start, start + (kit.between(0, 2 * width), 0, 120), kit.count(1, 5)))
    _models(kit, parts, kit.count(2, 12), width / 2, 18)
    _crowd(kit, parts, kit.count(0, 12), width / 2, 30)
    cameras = []
    for _ in range(views):
        height = kit.between(0.8, 2.4) if kit.chance(0.75) else kit.between(3, 9)
        eye = np.array([kit.between(-0.4, 0.4) * width, height, kit.between(-14, 14)])
        angle = kit.rng.choice([0, np.pi]) + kit.rng.normal(0, 0.5)
        drop = kit.rng.normal(-0.03 - 0.04 * height, 0.1)
        cameras.append(
            View(eye, eye + (np.sin(angle), drop, np.cos(angle)), kit.between(32, 80), kit.rng.normal(0, 0.03))
        )
    return _under_sky(kit, "street", parts, cameras)


def square(kit: Kit, views: int) -> Scene:
    """An open place with many people, seen from eye height or as a surveillance camera sees it."""
    parts = Parts()
    _ground(kit, parts)
    for _ in range(kit.count(2, 12)):
        angle, reach = kit.between(0, 2 * np.pi), kit.between(18, 70)
        at = np.array([np.sin(angle), 0, np.cos(angle)]) * reach
        _house(kit, parts, at, kit.rng.uniform(4, 18, 3))
    _crowd(kit, parts, kit.count(5, 22), 9, 22)
    _models(kit, parts, kit.count(0, 7), 12, 12)
    for _ in range(kit.count(0, 6)):
        at = kit.rng.normal(0, 12, 3) * (1, 0, 1)
        rows = plants.tree(kit, kit.between(3, 8)) if kit.chance(0.6) else structures.mast(kit, kit.between(3, 8))
        parts.add(soup.moved(rows, at, turn=kit.turn()))
    cameras = []
    for _ in range(views):
        high = kit.chance(0.5)
        angle, reach = kit.between(0, 2 * np.pi), kit.between(6, 25)
        eye = np.array(
            [np.sin(angle) * reach, kit.between(4, 12) if high else kit.between(1.2, 2), np.cos(angle) * reach]
        )
        target = kit.rng.normal(0, 4, 3) * (1, 0, 1) + (0, kit.between(0, 2), 0)
        cameras.append(View(eye, target, kit.between(28, 70), kit.rng.normal(0, 0.03)))
    return _under_sky(kit, "square", parts, cameras)


def nature(kit: Kit, views: int) -> Scene:
    """Hills, trees, bushes, grass and rocks, some animals and walkers, a fence, water that mirrors."""
    parts = Parts()
    hills = kit.chance(0.6)
    ground = kit.paint(0.8, (1, 6), 0.2, 0.7)
    ground.colour = plants.green(kit).colour if kit.chance(0.6) else ground.colour
    if hills:
        side = np.linspace(-REACH, REACH, 72)
        x, z = np.meshgrid(side, side, indexing="ij")
        field = cv2.resize(kit.rng.normal(size=(7, 7)).astype(np.float32), (72, 72), interpolation=cv2.INTER_CUBIC)
        rise = np.clip(np.hypot(x, z) / 40 - 0.25, 0, 3)
        y = field * rise * kit.between(1, 9) + np.minimum(rise, 1) * kit.rng.normal(0, 0.1, x.shape)
        parts.add(soup.surface(np.stack([x, y, z], -1)[::-1], ground))
    else:
        _ground(kit, parts)
    for _ in range(kit.count(3, 26)):
        at = kit.rng.normal(0, 14, 3) * (1, 0, 1)
        kind = kit.rng.random()
        if kind < 0.55:
            rows = plants.tree(kit, kit.between(2, 9))
        elif kind < 0.75:
            centres = kit.rng.normal(0, 0.4, (6, 3)) * (1, 0.5, 1) + (0, 0.5, 0)
            rows = plants.foliage(kit, centres, 0.25, kit.between(0.05, 0.15), kit.count(150, 500), plants.green(kit))
        elif kind < 0.9:
            rows = soup.moved(soup.ball(kit.paint(0.9), kit.between(0.5, 1), 8), scale=kit.rng.uniform(0.2, 1.5, 3))
        else:
            rows = structures.animal(kit, kit.between(0.5, 1.8))
        parts.add(soup.moved(rows, at, turn=kit.turn()))
    if kit.chance(0.6):
        low = kit.rng.normal(0, 3, 2) - 4
        parts.add(plants.grass(kit, low, low + 8, kit.between(0.1, 0.6), kit.count(500, 4000)))
    if kit.chance(0.3):
        at = kit.rng.normal(0, 4, 3) * (1, 0, 1)
        parts.add(soup.moved(structures.fence(kit, 10, kit.between(0.6, 2)), at, turn=kit.turn()))
    _crowd(kit, parts, kit.count(0, 4), 4, 10)
    cameras = []
    for _ in range(views):
        eye = kit.rng.normal(0, 6, 3) * (1, 0, 1) + (0, kit.between(0.3, 2.2), 0)
        angle, drop = kit.between(0, 2 * np.pi), kit.rng.normal(-0.06, 0.12)
        cameras.append(
            View(eye, eye + (np.sin(angle), drop, np.cos(angle)), kit.between(35, 80), kit.rng.normal(0, 0.04))
        )
    return _under_sky(kit, "nature", parts, cameras)


def thin(kit: Kit, views: int) -> Scene:
    """Lattices, rails on stilts, masts and wires against the sky, near and far, from below and from the side."""
    parts, size = Parts(), kit.between(4, 30)
    _ground(kit, parts)
    tall = [structures.coaster(kit, size)] if kit.chance(0.6) else []
    for _ in range(kit.count(1, 4)):
        at = kit.rng.normal(0, size * 0.6, 3) * (1, 0, 1)
        length, height, depth = (size * kit.between(*span) for span in ((0.2, 1), (0.2, 1), (0.05, 0.3)))
        tall.append(soup.moved(structures.lattice(kit, length, height, depth), at, turn=kit.turn()))
    for _ in range(kit.count(0, 5)):
        at = kit.rng.normal(0, size * 0.7, 3) * (1, 0, 1)
        rows = structures.mast(kit, kit.between(3, 12)) if kit.chance(0.5) else plants.tree(kit, kit.between(2, 8))
        parts.add(soup.moved(rows, at, turn=kit.turn()))
    if kit.chance(0.3):
        parts.add(soup.moved(structures.fence(kit, size, kit.between(0.8, 2.5)), kit.rng.normal(0, 3, 3) * (1, 0, 1)))
    if kit.chance(0.4):
        start = kit.rng.normal(0, size, 3) * (1, 0, 1) + (0, kit.between(4, 10), 0)
        parts.add(structures.wires(kit, start, -start * (1, -1, 1), kit.count(1, 6)))
    for rows in tall:
        parts.add(rows)
    _crowd(kit, parts, kit.count(0, 6), size * 0.3, size * 0.3)
    _models(kit, parts, kit.count(0, 4), size * 0.3, size * 0.3)
    points = np.concatenate(tall)[:, :3].astype(np.float64)
    points = points[points[:, 1] > 0.35 * points[:, 1].max()]
    cameras = []
    for _ in range(views):
        from_below = kit.chance(0.6)
        target = points[kit.count(0, len(points))] + kit.rng.normal(0, 0.05, 3) * size
        angle, reach = kit.between(0, 2 * np.pi), kit.between(0.15, 0.8) if from_below else kit.between(0.5, 2.0)
        height = kit.between(0.8, 2.4) if from_below or kit.chance(0.6) else kit.between(2, size)
        eye = target * (1, 0, 1) + np.array([np.sin(angle), 0, np.cos(angle)]) * reach * size + (0, height, 0)
        cameras.append(View(eye, target, kit.between(28, 80), kit.rng.normal(0, 0.06)))
    return _under_sky(kit, "thin", parts, cameras)


def aerial(kit: Kit, views: int) -> Scene:
    """A town or a park from above, as from a tower or a drone."""
    parts = Parts()
    _ground(kit, parts)
    for _ in range(kit.count(5, 45)):
        at = kit.rng.uniform(-50, 50, 3) * (1, 0, 1)
        _house(kit, parts, at, kit.rng.uniform((4, 2.5, 4), (14, 15, 14)))
    for _ in range(kit.count(0, 14)):
        parts.add(
            soup.moved(plants.tree(kit, kit.between(3, 9)), kit.rng.uniform(-35, 35, 3) * (1, 0, 1), turn=kit.turn())
        )
    _models(kit, parts, kit.count(0, 10), 15, 15)
    _crowd(kit, parts, kit.count(0, 8), 15, 15)
    cameras = []
    for _ in range(views):
        eye = kit.rng.normal(0, 15, 3) * (1, 0, 1) + (0, kit.between(12, 60), 0)
        angle, slope = kit.between(0, 2 * np.pi), kit.between(0.0, 2.0)
        target = eye * (1, 0, 1) + np.array([np.sin(angle), 0, np.cos(angle)]) * eye[1] * slope
        cameras.append(View(eye, target, kit.between(35, 75), kit.rng.normal(0, 0.05)))
    return _under_sky(kit, "aerial", parts, cameras)


def _ground(kit: Kit, parts: Parts) -> None:
    paint = kit.paint(0.95, (0.8, 6), 0.25, 0.9)
    parts.add(soup.quad((-REACH, 0, -REACH), (0, 0, 2 * REACH), (2 * REACH, 0, 0), paint))


def _house(kit: Kit, parts: Parts, at: soup.Vector, size: soup.Vector) -> None:
    """A block with rows of windows, at times with a roof."""
    low, size = np.asarray(at, np.float64), np.asarray(size, np.float64)
    parts.add(soup.box(low, low + size, kit.paint(0.8, (1.5, 6), 0.25)))
    a, b = np.minimum(low, low + size), np.maximum(low, low + size)
    if kit.chance(0.4):
        pane = Paint(kit.colour(0.05, 0.6), kit.layer(0.4), 1.0, glow=0.8 * kit.chance(0.15))
        for z in np.arange(a[2] + 0.8, b[2] - 1.2, kit.between(1.6, 3.5)):
            for y in np.arange(1.0, b[1] - 1.4, 3.0):
                for x in (a[0] - 0.03, b[0] + 0.03):
                    parts.add(soup.quad((x, y, z), (0, 0, 1.0), (0, 1.3, 0), pane))
    if kit.chance(0.35):
        top, ridge = b[1], (a + b) / 2
        roof, up = kit.paint(0.8, (0.8, 3)), kit.between(1, 4)
        for edge in (a[0] - 0.3, b[0] + 0.3):
            parts.add(soup.quad((edge, top, a[2]), (0, 0, b[2] - a[2]), (ridge[0] - edge, up, 0), roof))


def _models(kit: Kit, parts: Parts, count: int, across: float, along: float) -> None:
    for _ in range(count):
        model = kit.model(5.0)
        scale = 1.0 if model.category in ("Vehicles", "Exterior") else kit.between(1, 2)
        at = kit.rng.normal(0, (across, 1, along)) * (1, 0, 1)
        turn = soup.turned(kit.count(0, 4) * np.pi / 2 + kit.rng.normal(0, 0.1))
        parts.add(soup.moved(kit.furniture(model), at, turn=turn, scale=scale), kit.rng.normal(0, 0.5, 3) * (1, 0, 1))


def _crowd(kit: Kit, parts: Parts, count: int, across: float, along: float) -> None:
    for _ in range(count):
        at = kit.rng.normal(0, (across, 1, along)) * (1, 0, 1)
        parts.add(soup.moved(kit.person(coarse=True), at, turn=kit.turn()), kit.rng.normal(0, 0.5, 3) * (1, 0, 1))


def _under_sky(kit: Kit, kind: str, parts: Parts, cameras: list[View]) -> Scene:
    sky, turn, light = kit.daylight()
    scene = Scene(kind, parts.soup(), cameras, light, 40.0, sky, turn, movers=parts.movers)
    if kit.chance(0.35):
        scene.fog = kit.between(0, 0.03)
    if kit.chance(0.2):
        scene.mirror, scene.ripple = kit.between(0.2, 0.9), kit.between(0, 0.012)
    return scene
