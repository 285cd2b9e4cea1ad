"""Thin and tall things: lattices, rails on stilts, masts and wires, fences, ladders; and animals of ellipsoids."""

import numpy as np

from training import soup
from training.kit import Kit
from training.soup import Paint, Soup


def lattice(kit: Kit, length: float, height: float, depth: float) -> Soup:
    """A truss along x on y = 0: posts, rails and diagonals of thin beams."""
    paint, thickness = kit.paint(0.15), kit.between(0.02, 0.09) * max(height, 1.0) ** 0.5
    columns, levels = kit.count(3, 12), kit.count(1, 6)
    x, y = np.linspace(0, length, columns), np.linspace(0, height, levels + 1)
    parts = []
    for z in (0.0, depth) if kit.chance(0.7) else (0.0,):
        parts += [soup.beam((at, 0, z), (at, height, z), thickness, paint) for at in x]
        parts += [soup.beam((0, at, z), (length, at, z), thickness, paint) for at in y[1:]]
        for i in range(columns - 1):
            for j in range(levels):
                a, b = (x[i], y[j], z), (x[i + 1], y[j + 1], z)
                if kit.chance(0.5):
                    a, b = (x[i + 1], y[j], z), (x[i], y[j + 1], z)
                parts.append(soup.beam(a, b, thickness * 0.7, paint, 3))
    return np.concatenate(parts)


def coaster(kit: Kit, reach: float) -> Soup:
    """Two rails in a waving loop on stilts, with ties between them and braces between the stilts."""
    paint, stilt = kit.paint(0.1), kit.paint(0.1)
    t = np.linspace(0, 2 * np.pi, 60)
    bumps = sum(np.sin(t * n + kit.between(0, 6)) / n for n in (1, 2, 3, 5))
    height = reach * (0.32 + 0.13 * bumps) * kit.between(0.5, 1.4)
    path = np.stack([np.cos(t) * reach, np.maximum(height, 1.0), np.sin(t) * reach * kit.between(0.3, 1)], 1)
    out = np.stack([np.cos(t), np.zeros(60), np.sin(t)], 1)
    gauge, thick = reach * kit.between(0.01, 0.04), reach * kit.between(0.004, 0.018)
    parts = [soup.tube(path + out * side * gauge, thick, paint, 4) for side in (-1, 1)]
    parts += [soup.beam(path[i] - out[i] * gauge, path[i] + out[i] * gauge, thick, paint, 3) for i in range(0, 60, 1)]
    for i in range(0, 60, kit.count(1, 4)):
        for side in (-1, 1):
            foot = path[i] + out[i] * side * gauge * kit.between(1, 4)
            foot[1] = 0
            parts.append(soup.beam(foot, path[i] + out[i] * side * gauge, thick * 1.3, stilt, 4))
        for level in np.arange(0.2, 0.95, 0.25) * path[i, 1]:
            j = (i + 2) % 60
            a, b = path[i] * (1, 0, 1) + (0, level, 0), path[j] * (1, 0, 1) + (0, min(level * 1.3, path[j, 1]), 0)
            parts.append(soup.beam(a, b, thick, stilt, 3))
    return np.concatenate(parts)


def mast(kit: Kit, height: float) -> Soup:
    """A lamp post, a pole, a sign or a crane, on y = 0."""
    paint = kit.paint(0.15)
    parts = [soup.beam((0, 0, 0), (0, height, 0), height * kit.between(0.01, 0.04), paint, 8)]
    if kit.chance(0.6):
        arm = height * kit.between(0.15, 0.6)
        y = height * kit.between(0.85, 0.98)
        parts.append(soup.beam((-arm * kit.between(0, 0.5), y, 0), (arm, y, 0), height * 0.012, paint, 5))
        if kit.chance(0.5):
            parts.append(soup.moved(soup.ball(Paint((1, 0.95, 0.8), glow=1.0), detail=6), (arm, y, 0), scale=0.15))
    if kit.chance(0.5):
        w, y = kit.between(0.3, 0.9), height * kit.between(0.6, 0.9)
        parts.append(soup.box((-w, y, 0.06), (w, y + w * kit.between(0.5, 1.4), 0.09), kit.paint(0.8)))
    return np.concatenate(parts)


def wires(kit: Kit, start: np.ndarray, end: np.ndarray, count: int) -> Soup:
    """Hanging wires side by side between two points."""
    t = np.linspace(0, 1, 12)[:, None]
    paint = Paint(kit.color(0.05, 0.4))
    parts = []
    for i in range(count):
        path = start + (end - start) * t + (0, 0.25 * i, 0)
        path[:, 1] -= (np.sin(t[:, 0] * np.pi)) * np.linalg.norm(end - start) * 0.03
        parts.append(soup.tube(path, kit.between(0.01, 0.03), paint, 3))
    return np.concatenate(parts)


