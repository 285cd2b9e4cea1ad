"""Mesh decimation: planar blocks of cells are drawn as one.

A software renderer spends most of its time on small triangles. A block of 2, 4, 8 or 16 cells per side becomes two
triangles if every depth in it lies on the plane through its corners. Adjacent blocks differ by one size at most, and
the larger one has a vertex where the smaller ones meet, so that there are no cracks: a restricted quadtree (Von Herzen
and Barr 1987, "Accurate triangulations of deformed, intersecting surfaces").
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.geometry.mesh import cell_triangles

Array = NDArray[np.floating[Any]]
Mask = NDArray[np.bool_]

SIZES = (2, 4, 8, 16)


def triangles(values: Array, is_whole: Mask, off: float) -> NDArray[np.uint32]:
    """Return the vertex numbers (3 N,) of a mesh over the whole cells of a grid.

    values: (h, w), affine in the grid position on planes; NaN where missing. is_whole: (h − 1, w − 1), the cells to
    cover. off: tolerated distance of a value from a plane, as a share of the value.
    """
    columns = values.shape[1]
    levels = _flat_blocks(values, is_whole, off)
    left_over = is_whole & ~_each_in_four(levels[0], is_whole.shape)
    parts = [cell_triangles(np.flatnonzero(np.pad(left_over, ((0, 0), (0, 1)))), columns)]
    for level, (size, blocks) in enumerate(zip(SIZES, levels, strict=True)):
        larger = levels[level + 1] if level + 1 < len(levels) else np.zeros((0, 0), bool)
        y, x = np.nonzero(blocks & ~_each_in_four(larger, blocks.shape))
        corners = y * size * columns + x * size
        beside = _padded(blocks, size, is_whole.shape)
        meets_smaller = ~np.stack([beside[y, x + 1], beside[y + 1, x + 2], beside[y + 2, x + 1], beside[y + 1, x]])
        parts.append(blocks_beside_smaller(corners, meets_smaller, size, columns))
    return np.concatenate([part.ravel() for part in parts])


def _flat_blocks(values: Array, is_whole: Mask, most: float) -> list[Mask]:
    """Return the planar blocks of each of `SIZES`, including those within larger ones."""
    levels: list[Mask] = []
    blocks: Mask = is_whole
    off = np.zeros(is_whole.shape, values.dtype)
    for size in SIZES:
        rows, columns = (n // size for n in is_whole.shape)
        half = size // 2
        at = values[: rows * size + 1, : columns * size + 1]
        corners = at[::size, ::size]
        a, b, c, d = corners[:-1, :-1], corners[:-1, 1:], corners[1:, :-1], corners[1:, 1:]
        across = np.abs(at[::size, half::size] - (corners[:, :-1] + corners[:, 1:]) / 2)
        down = np.abs(at[half::size, ::size] - (corners[:-1] + corners[1:]) / 2)
        middle = at[half::size, half::size]
        diagonals = np.abs(middle - (a + d) / 2), np.abs(middle - (b + c) / 2)
        here = np.maximum.reduce([across[:-1], across[1:], down[:, :-1], down[:, 1:], *diagonals])
        off = np.maximum.reduce(_quarters(off, rows, columns)) + here
        blocks = np.logical_and.reduce(_quarters(blocks, rows, columns))
        if levels:
            beside = _padded(blocks, size, is_whole.shape)
            blocks = blocks & beside[:-2, 1:-1] & beside[2:, 1:-1] & beside[1:-1, :-2] & beside[1:-1, 2:]
        blocks = np.logical_and(blocks, off < most * np.minimum.reduce([a, b, c, d]))
        levels.append(blocks)
    return levels


def _quarters(cells: NDArray[Any], rows: int, columns: int) -> list[NDArray[Any]]:
    """Return the four cells of each block of 2x2 `cells`, each (rows, columns)."""
    return [cells[y : 2 * rows : 2, x : 2 * columns : 2] for y in (0, 1) for x in (0, 1)]


def _each_in_four(blocks: Mask, shape: tuple[int, ...]) -> Mask:
    """Return which blocks of half the size lie in `blocks`."""
    smaller = np.zeros(shape, bool)
    rows, columns = blocks.shape
    smaller[: 2 * rows, : 2 * columns] = blocks.repeat(2, 0).repeat(2, 1)
    return smaller


def _padded(blocks: Mask, size: int, shape: tuple[int, ...]) -> Mask:
    """Pad `blocks` by one on every side: true where the grid ends there, false where smaller cells are left."""
    padded = np.pad(blocks, 1, constant_values=True)
    if shape[0] % size:
        padded[-1] = False
    if shape[1] % size:
        padded[:, -1] = False
    return padded


def blocks_beside_smaller(
    corners: NDArray[np.intp], meets_smaller: Mask, size: int, columns: int
) -> NDArray[np.uint32]:
    """Return the triangles (3 N,) of blocks of `size`, which have a vertex halfway along sides that meet smaller ones.

    corners: their top left vertices. meets_smaller: (4, blocks), for the top, right, bottom and left sides.
    """
    half, right, below = size // 2, corners + size, corners + size * columns
    starts, ends = (right, below + size, below, corners), (corners, right, below + size, below)
    steps = (-half, -half * columns, half, half * columns)
    is_plain = ~meets_smaller.any(0)
    parts = [cell_triangles(corners[is_plain], columns, size).reshape(-1, 3)]
    first = np.where(is_plain, -1, meets_smaller.argmax(0))
    for apex_side in range(4):  # a fan around the first vertex between two corners
        chosen = first == apex_side
        apex = (starts[apex_side] + steps[apex_side])[chosen]
        for side in range(4):
            if side == apex_side:
                continue
            start, end, is_split = starts[side][chosen], ends[side][chosen], meets_smaller[side, chosen]
            between = np.where(is_split, start + steps[side], end)
            parts.append(np.stack([start, between, apex], 1))
            parts.append(np.stack([between, end, apex], 1)[is_split])
    return np.concatenate(parts).astype(np.uint32).ravel()
