"""Among buildings: streets and squares with people near and far, fronts from below, towns from above."""

import numpy as np

from training import houses, outdoors, plants, soup, structures
from training.kit import Kit
from training.scene import Parts, Scene, View


def street(kit: Kit, views: int) -> Scene:
    """A road between houses, with vehicles, masts, wires, trees and people at all distances."""
    parts, width = Parts(), kit.between(4, 16)
    outdoors.ground(kit, parts)
    parts.add(
        soup.quad(
            (-width / 2, 0.01, -outdoors.REACH),
            (0, 0, 2 * outdoors.REACH),
            (width, 0, 0),
            kit.paint(0.8, (1, 4), 0.15, 0.6),
        )
    )
    for side in (-1, 1):
        z = -80.0
        while z < 80:
            length, height = kit.between(5, 18), kit.between(3, 20)
            if kit.chance(0.85):
                x = side * (width / 2 + kit.between(0.5, 5))
                parts.add(houses.house(kit, (x, 0, z), (side * kit.between(5, 10), height, length)))
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
    outdoors.models(kit, parts, kit.count(2, 12), width / 2, 18)
    outdoors.crowd(kit, parts, kit.count(0, 12), width / 2, 30)
    cameras = []
    for _ in range(views):
        height = kit.between(0.8, 2.4) if kit.chance(0.75) else kit.between(3, 9)
        eye = np.array([kit.between(-0.4, 0.4) * width, height, kit.between(-14, 14)])
        angle = kit.rng.choice([0, np.pi]) + kit.rng.normal(0, 0.5)
        drop = kit.rng.normal(-0.03 - 0.04 * height, 0.1)
        cameras.append(
            View(eye, eye + (np.sin(angle), drop, np.cos(angle)), kit.between(32, 80), kit.rng.normal(0, 0.03))
        )
    return outdoors.under_sky(kit, "street", parts, cameras)


def front(kit: Kit, views: int) -> Scene:
    """A building that fills much of the picture, from below or across the street, with what stands before it."""
    parts, height = Parts(), kit.between(5, 30)
    width = height * kit.between(0.5, 2.5)
    outdoors.ground(kit, parts)
    parts.add(houses.house(kit, (-width / 2, 0, -12), (width, height, 12)))
    for side in (-1, 1):
        if kit.chance(0.5):
            near = kit.between(-8, 6)
            size = (side * kit.between(5, 15), kit.between(4, 30), kit.between(5, 15))
            parts.add(houses.house(kit, (side * (width / 2 + kit.between(0, 6)), 0, near - 10), size))
    for _ in range(kit.count(0, 3) * kit.chance(0.4)):
        block = kit.rng.uniform((1, 2, 1), (5, 0.5 * height, 5))
        foot = (kit.between(-0.5, 0.5) * width, 0 if kit.chance(0.5) else height, kit.between(-6, -2))
        parts.add(houses.house(kit, foot, block))
    outdoors.models(kit, parts, kit.count(0, 5), width / 2, 8)
    outdoors.crowd(kit, parts, kit.count(0, 5), width / 2, 8)
    for _ in range(kit.count(0, 5)):
        at = (kit.between(-0.6, 0.6) * width, 0, kit.between(2, 0.6 * height + 3))
        rows = plants.tree(kit, kit.between(2, 9)) if kit.chance(0.7) else structures.mast(kit, kit.between(3, 8))
        parts.add(soup.moved(rows, at, turn=kit.turn()))
    cameras = []
    for _ in range(views):
        target = np.array([kit.between(-0.45, 0.45) * width, kit.between(0.2, 1.0) * height, 0])
        angle, reach = kit.rng.normal(0, 0.7), kit.between(0.4, 2.0) * height
        eye = np.array([np.sin(angle) * reach, kit.between(0.8, 2.2), np.cos(angle) * reach])
        if kit.chance(0.2):
            eye[1] = kit.between(2, height)
        cameras.append(View(eye + target * (1, 0, 0), target, kit.between(28, 75), kit.rng.normal(0, 0.04)))
    return outdoors.under_sky(kit, "front", parts, cameras)


def square(kit: Kit, views: int) -> Scene:
    """An open place with many people, seen from eye height or as a surveillance camera sees it."""
    parts = Parts()
    outdoors.ground(kit, parts)
    for _ in range(kit.count(2, 12)):
        angle, reach = kit.between(0, 2 * np.pi), kit.between(18, 70)
        at = np.array([np.sin(angle), 0, np.cos(angle)]) * reach
        parts.add(houses.house(kit, at, kit.rng.uniform(4, 18, 3)))
    outdoors.crowd(kit, parts, kit.count(5, 22), 9, 22)
    outdoors.models(kit, parts, kit.count(0, 7), 12, 12)
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
    return outdoors.under_sky(kit, "square", parts, cameras)


def aerial(kit: Kit, views: int) -> Scene:
    """A town or a park from above, as from a tower or a drone."""
    parts = Parts()
    outdoors.ground(kit, parts)
    for _ in range(kit.count(5, 45)):
        at = kit.rng.uniform(-50, 50, 3) * (1, 0, 1)
        parts.add(houses.house(kit, at, kit.rng.uniform((4, 2.5, 4), (14, 15, 14))))
    for _ in range(kit.count(0, 14)):
        parts.add(
            soup.moved(plants.tree(kit, kit.between(3, 9)), kit.rng.uniform(-35, 35, 3) * (1, 0, 1), turn=kit.turn())
        )
    outdoors.models(kit, parts, kit.count(0, 10), 15, 15)
    outdoors.crowd(kit, parts, kit.count(0, 8), 15, 15)
    cameras = []
    for _ in range(views):
        eye = kit.rng.normal(0, 15, 3) * (1, 0, 1) + (0, kit.between(12, 60), 0)
        angle, slope = kit.between(0, 2 * np.pi), kit.between(0.0, 2.0)
        target = eye * (1, 0, 1) + np.array([np.sin(angle), 0, np.cos(angle)]) * eye[1] * slope
        cameras.append(View(eye, target, kit.between(35, 75), kit.rng.normal(0, 0.05)))
    return outdoors.under_sky(kit, "aerial", parts, cameras)
