"""People near a camera: somebody in front of a webcam, somebody who shows something flat to it."""

import numpy as np
from numpy.typing import NDArray

from training import bodies, rooms, soup
from training.kit import Kit
from training.scene import Parts, Scene, View
from training.soup import Paint

Point = NDArray[np.float64]


def webcam(kit: Kit, views: int) -> Scene:
    """Somebody near the camera in a furnished room, at times with others behind, a board in hand, a chair, a desk."""
    parts, size = Parts(), rooms.room_size(kit)
    rooms.shell(kit, parts, size)
    rooms.furnish(kit, parts, size, kit.count(2, 12))
    yaw, body = kit.between(0, 2 * np.pi), kit.body()
    turn = soup.turned(yaw)
    ahead = turn @ np.array([0.0, 0, 1])
    at = np.array([np.clip(kit.rng.normal(0, side / 5), -side / 2 + 0.5, side / 2 - 0.5) for side in size])
    at[1] = 0
    sway = kit.rng.normal(0, 0.12, 3)
    head = turn @ body.head + at
    person = soup.moved(kit.person(body), at, turn=turn)
    parts.add(person, sway, is_subject=True)
    middle, facing = bodies.skull(body)
    for extra in _worn(kit):
        parts.add(soup.moved(soup.moved(extra, middle, turn=facing), at, turn=turn), sway)
    if kit.chance(0.45):
        parts.add(_board(kit, head, ahead, yaw), sway * 2)
    elif kit.chance(0.3):
        hand = head + ahead * kit.between(0.15, 0.4) + kit.rng.normal(0, 0.15, 3) - (0, 0.15, 0)
        parts.add(soup.moved(kit.thing(kit.between(0.08, 0.3)), hand), sway * 2)
    for _ in range(kit.count(0, 3) if kit.chance(0.4) else 0):
        behind = head - ahead * kit.between(0.3, 2.5) + kit.rng.normal(0, 0.9, 3)
        behind = np.clip(behind, -size / 2 + 0.3, size / 2 - 0.3) * (1, 0, 1)
        parts.add(soup.moved(kit.person(), behind, turn=soup.turned(yaw + kit.rng.normal(0, 0.8))))
    if kit.chance(0.35):
        behind = at - ahead * kit.between(0.1, 0.5)
        parts.add(soup.moved(kit.furniture(kit.model()), behind, turn=soup.turned(yaw + np.pi)))
    if kit.chance(0.45):
        _desk(kit, parts, at + ahead * kit.between(0.3, 0.7), turn)
    cameras = []
    for _ in range(views):
        reach = kit.between(0.35, 1.2) if kit.chance(0.65) else kit.between(1.2, 3.0)
        way = soup.turned(kit.rng.normal(0, 0.45)) @ ahead
        eye = head + way * reach + (0, kit.rng.normal(0, 0.15), 0)
        eye[[0, 2]] = np.clip(eye[[0, 2]], -size[[0, 2]] / 2 + 0.05, size[[0, 2]] / 2 - 0.05)
        target = head + (kit.rng.normal(0, [0.14, 0.14, 0.14]) - (0, 0.08, 0)) * reach * 1.2
        cameras.append(View(eye, target, kit.between(38, 82), kit.rng.normal(0, 0.06)))
    return rooms.inside(kit, "webcam", parts, cameras, size)


