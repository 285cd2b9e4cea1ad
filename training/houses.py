"""Buildings: blocks whose fronts have windows in rows, a grid of slabs and pillars, panels with joints, or nothing."""

import numpy as np
from numpy.typing import NDArray

from training import soup
from training.kit import Kit
from training.soup import Paint, Soup

MOST_BAYS, MOST_STOREYS = 14, 9
_PANE = -1.0
"""Glow by which the panes of a cell are known until it is repeated."""


def house(kit: Kit, low: soup.Vector, size: soup.Vector) -> Soup:
    """A block from the corner `low` on, `size` (3,) meters along each axis (y > 0), all fronts alike."""
    corner, other = np.asarray(low, np.float64), np.asarray(low, np.float64) + size
    a, b = np.minimum(corner, other), np.maximum(corner, other)
    parts = [soup.box(a, b, kit.paint(0.5, (1.0, 6.0), 0.3))]
    if kit.chance(0.85):
        parts += _fronts(kit, a, b)
    if kit.chance(0.35):
        parts.append(_roof(kit, a, b))
    if kit.chance(0.3):
        rim, thick = kit.between(0.1, 0.7), kit.between(0.1, 0.6)
        parts.append(soup.box((a[0] - rim, b[1], a[2] - rim), (b[0] + rim, b[1] + thick, b[2] + rim), kit.paint(0.3)))
    return np.concatenate(parts)


def _fronts(kit: Kit, a: NDArray[np.float64], b: NDArray[np.float64]) -> list[Soup]:
    """What is on the four sides of the block from `a` to `b`."""
    (width, height, depth), quarter = b - a, np.pi / 2
    bay, storey = kit.between(1.1, 4.0), kit.between(2.4, 4.0)
    ground = storey * kit.between(1, 1.5)
    cell = (_windows, _grid, _panels)[kit.rng.choice(3, p=(0.45, 0.35, 0.2))](kit, bay, storey)
    sides = (
        (width, (a[0], a[1], b[2]), 0.0), (width, (b[0], a[1], a[2]), 2 * quarter),
        (depth, (b[0], a[1], b[2]), quarter), (depth, (a[0], a[1], a[2]), -quarter),
    )  # fmt: skip
    fronts = []
    for length, at, angle in sides:
        columns, rows = min(int(length / bay), MOST_BAYS), min(int((height - ground) / storey), MOST_STOREYS)
        if columns < 1 or rows < 1:
            continue
        cells = _repeated(kit, cell, columns, rows, bay, storey)
        start = ((length - columns * bay) / 2, ground, 0.0)
        fronts.append(soup.moved(soup.moved(cells, start), at, turn=soup.turned(angle)))
    return fronts


def _repeated(kit: Kit, cell: Soup, columns: int, rows: int, bay: float, storey: float) -> Soup:
    """`cell` side by side and above each other along x and y; panes differ, some have drawn curtains."""
    x, y = np.meshgrid(np.arange(columns) * bay, np.arange(rows) * storey)
    shift = np.stack([x, y, np.zeros_like(x)], -1).reshape(-1, 1, 3)
    cells = np.repeat(cell[None], len(shift), axis=0)
    cells[:, :, :3] += shift
    shade = kit.rng.uniform(0.7, 1.3, (len(shift), 1, 1)) * np.where(kit.rng.random((len(shift), 1, 1)) < 0.1, 3, 1)
    is_pane = cell[:, 12] == _PANE
    cells[:, is_pane, 8:11] = np.clip(cells[:, is_pane, 8:11] * shade, 0, 1)
    cells[:, is_pane, 12] = 0
    return cells.reshape(-1, soup.WIDTH)


def _pane(kit: Kit) -> Paint:
    """Dark glass, or glass that mirrors the sky."""
    color = kit.color(0.03, 0.3) if kit.chance(0.7) else kit.color(0.4, 1.0)
    return Paint(color, kit.layer(0.15), 2.0, glow=_PANE)


