"""Near things: objects on a table from the side or from above, plants before patterned cloth, animals."""

import numpy as np

from training import plants, soup, structures
from training.kit import Kit
from training.scene import Parts, Scene, View


def table(kit: Kit, views: int) -> Scene:
    """Objects on a surface, from grazing to straight above."""
    parts, size = Parts(), kit.between(0.4, 1.4)
    _ground(kit, parts, size)
    _backdrops(kit, parts, size, kit.count(0, 4))
    for _ in range(kit.count(2, 16)):
        at = kit.rng.normal(0, 0.45, 3) * (size, 0, size)
        way = kit.rng.normal(0, 0.2, 3) * (size, 0, size)
        parts.add(soup.moved(kit.thing(kit.between(0.1, 0.6) * size), at), way)
    cameras = [_above(kit, size, kit.between(0.08, 1.25)) for _ in range(views)]
    return _near(kit, "table", parts, cameras, size)


def from_above(kit: Kit, views: int) -> Scene:
    """Flat and low things seen from straight above: papers, tools, keys, cards, a floor with little on it."""
    parts, size = Parts(), kit.between(0.4, 2.5)
    _ground(kit, parts, size)
    for _ in range(kit.count(1, 14)):
        at = kit.rng.normal(0, 0.5, 3) * (size, 0, size)
        if kit.chance(0.5):
            w, d, h = kit.between(0.1, 0.9) * size, kit.between(0.1, 0.9) * size, kit.between(0.002, 0.06) * size
            rows = soup.box((-w / 2, 0, -d / 2), (w / 2, h, d / 2), kit.paint(0.9, (0.2 * size, size)))
        else:
            rows = soup.moved(kit.thing(kit.between(0.1, 0.5) * size), scale=(1, kit.between(0.1, 1), 1))
        parts.add(soup.moved(rows, at, turn=kit.turn()))
    if kit.chance(0.4):
        side = kit.between(0.05, 0.2) * size
        for _ in range(kit.count(4, 40)):
            at = np.round(kit.rng.normal(0, 4, 3)) * (1.15 * side, 0, 1.15 * side)
            parts.add(soup.moved(soup.box((0, 0, 0), (side, side * 0.35, side), kit.paint(0.4, (side, side))), at))
    cameras = [_above(kit, size, kit.between(1.05, 1.57)) for _ in range(views)]
    return _near(kit, "above", parts, cameras, size)


def plant(kit: Kit, views: int) -> Scene:
    """A plant or a bunch of them, close, before a patterned cloth or a wall."""
    parts, size = Parts(), kit.between(0.3, 1.2)
    _ground(kit, parts, size)
    cloth = kit.stand(kit.paint(0.95, (0.15 * size, 1.5 * size)), 8 * size, 5 * size)
    yaw = kit.between(0, 2 * np.pi)
    turn = soup.turned(yaw)
    parts.add(soup.moved(soup.moved(cloth, (0, -size, -kit.between(0.45, 1.6) * size)), turn=turn))
    for _ in range(kit.count(1, 5)):
        at = kit.rng.normal(0, 0.25, 3) * (size, 0, size)
        parts.add(
            soup.moved(plants.pot_plant(kit, size * kit.between(0.6, 1.2)), at), kit.rng.normal(0, 0.03, 3) * size
        )
    for _ in range(kit.count(0, 5)):
        parts.add(soup.moved(kit.thing(kit.between(0.1, 0.4) * size), kit.rng.normal(0, 0.5, 3) * (size, 0, size)))
    cameras = []
    for _ in range(views):
        angle, rise, reach = yaw + kit.rng.normal(0, 0.5), kit.between(0.0, 0.7), kit.between(0.9, 2.2) * size
        eye = np.array([np.sin(angle) * np.cos(rise), np.sin(rise), np.cos(angle) * np.cos(rise)]) * reach
        eye[1] += 0.4 * size
        target = np.array([0, kit.between(0.3, 0.7) * size, 0]) + kit.rng.normal(0, 0.1, 3) * size
        cameras.append(View(eye, target, kit.between(30, 60), kit.rng.normal(0, 0.08)))
    return _near(kit, "plant", parts, cameras, size)