def shown(kit: Kit, views: int) -> Scene:
    """Somebody holds a large flat thing up to the camera, tilted: a board, a sheet; a desk and a screen beside."""
    parts, size = Parts(), rooms.room_size(kit)
    rooms.shell(kit, parts, size)
    rooms.furnish(kit, parts, size, kit.count(1, 8))
    body, yaw = kit.body(), kit.between(0, 2 * np.pi)
    turn = soup.turned(yaw)
    ahead, side = turn @ np.array([0.0, 0, 1]), turn @ np.array([1.0, 0, 0])
    at = np.array([kit.between(-0.2, 0.2) * size[0], 0, kit.between(-0.2, 0.2) * size[2]])
    person, facing = kit.person(body), soup.turned(yaw + kit.rng.normal(0, 0.7))
    parts.add(soup.moved(person, at, turn=facing))
    skin, sleeve = (_paint_of(kit, body, person, region) for region in (bodies.HEAD, bodies.SLEEVES))
    head = facing @ body.head + at
    reach, fov = kit.between(0.6, 1.7), kit.between(38, 75)
    eye = head + ahead * reach + side * kit.rng.normal(0, 0.15) - (0, kit.rng.normal(0.1, 0.12), 0)
    middle = eye + (head - (0, kit.between(-0.05, 0.4), 0) - eye) * kit.between(0.4, 0.9)
    distance = float(np.linalg.norm(middle - eye))
    height = 2 * distance * np.tan(np.radians(fov) / 2) * kit.between(0.25, 0.8)
    middle += side * kit.rng.normal(0, 0.3) * height
    tilt = soup.rotation(kit.rng.normal(size=3) * (1, 1, 0.6), float(np.clip(kit.rng.normal(0, 0.55), -1.1, 1.1)))
    wide = height * kit.between(0.6, 1.6)
    flat = _flat(kit, wide, height)
    for x in (-1, 1):
        if kit.chance(0.75):
            grip = np.array([x * wide / 2, kit.between(-0.5, 0.3) * height, 0])
            flat = np.concatenate([flat, _hand(kit, grip, x, skin, sleeve)])
    parts.add(soup.moved(soup.moved(flat, turn=tilt), middle, turn=turn), kit.rng.normal(0, 0.1, 3))
    if kit.chance(0.5):
        _desk(kit, parts, at + ahead * reach * kit.between(0.3, 0.7), turn)
    if kit.chance(0.5):
        beside = side * kit.rng.choice([-1, 1]) * kit.between(0.3, 0.6)
        _screen(kit, parts, eye - ahead * kit.between(0.4, 0.9) + beside, turn)
    cameras = []
    for _ in range(views):
        spot = eye + kit.rng.normal(0, 0.12, 3) * distance
        target = middle + (head - middle) * kit.between(0, 0.6) + kit.rng.normal(0, 0.15, 3) * distance
        cameras.append(View(spot, target, fov, kit.rng.normal(0, 0.06)))
    return rooms.inside(kit, "shown", parts, cameras, size)


def _paint_of(kit: Kit, body: bodies.Body, person: soup.Soup, region: int) -> Paint:
    """What a part of somebody's body is painted with."""
    first = int(np.argmax(body.region[kit.library.faces[:, 0]] == region))
    row = person[3 * first]
    return Paint(row[8:11], int(row[11]), 0.3)


def _flat(kit: Kit, wide: float, high: float) -> soup.Soup:
    """A sheet with a margin and a bold, regular or printed face, centered at the origin and facing +z."""
    half, thick = np.array([wide / 2, high / 2, 0]), kit.between(0.001, 0.03)
    kind = kit.rng.random()
    if kind < 0.5:
        return soup.box(-half - (0, 0, thick), half, Paint(kit.color(0.5), kit.layer(0.95), kit.between(0.3, 1) * high))
    sheet = [soup.box(-half - (0, 0, thick), half, Paint(kit.color(0.3), kit.layer(0.2), high))]
    half = half * (1 - kit.between(0.02, 0.2))
    if kind < 0.65:
        face = Paint(kit.color(0.5), kit.layer(1.0), kit.between(0.3, 1) * high)
        sheet.append(soup.box(-half, half + (0, 0, 0.001), face))
    else:
        bold = kit.chance(0.6)
        paints = [Paint(np.full(3, level)) if bold else kit.paint(0.2) for level in (0.05, 0.95)]
        rows = kit.count(4, 11)
        columns = max(3, round(rows * wide / high))
        step = 2 * half / (columns, rows, 1)
        for i in range(columns):
            for j in range(rows):
                low = -half + step * (i, j, 0) + (0, 0, 0.001)
                sheet.append(soup.quad(low, (step[0], 0, 0), (0, step[1], 0), paints[(i + j) % 2]))
    return np.concatenate(sheet)


def _hand(kit: Kit, grip: Point, outward: int, skin: Paint, sleeve: Paint) -> soup.Soup:
    """A hand around the edge of a sheet at `grip`: palm behind, fingers or a thumb before, forearm down and back."""
    palm = grip + (outward * 0.02, 0, -0.03)
    parts = [soup.moved(soup.ball(skin, 0.8, 7), palm, scale=(0.04, 0.045, 0.02))]
    for y in np.linspace(-0.03, 0.03, 4) if kit.chance(0.5) else (0.02,):
        path = palm + np.array([[0, y, 0], [outward * 0.02, y, 0.03], [-outward * kit.between(0.02, 0.06), y, 0.042]])
        parts.append(soup.tube(path, 0.009, skin, 6))
    elbow = palm + (outward * kit.between(-0.05, 0.2), -kit.between(0.1, 0.25), -kit.between(0.05, 0.25))
    bare = kit.between(0.2, 0.9)
    wrist = palm + (elbow - palm) * bare
    parts += [soup.beam(palm, wrist, 0.06, skin, 8), soup.beam(wrist, elbow, 0.09, sleeve, 8)]
    return np.concatenate(parts)