def _windows(kit: Kit, bay: float, storey: float) -> Soup:
    """A window in a wall, with bars, a frame, a sill, shutters or a balcony."""
    w, h = bay * kit.between(0.3, 0.9), storey * kit.between(0.35, 0.85)
    x, y = (bay - w) / 2, storey * kit.between(0.05, 0.5) * (1 - h / storey)
    frame, rim = kit.paint(0.1, low=0.3), kit.between(0.04, 0.25)
    parts = [soup.quad((x, y, 0.02), (w, 0, 0), (0, h, 0), _pane(kit))]
    if kit.chance(0.6):
        deep = kit.between(0.03, 0.15)
        parts += [
            soup.box((x - rim, y, 0), (x, y + h, deep), frame),
            soup.box((x + w, y, 0), (x + w + rim, y + h, deep), frame),
        ]
        parts += [soup.box((x - rim, at, 0), (x + w + rim, at + rim, deep * 1.5), frame) for at in (y - rim, y + h)]
    for share in np.linspace(0, 1, kit.count(1, 4) + 1)[1:-1]:
        parts.append(soup.quad((x + share * w - 0.03, y, 0.03), (0.06, 0, 0), (0, h, 0), frame))
    if kit.chance(0.4):
        parts.append(soup.quad((x, y + h * kit.between(0.5, 0.75), 0.03), (w, 0, 0), (0, 0.06, 0), frame))
    if kit.chance(0.2):
        shutter = kit.paint(0.4, (0.3, 1.0))
        parts += [soup.quad((at, y, 0.05), (w / 2, 0, 0), (0, h, 0), shutter) for at in (x - w / 2, x + w)]
    if kit.chance(0.2):
        reach, high = kit.between(0.5, 1.6), kit.between(0.8, 1.1)
        parts.append(soup.box((x - 0.2, y - 0.2, 0), (x + w + 0.2, y, reach), kit.paint(0.3)))
        if kit.chance(0.5):
            parts.append(soup.quad((x - 0.2, y, reach), (w + 0.4, 0, 0), (0, high, 0), kit.paint(0.3)))
        else:
            parts += [soup.beam((at, y, reach), (at, y + high, reach), 0.03, frame, 3)
                      for at in np.arange(x - 0.2, x + w + 0.2, 0.16)]  # fmt: skip
            parts.append(soup.beam((x - 0.2, y + high, reach), (x + w + 0.2, y + high, reach), 0.05, frame, 3))
    return np.concatenate(parts)


def _grid(kit: Kit, bay: float, storey: float) -> Soup:
    """Glass or bright panels behind pillars and slabs that stand out, from a hand's breadth to a balcony."""
    reach = kit.between(0.02, 0.4) if kit.chance(0.7) else kit.between(0.4, 1.3)
    pillar, slab = bay * kit.between(0.02, 0.3), storey * kit.between(0.04, 0.4)
    bright = kit.chance(0.4)
    back = Paint(kit.color(0.6, 1.0), kit.layer(0.3), 3.0, glow=_PANE) if bright else _pane(kit)
    front = kit.paint(0.3, (0.5, 3.0), 0.05, 0.6 if bright else 1.0)
    parts = [soup.quad((0, 0, 0.02), (bay, 0, 0), (0, storey, 0), back)]
    if kit.chance(0.85):
        parts.append(soup.box((0, 0, 0), (pillar, storey, reach), front))
    if kit.chance(0.85):
        parts.append(soup.box((0, 0, 0), (bay, slab, reach * kit.between(0.5, 1.3)), front))
    if kit.chance(0.4):
        w, h = (bay - pillar) * kit.between(0.2, 0.6), storey - slab
        parts.append(soup.quad((pillar, slab, 0.03), (w, 0, 0), (0, h, 0), _pane(kit)))
    return np.concatenate(parts)


def _panels(kit: Kit, bay: float, storey: float) -> Soup:
    """Flat slabs with dark or light joints, a window in some."""
    joint, wide = Paint(kit.color(0.03, 0.8)), kit.between(0.02, 0.25)
    parts = [soup.quad((0, 0, 0.01), (bay, 0, 0), (0, wide, 0), joint)]
    parts.append(soup.quad((0, wide, 0.01), (wide, 0, 0), (0, storey - wide, 0), joint))
    if kit.chance(0.6):
        w, h = bay * kit.between(0.1, 0.7), storey * kit.between(0.15, 0.7)
        x, y = kit.between(wide, bay - w), kit.between(wide, storey - h)
        parts.append(soup.quad((x, y, 0.02), (w, 0, 0), (0, h, 0), _pane(kit)))
    return np.concatenate(parts)


def _roof(kit: Kit, a: NDArray[np.float64], b: NDArray[np.float64]) -> Soup:
    """Two slopes that meet above the middle, along z."""
    roof, up, ridge = kit.paint(0.8, (0.8, 3)), kit.between(1, 4), (a + b) / 2
    slopes = [
        soup.quad((edge, b[1], a[2]), (0, 0, b[2] - a[2]), (ridge[0] - edge, up, 0), roof)
        for edge in (a[0] - 0.3, b[0] + 0.3)
    ]
    return np.concatenate(slopes)