def fence(kit: Kit, length: float, height: float) -> Soup:
    """Along x on y = 0: pickets, bars, or a net."""
    paint, parts = kit.paint(0.2), []
    gap = kit.between(0.06, 0.3)
    thick = gap * kit.between(0.08, 0.6)
    parts += [soup.beam((x, 0, 0), (x, height, 0), thick, paint) for x in np.arange(0, length, gap)[:160]]
    levels = np.arange(0.1, height, gap) if kit.chance(0.25) else (height * 0.15, height * 0.85)
    parts += [soup.beam((0, y, 0), (length, y, 0), thick, paint) for y in levels]
    return np.concatenate(parts)


def ladder(kit: Kit, height: float) -> Soup:
    paint, width = kit.paint(0.2), kit.between(0.3, 0.6)
    thick = kit.between(0.02, 0.06)
    parts = [soup.beam((x, 0, 0), (x, height, 0), thick, paint) for x in (0, width)]
    parts += [soup.beam((0, y, 0), (width, y, 0), thick * 0.8, paint) for y in np.arange(0.2, height, 0.3)]
    return soup.moved(np.concatenate(parts), turn=soup.rotation((1, 0, 0), kit.between(-0.4, 0.4)))


def animal(kit: Kit, size: float) -> Soup:
    """Something with trunk, head, snout, ears, legs and tail, `size` meters long, facing +z on y = 0."""
    fur = kit.paint(0.7, tile=(0.3, 1.5))
    legs, girth = kit.between(0.15, 0.5), kit.between(0.13, 0.3)

    def part(at: tuple[float, float, float], radii: tuple[float, float, float], paint: Paint = fur) -> Soup:
        return soup.moved(soup.ball(paint, kit.between(0.8, 1.1), 8), at, scale=radii)

    head = np.array([0, legs + girth * kit.between(1.2, 2.6), 0.42 + kit.between(0, 0.15)])
    skull = kit.between(0.1, 0.2)
    radii = np.array([1, 1, 1.15]) * skull
    parts = [part((0, legs + girth, 0), (girth, girth, 0.42)), soup.moved(soup.ball(fur, detail=8), head, scale=radii)]
    snout = skull * kit.between(0.3, 1)
    parts.append(part(tuple(head + (0, -0.3 * skull, skull)), (skull * 0.5, skull * 0.4, snout)))
    dark = Paint(kit.color(0.02, 0.2))
    parts.append(part(tuple(head + (0, -0.2 * skull, skull + 0.93 * snout)), (skull * 0.15,) * 3, dark))
    aside, up, iris = kit.between(0.3, 0.9), kit.between(0.05, 0.45), kit.between(0.1, 0.25)
    eye = (iris, Paint(kit.color(0.05, 0.8))), (iris * kit.between(0.3, 0.9), dark), (iris * 0.2, Paint((1, 1, 1)))
    for x in (-1, 1):
        ear = (skull * 0.3, skull * kit.between(0.3, 1.3), skull * 0.12)
        parts.append(part(tuple(head + (x * skull * 0.65, skull * 0.9, 0)), ear))
        way = np.array([x * np.sin(aside), up, np.cos(aside)])
        way /= np.linalg.norm(way)
        out = way / radii
        out /= np.linalg.norm(out)
        turn = soup.turned(np.arctan2(out[0], out[2])) @ soup.rotation((1, 0, 0), -np.arcsin(out[1]))
        for level, (radius, paint) in enumerate(eye):  # flat, but shaded as balls: what glitters need not bulge
            disc = soup.ball(paint, detail=8)
            disc[:, :3] *= np.array((radius, radius, 0.01)) * skull
            parts.append(soup.moved(disc, head + way * radii + out * 0.01 * skull * level, turn=turn))
        for z in (-0.28, 0.28):
            parts.append(part((x * girth * 0.6, legs / 2, z), (0.06, legs * 0.62, 0.07)))
    neck = np.array([[0, legs + girth, 0.3], head])
    parts.append(soup.tube(neck, np.array([girth * 0.7, skull * 0.7]), fur, 10))
    tail = np.array(
        [[0, legs + girth, -0.38], [0, legs + girth * kit.between(0.2, 2.5), -0.38 - kit.between(0.1, 0.4)]]
    )
    parts.append(soup.tube(tail, np.array([0.05, 0.02]), fur))
    return soup.moved(np.concatenate(parts), scale=size)
