"""Under the sky: gardens and hills, thin structures, and what every place outdoors has: ground, things, people, sky."""

import cv2
import numpy as np

from training import plants, soup, structures
from training.kit import Kit
from training.scene import Parts, Scene, View

REACH = 110.0
"""Half the side of the ground in meters."""


def nature(kit: Kit, views: int) -> Scene:
    """Hills, trees, bushes, grass and rocks, some animals and walkers, a fence, water that mirrors."""
    parts = Parts()
    hills = kit.chance(0.6)
    soil = kit.paint(0.8, (1, 6), 0.2, 0.7)
    soil.color = plants.green(kit).color if kit.chance(0.6) else soil.color
    if hills:
        side = np.linspace(-REACH, REACH, 72)
        x, z = np.meshgrid(side, side, indexing="ij")
        field = cv2.resize(kit.rng.normal(size=(7, 7)).astype(np.float32), (72, 72), interpolation=cv2.INTER_CUBIC)
        rise = np.clip(np.hypot(x, z) / 40 - 0.25, 0, 3)
        y = field * rise * kit.between(1, 9) + np.minimum(rise, 1) * kit.rng.normal(0, 0.1, x.shape)
        parts.add(soup.surface(np.stack([x, y, z], -1)[::-1], soil))
    else:
        ground(kit, parts)
    for _ in range(kit.count(3, 26)):
        at = kit.rng.normal(0, 14, 3) * (1, 0, 1)
        kind = kit.rng.random()
        if kind < 0.55:
            rows = plants.tree(kit, kit.between(2, 9))
        elif kind < 0.75:
            centers = kit.rng.normal(0, 0.4, (6, 3)) * (1, 0.5, 1) + (0, 0.5, 0)
            rows = plants.foliage(kit, centers, 0.25, kit.between(0.05, 0.15), kit.count(150, 500), plants.green(kit))
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
    crowd(kit, parts, kit.count(0, 4), 4, 10)
    cameras = []
    for _ in range(views):
        eye = kit.rng.normal(0, 6, 3) * (1, 0, 1) + (0, kit.between(0.3, 2.2), 0)
        angle, drop = kit.between(0, 2 * np.pi), kit.rng.normal(-0.06, 0.12)
        cameras.append(
            View(eye, eye + (np.sin(angle), drop, np.cos(angle)), kit.between(35, 80), kit.rng.normal(0, 0.04))
        )
    return under_sky(kit, "nature", parts, cameras)


def thin(kit: Kit, views: int) -> Scene:
    """Lattices, rails on stilts, masts and wires against the sky, near and far, from below and from the side."""
    parts, size = Parts(), kit.between(4, 30)
    ground(kit, parts)
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
    crowd(kit, parts, kit.count(0, 6), size * 0.3, size * 0.3)
    models(kit, parts, kit.count(0, 4), size * 0.3, size * 0.3)
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
    return under_sky(kit, "thin", parts, cameras)


def ground(kit: Kit, parts: Parts) -> None:
    """A plane at y = 0 as far as one sees."""
    paint = kit.paint(0.95, (0.8, 6), 0.25, 0.9)
    parts.add(soup.quad((-REACH, 0, -REACH), (0, 0, 2 * REACH), (2 * REACH, 0, 0), paint))


def models(kit: Kit, parts: Parts, count: int, across: float, along: float) -> None:
    """Place vehicles and other things, scattered within the given meters along x and z; each may move in a clip."""
    for _ in range(count):
        model = kit.model(5.0)
        scale = 1.0 if model.category in ("Vehicles", "Exterior") else kit.between(1, 2)
        at = kit.rng.normal(0, (across, 1, along)) * (1, 0, 1)
        turn = soup.turned(kit.count(0, 4) * np.pi / 2 + kit.rng.normal(0, 0.1))
        parts.add(soup.moved(kit.furniture(model), at, turn=turn, scale=scale), kit.rng.normal(0, 0.5, 3) * (1, 0, 1))


def crowd(kit: Kit, parts: Parts, count: int, across: float, along: float) -> None:
    """Place people, scattered within the given meters along x and z; each may move in a clip."""
    for _ in range(count):
        at = kit.rng.normal(0, (across, 1, along)) * (1, 0, 1)
        parts.add(soup.moved(kit.person(coarse=True), at, turn=kit.turn()), kit.rng.normal(0, 0.5, 3) * (1, 0, 1))


def under_sky(kit: Kit, kind: str, parts: Parts, cameras: list[View]) -> Scene:
    """The scene in daylight or at night, at times in fog or on wet ground."""
    sky, turn, light = kit.daylight()
    scene = Scene(kind, parts.soup(), cameras, light, 40.0, sky, turn, movers=parts.movers)
    if kit.chance(0.35):
        scene.fog = kit.between(0, 0.03)
    if kit.chance(0.2):
        scene.mirror, scene.ripple = kit.between(0.2, 0.9), kit.between(0, 0.012)
    return scene
