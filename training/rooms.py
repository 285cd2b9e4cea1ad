"""Indoors: furnished rooms, one large thing in the middle; and the walls and furniture that other places have too."""

import numpy as np
from numpy.typing import NDArray

from training import plants, soup, structures
from training.kit import Kit
from training.scene import Parts, Scene, View
from training.soup import Paint

Point = NDArray[np.float64]


def room(kit: Kit, views: int) -> Scene:
    """A furnished room seen from anywhere inside, sometimes from a corner of the ceiling or straight down."""
    parts, size = Parts(), room_size(kit)
    shell(kit, parts, size)
    furnish(kit, parts, size, kit.count(3, 14))
    for _ in range(kit.count(0, 3)):
        at = np.array([kit.between(-0.4, 0.4) * size[0], 0, kit.between(-0.4, 0.4) * size[2]])
        parts.add(soup.moved(kit.person(), at, turn=kit.turn()), kit.rng.normal(0, 0.15, 3) * (1, 0, 1))
    cameras = []
    for _ in range(views):
        eye = np.array([kit.between(-0.45, 0.45) * size[0], kit.between(0.5, min(2.1, size[1] - 0.15)),
                        kit.between(-0.45, 0.45) * size[2]])  # fmt: skip
        target = np.array([kit.between(-0.35, 0.35) * size[0], kit.between(0.1, 0.65) * size[1],
                           kit.between(-0.35, 0.35) * size[2]])  # fmt: skip
        style = kit.rng.random()
        if style < 0.1:
            eye[1] = size[1] - 0.1
            target[1] = kit.between(0, 0.6)
        elif style < 0.17:
            eye[1], target = size[1] - 0.05, eye + (kit.between(-0.4, 0.4), -2, kit.between(-0.4, 0.4))
        elif np.linalg.norm((target - eye)[[0, 2]]) < 1:
            target = -eye * (1, -0.7, 1)
        cameras.append(View(eye, target, kit.between(42, 88), kit.rng.normal(0, 0.05)))
    return inside(kit, "room", parts, cameras, size)


def centerpiece(kit: Kit, views: int) -> Scene:
    """One large thing in the middle of a cluttered room or workshop, seen from a few meters."""
    parts, size = Parts(), room_size(kit)
    shell(kit, parts, size)
    furnish(kit, parts, size, kit.count(4, 16), by_walls=0.9)
    kind, span = kit.rng.random(), kit.between(0.8, 2.2)
    is_furniture = kind < 0.45
    if is_furniture:
        rows = kit.furniture(kit.model(), 0.2)
        rows[:, :3] *= span / np.ptp(rows[:, :3], axis=0).max()
    elif kind < 0.6:
        rows = structures.animal(kit, span * 0.7)
    elif kind < 0.75:
        rows = plants.pot_plant(kit, span)
    else:
        rows = _machine(kit, span)
    parts.add(soup.moved(soup.floor_at_zero(rows), turn=kit.turn()), is_subject=is_furniture)
    height = np.ptp(rows[:, 1])
    for _ in range(kit.count(0, 6)):
        at = kit.rng.normal(0, span * 0.6, 3) * (1, 0, 1)
        parts.add(soup.moved(kit.thing(kit.between(0.1, 0.5)), at))
    cameras = []
    for _ in range(views):
        angle, reach = kit.between(0, 2 * np.pi), kit.between(0.8, 1.9) * span
        eye = np.array([np.sin(angle) * reach, kit.between(0.25, 1.7), np.cos(angle) * reach])
        eye[[0, 2]] = np.clip(eye[[0, 2]], -size[[0, 2]] / 2 + 0.05, size[[0, 2]] / 2 - 0.05)
        target = np.array([0, height * kit.between(0.3, 0.7), 0]) + kit.rng.normal(0, 0.12, 3) * span
        cameras.append(View(eye, target, kit.between(38, 75), kit.rng.normal(0, 0.04)))
    return inside(kit, "centerpiece", parts, cameras, size)


def room_size(kit: Kit) -> Point:
    """Width, height, depth in meters."""
    return np.array([kit.between(2.5, 8), kit.between(2.2, 3.4), kit.between(2.5, 9)])


def inside(kit: Kit, kind: str, parts: Parts, cameras: list[View], size: Point) -> Scene:
    extent = float(size.max())
    light = kit.light_indoors(extent)
    scene = Scene(kind, parts.soup(), cameras, light, extent, movers=parts.movers, subject=parts.subject)
    if kit.chance(0.15):
        scene.mirror, scene.ripple = kit.between(0.1, 0.6), kit.between(0, 0.006)
    return scene


