"""Roads as drivers and walkers see them: cars beside the camera, lanes and fronts that run away to the far end."""

import numpy as np

from training import houses, outdoors, plants, soup, structures
from training.kit import Kit
from training.scene import Parts, Scene, View
from training.soup import Paint, Soup

LANE = 3.3
SIDES = ("houses", "trees", "wall", "open", "hedge")


def road(kit: Kit, views: int) -> Scene:
    """A road with lanes, traffic and parked cars, seen along it or to a side."""
    parts, lanes = Parts(), kit.count(2, 6)
    half = lanes * LANE / 2
    outdoors.ground(kit, parts)
    asphalt = Paint(kit.color(0.15, 0.6), kit.layer(0.5), kit.between(2, 8))
    length = outdoors.REACH
    parts.add(soup.quad((-half, 0.01, -length), (0, 0, 2 * length), (2 * half, 0, 0), asphalt))
    _markings(kit, parts, lanes, half)
    for side in (-1, 1):
        walk = half + kit.between(0.5, 4)
        if kit.chance(0.6):
            edge, paint = kit.between(0.05, 0.2), kit.paint(0.6, (0.5, 3), 0.3)
            parts.add(soup.box((side * half, 0, -length), (side * walk, edge, length), paint))
        _side(kit, parts, side, walk)
        if kit.chance(0.5):
            for z in np.arange(-30, 60, kit.between(5.2, 14)):
                if kit.chance(0.8):
                    parts.add(soup.moved(car(kit), (side * (half - 1.1), 0.02, z + kit.between(0, 1))))
    for _ in range(kit.count(0, 9)):
        lane = (kit.count(0, lanes) + 0.5) * LANE - half
        at = (lane + kit.rng.normal(0, 0.2), 0.02, kit.between(-30, 80) if kit.chance(0.7) else kit.between(2, 15))
        turn = soup.turned(np.pi * kit.count(0, 2) + (kit.rng.normal(0, 0.04) if kit.chance(0.8) else np.pi / 2))
        parts.add(soup.moved(car(kit), at, turn=turn), np.array([0, 0, kit.rng.normal(0, 2)]))
    if kit.chance(0.25):
        z, height = kit.between(15, 70), kit.between(4.5, 7)
        parts.add(
            soup.box((-30, height, z), (30, height + kit.between(0.5, 2), z + kit.between(0.3, 9)), kit.paint(0.4))
        )
        parts.add(soup.box((half, 0, z), (half + 1, height, z + 1), kit.paint(0.4)))
    outdoors.crowd(kit, parts, kit.count(0, 7), half + 1, 16)
    cameras = []
    for _ in range(views):
        eye = np.array([kit.between(-0.85, 0.85) * half, kit.between(1.0, 2.1), kit.between(-12, 4)])
        angle = kit.rng.normal(0, 0.18) if kit.chance(0.7) else kit.rng.choice([-1, 1]) * kit.between(0.5, 1.3)
        if kit.chance(0.4):  # somebody right beside the camera
            across = kit.rng.choice([-1, 1]) * kit.between(1.9, 3.2)
            way = np.array([np.sin(angle), 0, np.cos(angle)])
            beside = eye * (1, 0, 1) + way * kit.between(1.5, 6) + np.array([way[2], 0, -way[0]]) * across
            parts.add(soup.moved(car(kit), beside, turn=soup.turned(kit.rng.normal(0, 0.15))))
        ahead = np.array([np.sin(angle), kit.rng.normal(-0.04, 0.05), np.cos(angle)])
        cameras.append(View(eye, eye + ahead, kit.between(42, 100), kit.rng.normal(0, 0.025)))
    return outdoors.under_sky(kit, "road", parts, cameras)