def creature(kit: Kit, views: int) -> Scene:
    """An animal or a heap of soft shapes that fills the picture."""
    parts, size = Parts(), kit.between(0.4, 1.5)
    _ground(kit, parts, size)
    _backdrops(kit, parts, size, kit.count(0, 4))
    body = structures.animal(kit, size)
    parts.add(body, kit.rng.normal(0, 0.08, 3) * size)
    head = body[body[:, 2] > np.quantile(body[:, 2], 0.8), :3].mean(0)
    for _ in range(kit.count(0, 4)):
        parts.add(soup.moved(kit.thing(kit.between(0.2, 0.6) * size), kit.rng.normal(0, 0.8, 3) * (size, 0, size)))
    if kit.chance(0.4):
        low = kit.rng.normal(0, 0.3, 2) * size - size
        parts.add(plants.grass(kit, low, low + 2 * size, 0.12 * size, kit.count(200, 1500)))
    cameras = []
    for _ in range(views):
        if kit.chance(0.6):
            target, reach = head.astype(np.float64), kit.between(0.25, 0.9) * size
        else:
            target, reach = np.array([0, 0.4, 0]) * size, kit.between(0.9, 2.0) * size
        angle = kit.rng.normal(0, 0.7) if kit.chance(0.7) else kit.between(0, 6.3)
        way = np.array([np.sin(angle), kit.between(-0.1, 0.6), np.cos(angle)])
        eye = target + way * reach
        eye[1] = max(eye[1], 0.05 * size)
        aim = target + kit.rng.normal(0, 0.08, 3) * reach
        cameras.append(View(eye, aim, kit.between(32, 65), kit.rng.normal(0, 0.06)))
    return _near(kit, "creature", parts, cameras, size)


def _ground(kit: Kit, parts: Parts, size: float) -> None:
    paint = kit.paint(0.85, (0.15 * size, 1.5 * size), 0.25)
    parts.add(soup.quad((-3 * size, 0, -3 * size), (0, 0, 6 * size), (6 * size, 0, 0), paint))
    if kit.chance(0.25):
        wide = kit.between(0.5, 1.0) * size
        cloth = kit.paint(0.95, (0.1 * size, size))
        parts.add(soup.box((-wide, 0, -wide), (wide, 0.01 * size, wide), cloth))


def _backdrops(kit: Kit, parts: Parts, size: float, count: int) -> None:
    for _ in range(count):
        board = kit.stand(kit.paint(0.85, (0.2 * size, 2 * size), 0.2), 16 * size, 6 * size)
        parts.add(soup.moved(soup.moved(board, (0, -size, -kit.between(1.4, 5) * size)), turn=kit.turn()))


def _above(kit: Kit, size: float, rise: float) -> View:
    angle, reach = kit.between(0, 2 * np.pi), kit.between(0.7, 2.0) * size
    eye = np.array([np.cos(angle) * np.cos(rise), np.sin(rise), np.sin(angle) * np.cos(rise)]) * reach
    target = np.array([kit.rng.normal(0, 0.2), kit.between(0, 0.25), kit.rng.normal(0, 0.2)]) * size
    return View(eye, target, kit.between(30, 65), kit.rng.normal(0, 0.08))


def _near(kit: Kit, kind: str, parts: Parts, cameras: list[View], size: float) -> Scene:
    """Under a lamp, or in daylight with the surroundings far behind."""
    if kit.chance(0.35):
        sky, turn, light = kit.daylight()
        return Scene(kind, parts.soup(), cameras, light, 4 * size, sky, turn, movers=parts.movers)
    scene = Scene(kind, parts.soup(), cameras, kit.light_indoors(4 * size), 4 * size, movers=parts.movers)
    if kit.chance(0.15):
        scene.mirror = kit.between(0.1, 0.6)
    return scene