def _desk(kit: Kit, parts: Parts, at: Point, turn: NDArray[np.float32]) -> None:
    """A desk at `at` on the floor, with things on it."""
    side, ahead = turn @ np.array([1.0, 0, 0]), turn @ np.array([0.0, 0, 1])
    desk = at + side * kit.rng.normal(0, 0.4) + (0, kit.between(0.6, 0.8), 0)
    wide = kit.between(0.8, 2.4)
    parts.add(soup.moved(soup.box((-wide / 2, -0.04, -0.35), (wide / 2, 0, 0.35), kit.paint()), desk, turn=turn))
    for _ in range(kit.count(0, 7)):
        spot = desk + side * kit.between(-0.48, 0.48) * wide + ahead * kit.between(-0.25, 0.3)
        parts.add(soup.moved(kit.thing(kit.between(0.1, 0.55)), spot))


def _screen(kit: Kit, parts: Parts, at: Point, turn: NDArray[np.float32]) -> None:
    """A screen or an old monitor that shines, turned by chance."""
    w, h, deep = kit.between(0.3, 0.6), kit.between(0.25, 0.4), kit.between(0.02, 0.4)
    frame = soup.box((-w / 2, -h / 2, -deep), (w / 2, h / 2, 0), kit.paint(0.2))
    shine = Paint(kit.color(0.5), kit.layer(0.9), kit.between(0.2, 0.6), glow=kit.between(0, 1))
    face = soup.quad((-0.45 * w, -0.42 * h, 0.002), (0.9 * w, 0, 0), (0, 0.84 * h, 0), shine)
    yaw = soup.turned(kit.rng.normal(0, 0.9))
    parts.add(soup.moved(soup.moved(np.concatenate([frame, face]), turn=yaw), at, turn=turn))


def _board(kit: Kit, head: Point, ahead: Point, yaw: float) -> soup.Soup:
    """A flat patterned board held in front of the chest or beside the face, tilted."""
    w, h = kit.between(0.18, 0.6), kit.between(0.15, 0.5)
    low = np.array([-w / 2, -h / 2, 0])
    rows = soup.box(low, -low + (0, 0, 0.008), Paint(kit.color(0.6), kit.layer(0.9), kit.between(0.15, 0.6)))
    tilt = soup.rotation(kit.rng.normal(size=3), kit.rng.normal(0, 0.35))
    at = head + ahead * kit.between(0.12, 0.5) + kit.rng.normal(0, (0.2, 0.14, 0.2)) - (0, kit.between(0, 0.3), 0)
    return soup.moved(soup.moved(rows, turn=tilt), at, turn=soup.turned(yaw))


def _worn(kit: Kit) -> list[soup.Soup]:
    """Glasses, headphones, a cap, around the center of a head that faces +z."""
    worn = []
    if kit.chance(0.25):
        frame, ring = Paint(kit.color(0.02, 0.5)), np.linspace(0, 2 * np.pi, 13)
        for x in (-0.032, 0.032):
            path = np.stack([x + 0.024 * np.cos(ring), 0.01 + 0.019 * np.sin(ring), np.full(13, 0.105)], 1)
            worn.append(soup.tube(path, 0.0025, frame, 5))
    if kit.chance(0.12):
        arc = np.linspace(0, np.pi, 14)
        path = np.stack([0.095 * np.cos(arc), 0.01 + 0.13 * np.sin(arc), np.full(14, -0.005)], 1)
        cup = kit.paint(0.1)
        worn.append(soup.tube(path, 0.008, cup))
        worn += [
            soup.moved(soup.ball(cup, 0.7, 8), (x, 0.01, -0.005), scale=(0.02, 0.045, 0.04)) for x in (-0.09, 0.09)
        ]
    if kit.chance(0.12):
        cap = kit.paint(0.4)
        worn.append(soup.moved(soup.ball(cap, 1, 10), (0, 0.06, -0.01), scale=(0.1, 0.085, 0.115)))
        worn.append(soup.moved(soup.ball(cap, 1, 8), (0, 0.06, 0.13), scale=(0.08, 0.012, 0.07)))
    return worn