def car(kit: Kit) -> Soup:
    """A car, a van or a lorry along z on y = 0; at times one of the library's vehicles."""
    models = [model for model in kit.library.furniture if model.category == "Vehicles"]
    if models and kit.chance(0.3):
        rows = kit.furniture(models[kit.count(0, len(models))], 0.2)
        wide, long = np.ptp(rows[:, [0, 2]], axis=0)
        rows = soup.floor_at_zero(soup.moved(rows, scale=kit.between(3.6, 5.2) / float(max(wide, long))))
        return rows if long > wide else soup.moved(rows, turn=soup.turned(np.pi / 2))
    paint, glass = Paint(kit.color(0.03, 1.0)), Paint(kit.color(0.02, 0.35))
    w, half = kit.between(0.8, 0.95), kit.between(1.8, 2.5)
    waist, roof = kit.between(0.85, 1.0), kit.between(1.35, 1.7)
    if kit.chance(0.2):
        w, half, roof = 1.1, kit.between(2.4, 5), kit.between(1.9, 3.4)
        body = [soup.box((-w, 0.35, -half), (w, roof, half), kit.paint(0.3, (0.5, 3)))]
        body.append(soup.box((-w - 0.01, 0.62 * roof, half - 1.2), (w + 0.01, 0.9 * roof, half + 0.02), glass))
    else:
        middle, high = (0.2 + waist) / 2, (waist - 0.2) / 2
        body = [soup.moved(soup.ball(paint, 0.25, 8), (0, middle, 0), scale=(w, high, half))]
        cabin, back = kit.between(0.5, 0.7) * half, kit.between(-0.25, 0.0) * half
        body.append(
            soup.moved(soup.ball(glass, 0.45, 8), (0, waist, back), scale=(0.92 * w, roof - waist - 0.03, cabin))
        )
        body.append(soup.moved(soup.ball(paint, 0.5, 8), (0, roof - 0.06, back), scale=(0.75 * w, 0.06, 0.7 * cabin)))
    for x in (-w + 0.05, w - 0.05):
        for z in (-0.62 * half, 0.62 * half):
            body.append(soup.moved(soup.ball(glass, 0.6, 6), (x, 0.33, z), scale=(0.12, 0.33, 0.33)))
        for z, glow in ((-half, (0.8, 0.1, 0.1)), (half, (1, 1, 0.9))):
            lamp = Paint(glow, glow=0.6 * kit.chance(0.4))
            body.append(soup.box((0.9 * x - 0.12, 0.6, z - 0.05), (0.9 * x + 0.12, 0.72, z + 0.02), lamp))
    return np.concatenate(body)


def _markings(kit: Kit, parts: Parts, lanes: int, half: float) -> None:
    """Lines between lanes, a crossing, arrows' worth of paint: flat, and brighter than what is around."""
    white = Paint(kit.color(0.7, 1.0))
    gap = kit.between(4, 12)
    for lane in range(1, lanes):
        x = lane * LANE - half
        starts = np.arange(-40, 90, gap) if kit.chance(0.75) else (-90.0,)
        dash = 0.4 * gap if len(starts) > 1 else 180
        for z in starts:
            parts.add(soup.quad((x - 0.07, 0.02, z), (0, 0, dash), (0.14, 0, 0), white))
    if kit.chance(0.4):
        z = kit.between(-4, 25)
        for x in np.arange(-half + 0.3, half - 0.3, 1.0):
            parts.add(soup.quad((x, 0.02, z), (0, 0, 3), (0.5, 0, 0), white))


def _side(kit: Kit, parts: Parts, side: int, walk: float) -> None:
    """What stands along one side, from behind the camera to the far end."""
    kind = SIDES[kit.rng.choice(len(SIDES), p=(0.4, 0.2, 0.15, 0.1, 0.15))]
    if kind == "houses":
        z = -40.0
        while z < 100:
            length = kit.between(8, 30)
            if kit.chance(0.9):
                x = side * (walk + kit.between(0, 4))
                parts.add(houses.house(kit, (x, 0, z), (side * 8, kit.between(4, 28), length)))
            z += length + kit.rng.choice([0, 0, 3])
    elif kind in ("wall", "hedge"):
        height, x = kit.between(0.8, 6), side * (walk + kit.between(0, 1))
        paint = kit.paint(0.6, (1, 4), 0.2) if kind == "wall" else plants.green(kit)
        parts.add(soup.box((x, 0, -40), (x + side * kit.between(0.2, 2), height, 100), paint))
    for z in np.arange(-10, 70, kit.between(6, 18)) if kind != "open" else ():
        if kit.chance(0.5 if kind == "trees" else 0.25):
            at = (side * (walk - kit.between(0, 0.5)), 0, z + kit.between(0, 3))
            rows = plants.tree(kit, kit.between(4, 10)) if kit.chance(0.6) else structures.mast(kit, kit.between(3, 8))
            parts.add(soup.moved(rows, at, turn=kit.turn()))
