"""Surfaces made by rule, RGB (256, 256, 3) uint8: noise, weaves, checkers, stripes, dots, tiles, writing, leopard."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 256
Picture = NDArray[np.uint8]
Colors = NDArray[np.floating[Any]]


def make(rng: np.random.Generator) -> Picture:
    """One texture of a kind drawn by chance; bold patterns come as often as quiet ones."""
    kind = rng.choice(len(_KINDS), p=_SHARES)
    picture = _KINDS[kind](rng)
    picture += cloud(rng, int(rng.integers(2, 6)))[..., None] * rng.uniform(0, 0.12)
    return (np.clip(picture, 0, 1) * 255).astype(np.uint8)


def fitted(picture: Picture) -> Picture:
    """Any RGB picture as a texture."""
    return cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def cloud(rng: np.random.Generator, octaves: int, stretch: float = 1.0) -> NDArray[np.float32]:
    """Smooth noise (256, 256) about 0, with structure from half the picture down to 2^−octaves."""
    total = np.zeros((SIDE, SIDE), np.float32)
    for octave in range(1, octaves + 1):
        size = 2**octave
        grid = rng.normal(size=(size, max(2, int(size * stretch)))).astype(np.float32)
        total += cv2.resize(grid, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC) / octave
    return total / (total.std() + 1e-6)


def palette(rng: np.random.Generator, count: int) -> NDArray[np.float32]:
    """Colors (count, 3): sometimes a family, sometimes far apart."""
    if rng.random() < 0.5:
        return np.clip(rng.uniform(0.1, 0.95, 3) + rng.normal(0, 0.12, (count, 3)), 0, 1).astype(np.float32)
    return rng.uniform(0, 1, (count, 3)).astype(np.float32)


def _grid(rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Coordinates 0 … n of a repeat, so that the texture tiles."""
    n = float(rng.choice([2, 3, 4, 6, 8, 12, 16]))
    v, u = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) / SIDE * n
    return u, v


def _noise(rng: np.random.Generator) -> Colors:
    base = rng.uniform(0.1, 0.95, 3).astype(np.float32) + np.zeros((SIDE, SIDE, 3), np.float32)
    stretch = float(rng.choice([1, 1, 0.25, 4]))
    for _ in range(int(rng.integers(1, 4))):
        tint = rng.normal(0, 0.1, 3) if rng.random() < 0.4 else np.full(3, rng.normal(0, 0.1))
        base += cloud(rng, int(rng.integers(3, 8)), stretch)[..., None] * tint.astype(np.float32)
    return base


def _wood(rng: np.random.Generator) -> Colors:
    u, v = _grid(rng)
    rings = np.sin((u + cloud(rng, 3, 0.25) * 0.4) * rng.uniform(4, 14)) * 0.5 + 0.5
    a, b = np.clip(np.array([[0.55, 0.36, 0.2], [0.35, 0.2, 0.1]]) * rng.uniform(0.4, 1.7), 0, 1)
    planks = (np.abs(v % 1) < 0.02)[..., None] * 0.3
    return (a + (b - a) * rings[..., None] - planks).astype(np.float32)


def _checker(rng: np.random.Generator) -> Colors:
    u, v = _grid(rng)
    a, b = palette(rng, 2)
    if rng.random() < 0.3:
        a, b = (np.full(3, level, np.float32) for level in (0.95, 0.05))
    return np.where(((u.astype(int) + v.astype(int)) % 2)[..., None] == 0, a, b)


def _stripes(rng: np.random.Generator) -> Colors:
    u, v = _grid(rng)
    along = u if rng.random() < 0.5 else v if rng.random() < 0.5 else u + v
    along = along + cloud(rng, 3) * rng.choice([0, 0, 0.1, 0.5])
    colors = palette(rng, int(rng.integers(2, 6)))
    chosen: NDArray[np.float32] = colors[(np.floor(along * rng.integers(1, 4)) % len(colors)).astype(int)]
    return chosen


def _plaid(rng: np.random.Generator) -> Colors:
    return (_stripes(rng) + np.swapaxes(_stripes(rng), 0, 1)) / 2


def _dots(rng: np.random.Generator) -> Colors:
    u, v = _grid(rng)
    a, b = palette(rng, 2)
    inside = np.hypot(u % 1 - 0.5, v % 1 - 0.5) < rng.uniform(0.15, 0.45)
    return np.where(inside[..., None], a, b)


def _bricks(rng: np.random.Generator) -> Colors:
    u, v = _grid(rng)
    row = np.floor(v * 2)
    column = np.floor(u + row % 2 * 0.5 * rng.integers(0, 2))
    shade = (np.sin(row * 12.9898 + column * 78.233) * 43758.5453 % 1)[..., None]
    mortar = (v * 2 % 1 < 0.08) | ((u + row % 2 * 0.5) % 1 < 0.05)
    brick, joint = palette(rng, 2)
    return np.where(mortar[..., None], joint, brick * (0.75 + 0.4 * shade)).astype(np.float32)


def _spots(rng: np.random.Generator) -> Colors:
    field = cloud(rng, int(rng.integers(3, 6)))
    a, b = palette(rng, 2)
    return np.where((np.abs(field) < rng.uniform(0.2, 0.8))[..., None], a, b)


def _shapes(rng: np.random.Generator) -> Colors:
    """A poster, a carpet or a map: filled shapes, lines and words in many colors."""
    picture = np.ascontiguousarray(np.broadcast_to(palette(rng, 1)[0] * 255, (SIDE, SIDE, 3)), np.uint8)
    for _ in range(int(rng.integers(5, 60))):
        color = [int(c) for c in rng.integers(0, 256, 3)]
        a, b = ([int(c) for c in rng.integers(0, SIDE, 2)] for _ in range(2))
        kind = rng.integers(5)
        if kind == 0:
            cv2.circle(picture, a, int(rng.integers(3, 60)), color, -1, cv2.LINE_AA)
        elif kind == 1:
            cv2.rectangle(picture, a, b, color, -1)
        elif kind == 2:
            cv2.fillPoly(picture, [rng.integers(0, SIDE, (int(rng.integers(3, 7)), 2)).astype(np.int32)], color)
        elif kind == 3:
            cv2.line(picture, a, b, color, int(rng.integers(1, 8)), cv2.LINE_AA)
        else:
            word = "".join(chr(c) for c in rng.integers(65, 91, int(rng.integers(2, 8))))
            cv2.putText(picture, word, a, int(rng.integers(0, 8)), float(rng.uniform(0.4, 2)), color, 2, cv2.LINE_AA)
    return picture.astype(np.float32) / 255


def _page(rng: np.random.Generator) -> Colors:
    """Lines of small writing."""
    picture = np.full((SIDE, SIDE, 3), int(rng.integers(200, 256)), np.uint8)
    for y in range(12, SIDE, int(rng.integers(9, 22))):
        word = "".join(chr(c) for c in rng.choice([32, *range(97, 123)], 44))
        cv2.putText(picture, word, (6, y), 0, 0.3, [int(rng.integers(0, 80))] * 3, 1, cv2.LINE_AA)
    return picture.astype(np.float32) / 255


_KINDS = (_noise, _wood, _checker, _stripes, _plaid, _dots, _bricks, _spots, _shapes, _page)
_SHARES = (0.3, 0.1, 0.08, 0.09, 0.05, 0.06, 0.1, 0.07, 0.1, 0.05)