def shell(kit: Kit, parts: Parts, size: Point) -> None:
    """Floor, ceiling, four walls with pictures, windows, shelves, curtains; at times one bold pattern everywhere."""
    w, h, d = size
    bold = kit.paint(1.0, tile=(0.3, 2)) if kit.chance(0.1) else None
    parts.add(soup.quad((-w / 2, 0, -d / 2), (0, 0, d), (w, 0, 0), bold or kit.paint(0.85, (0.4, 2), 0.3)))
    parts.add(soup.quad((-w / 2, h, -d / 2), (w, 0, 0), (0, 0, d), kit.paint(0.25, (0.5, 3), 0.5)))
    wall = bold or kit.paint(0.6, (0.5, 3), 0.3)
    for origin, along in (((-w / 2, 0, -d / 2), (w, 0, 0)), ((-w / 2, 0, d / 2), (w, 0, 0)),
                          ((-w / 2, 0, -d / 2), (0, 0, d)), ((w / 2, 0, -d / 2), (0, 0, d))):  # fmt: skip
        paint = kit.paint(0.6, (0.5, 3), 0.3) if kit.chance(0.3) else wall
        o, a = np.array(origin), np.array(along, float)
        parts.add(soup.quad(o, a, (0, h, 0), paint))
        length = float(np.linalg.norm(a))
        unit = a / length
        inward = np.array([-np.sign(o[0]) * (unit[2] > 0), 0, -np.sign(o[2]) * (unit[0] > 0)])
        for _ in range(kit.count(0, 5)):
            low = o + unit * kit.between(0.03, 0.8) * length + (0, kit.between(0.3, 1.8), 0)
            span = unit * kit.between(0.2, 1.5) + (0, min(kit.between(0.2, 1.2), h - low[1]), 0)
            out = kit.between(0.01, 0.06) if kit.chance(0.7) else kit.between(0.12, 0.4)
            picture = Paint(kit.color(0.5), kit.layer(0.9), kit.between(0.4, 1.5), glow=0.7 * kit.chance(0.15))
            parts.add(soup.box(low, low + span + inward * out, picture))
        if kit.chance(0.15):
            cloth = kit.stand(kit.paint(0.8, (0.2, 1)), kit.between(0.6, 0.9 * length), kit.between(1.5, h))
            yaw = np.arctan2(inward[0], inward[2])
            parts.add(soup.moved(cloth, o + a / 2 + inward * kit.between(0.05, 0.3), turn=soup.turned(yaw)))


def furnish(kit: Kit, parts: Parts, size: Point, count: int, by_walls: float = 0.6) -> None:
    w, _, d = size
    for _ in range(count):
        model = kit.model()
        rows = kit.furniture(model)
        deep = np.ptp(rows[:, 2]) / 2
        turn = soup.turned(kit.count(0, 4) * np.pi / 2 + (kit.rng.normal(0, 0.1) if kit.chance(0.7) else 0.8))
        x, z = kit.between(-w / 2 + 0.3, w / 2 - 0.3), kit.between(-d / 2 + 0.3, d / 2 - 0.3)
        if kit.chance(by_walls):
            if kit.chance(0.5):
                x = np.sign(x) * (w / 2 - deep - 0.05)
            else:
                z = np.sign(z) * (d / 2 - deep - 0.05)
        y = model.elevation if kit.chance(0.8) else kit.between(0, 1.2) * kit.chance(0.5)
        parts.add(soup.moved(rows, (x, y, z), turn=turn))
    if kit.chance(0.3):
        at = (kit.between(-0.4, 0.4) * w, 0, kit.between(-0.4, 0.4) * d)
        parts.add(soup.moved(plants.pot_plant(kit, kit.between(0.4, 1.6)), at))
    if kit.chance(0.12):
        at = (kit.between(-0.4, 0.2) * w, 0, kit.between(-0.4, 0.4) * d)
        rows = structures.ladder(kit, 2) if kit.chance(0.4) else structures.lattice(kit, 1.2, 2.0, 0.4)
        parts.add(soup.moved(rows, at, turn=kit.turn()))


def _machine(kit: Kit, span: float) -> soup.Soup:
    """A bicycle-like machine: two wheels with spokes, a frame of tubes, tanks and boxes between them."""
    frame, dark, r = kit.paint(0.2), Paint(kit.color(0.02, 0.25)), span * kit.between(0.16, 0.22)
    ring = np.linspace(0, 2 * np.pi, 25)
    parts = []
    for x in (-span * 0.33, span * 0.33):
        circle = np.stack([x + r * np.cos(ring), r + r * np.sin(ring), np.zeros(25)], 1)
        parts.append(soup.tube(circle, span * kit.between(0.012, 0.05), dark, 8))
        spokes = [soup.beam((x, r, 0), p, 0.008 * span, frame, 3) for p in circle[::2]]
        parts += spokes
    joints = [
        np.array([kit.between(-0.4, 0.4) * span, kit.between(0.5, 2.6) * r, kit.rng.normal(0, 0.02)]) for _ in range(5)
    ]
    joints += [np.array([-span * 0.33, r, 0.03]), np.array([span * 0.33, r, -0.03])]
    for _ in range(12):
        a, b = kit.rng.choice(len(joints), 2, replace=False)
        parts.append(soup.beam(joints[a], joints[b], span * kit.between(0.012, 0.04), frame, 7))
    for _ in range(kit.count(2, 7)):
        at = joints[kit.count(0, 5)] + kit.rng.normal(0, 0.05, 3) * span
        radii = kit.rng.uniform(0.04, 0.16, 3) * span * (1, 0.7, 0.5)
        parts.append(soup.moved(soup.ball(kit.paint(0.3), kit.between(0.3, 1), 8), at, scale=radii))
    bar = joints[0] * (1, 0, 0) + (0, 2.9 * r, 0)
    parts.append(soup.beam(bar - (0, 0, 0.3), bar + (0, 0, 0.3), 0.03, frame))
    return np.concatenate(parts)
