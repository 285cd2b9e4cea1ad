"""Vegetation as triangles: pot plants with long leaves, grass, bushes and trees of many small leaves."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from training import soup
from training.kit import Kit
from training.soup import Paint, Soup


def green(kit: Kit) -> Paint:
    """The color of leaves: mostly green, at times dry or flowering."""
    base = np.array([[0.25, 0.5, 0.18], [0.45, 0.55, 0.2], [0.2, 0.4, 0.3], [0.65, 0.45, 0.2], [0.8, 0.3, 0.4]])
    color = base[kit.rng.choice(5, p=(0.45, 0.25, 0.15, 0.1, 0.05))] * kit.between(0.5, 1.4)
    return Paint(np.clip(color + kit.rng.normal(0, 0.04, 3), 0.02, 1), kit.layer(0.35), kit.between(0.05, 0.5))


def leaf(kit: Kit, length: float, width: float, paint: Paint, bend: float) -> Soup:
    """A pointed, bent leaf that grows from the origin along +z and droops by `bend` radians."""
    t = np.linspace(0, 1, 7)
    angle = bend * t
    step = length / 6
    z = np.r_[0, np.cumsum(np.cos(angle[1:]) * step)]
    y = np.r_[0, np.cumsum(-np.sin(angle[1:]) * step)]
    half = width / 2 * np.clip(np.sin(np.pi * (0.12 + 0.88 * t)) ** kit.between(0.5, 1.2), 0.01, 1)
    fold = kit.between(-0.4, 0.6)
    across = np.array([-1.0, 0.0, 1.0])
    points = np.stack([half[:, None] * across, y[:, None] + np.abs(across) * half[:, None] * fold,
                       np.broadcast_to(z[:, None], (7, 3))], -1)  # fmt: skip
    return soup.surface(points, paint)


def rosette(kit: Kit, size: float) -> Soup:
    """Leaves around one stem, as of an aloe, an agave, a fern or a tulip, `size` meters across."""
    paint, count = green(kit), kit.count(8, 34)
    width, bend = size * kit.between(0.03, 0.16), kit.between(-0.3, 2.2)
    parts = []
    for i in range(count):
        share = i / count
        rise = kit.between(0.1, 0.5) + share * kit.between(0.4, 1.1)
        one = leaf(kit, size * kit.between(0.3, 0.6), width, paint, bend * kit.between(0.4, 1.2))
        one = soup.moved(one, turn=soup.rotation((1, 0, 0), -rise))
        parts.append(soup.moved(one, (0, size * 0.02 * share, 0), turn=soup.turned(2.4 * i + kit.between(-0.2, 0.2))))
    return np.concatenate(parts)


def pot_plant(kit: Kit, size: float) -> Soup:
    """A rosette or a small tree in a pot, standing on y = 0."""
    height = size * kit.between(0.2, 0.45)
    radius = size * kit.between(0.12, 0.25)
    outline = np.array([[0, 0], [radius * 0.7, 0], [radius, height], [radius * 0.9, height], [0, height * 0.92]])
    pot = soup.lathe(outline, kit.paint(0.4))
    above = rosette(kit, size) if kit.chance(0.7) else tree(kit, size)
    return np.concatenate([pot, soup.moved(above, (0, height * 0.9, 0))])


def foliage(kit: Kit, centers: NDArray[np.floating[Any]], spread: float, size: float, count: int, paint: Paint) -> Soup:
    """`count` loose leaves, small rhombs of about `size` meters, around the centers (N, 3)."""
    rng = kit.rng
    at = centers[rng.integers(len(centers), size=count)] + rng.normal(0, spread, (count, 3))
    a = rng.normal(size=(count, 3))
    a /= np.linalg.norm(a, axis=1, keepdims=True)
    b = np.cross(a, rng.normal(size=(count, 3)))
    b *= rng.uniform(0.25, 0.6, (count, 1)) / (np.linalg.norm(b, axis=1, keepdims=True) + 1e-9)
    scale = size * rng.uniform(0.5, 1.2, (count, 1))
    a, b = a * scale, b * scale
    corners = np.stack([at - a, at - b, at + a, at - a, at + a, at + b], 1).reshape(-1, 3)
    normal = np.repeat(np.cross(a, b) / (np.linalg.norm(np.cross(a, b), axis=1, keepdims=True) + 1e-9), 6, 0)
    uv = np.tile(np.array([[0, 0], [1, 0], [1, 1], [0, 0], [1, 1], [0, 1]]), (count, 1))
    rows = soup.soup(corners, normal, uv, paint)
    rows[:, 8:11] = np.clip(rows[:, 8:11] * np.repeat(rng.uniform(0.6, 1.3, (count, 1)), 6, 0), 0.02, 1)
    return rows


def tree(kit: Kit, height: float) -> Soup:
    """A trunk that forks twice, with leaves or bare, standing on y = 0."""
    bark = Paint(np.array([0.35, 0.25, 0.17]) * kit.between(0.4, 1.7), kit.layer(0.5), kit.between(0.2, 1))
    stem = height * kit.between(0.25, 0.5)
    lean = kit.rng.normal(0, 0.06, 2) * height
    path = np.array([[0, 0, 0], [lean[0] * 0.4, stem * 0.5, lean[1] * 0.4], [lean[0], stem, lean[1]]])
    parts = [soup.tube(path, height * np.array([0.03, 0.024, 0.018]) * kit.between(0.6, 1.5), bark)]
    tips = []
    for _ in range(kit.count(3, 7)):
        way = kit.rng.normal(size=3) * (1, 0.5, 1) + (0, kit.between(0.4, 1.4), 0)
        end = path[-1] + way / np.linalg.norm(way) * height * kit.between(0.25, 0.5)
        parts.append(soup.tube(np.array([path[-1], end]), height * np.array([0.013, 0.006]), bark, 4))
        tips.append(end)
        for _ in range(kit.count(1, 5)):
            tip = end + kit.rng.normal(0, 0.13, 3) * height
            parts.append(soup.tube(np.array([end, tip]), height * np.array([0.005, 0.002]), bark, 3))
            tips.append(tip)
    if kit.chance(0.85):
        leaves = kit.count(150, 900)
        parts.append(foliage(kit, np.array(tips), height * 0.09, height * kit.between(0.02, 0.07), leaves, green(kit)))
    return np.concatenate(parts)


def grass(kit: Kit, low: NDArray[np.floating[Any]], high: NDArray[np.floating[Any]], length: float, count: int) -> Soup:
    """Blades on the ground between two corners (x, z), `length` meters."""
    rng, paint = kit.rng, green(kit)
    foot = np.zeros((count, 3))
    foot[:, [0, 2]] = rng.uniform(low, high, (count, 2))
    tip = foot + np.stack([rng.normal(0, 0.35, count), np.ones(count), rng.normal(0, 0.35, count)], 1) * (
        length * rng.uniform(0.4, 1.2, (count, 1))
    )
    side = rng.normal(size=(count, 3)) * (1, 0, 1) * length * 0.06
    corners = np.stack([foot - side, foot + side, tip], 1).reshape(-1, 3)
    rows = soup.soup(corners, np.array([0.0, 0.6, 0.8]), np.zeros((len(corners), 2)), paint)
    rows[:, 11] = -1
    rows[:, 8:11] *= np.repeat(rng.uniform(0.5, 1.4, (count, 1)), 3, 0)
    rows[:, 8:11] = np.clip(rows[:, 8:11], 0.02, 1)
    return rows
