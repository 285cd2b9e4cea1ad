"""Disocclusion: where a view may see behind the front layer."""

import numpy as np
from numpy.typing import NDArray

from engine.geometry.world import Array

TILE = 8
"""Side of a tile in vertices of the grid: the background layer is computed and drawn tile by tile."""
WIDE = 1.6
"""A gap of 1 / WIDE of the distance opens to the full reach: with the default reach, 20° to the side."""
SAME_SURFACE = 1.2
"""Distances on the surface of an edge's near side differ from the edge by less than this factor."""
_AT_ONCE = 256  # edges per step, to limit memory


def hidden_tiles(distance: Array, is_cut: NDArray[np.bool_], reach: float) -> NDArray[np.bool_]:
    """Return the tiles in which something hidden may become visible, (ceil(h / TILE), ceil(w / TILE)).

    distance: (h, w), of each vertex, NaN where depth is missing. is_cut: (h − 1, w − 1), the cells that an edge cuts.
    reach: how far holes open at most, as a share of the grid's width; less where the gap is small.
    A tile counts if it holds part of the near surface of an edge within that distance. So does every tile next to an
    edge, where the far surface begins, and every tile with missing depth or next to one.
    """
    nearest, farthest = _by_tile(distance, np.fmin), _by_tile(distance, np.fmax)
    tiles = _grown(np.isnan(_by_tile(distance, np.maximum)))
    rows, columns = np.nonzero(is_cut)
    if rows.size == 0:
        return tiles
    corners = np.stack([distance[rows + y, columns + x] for y in (0, 1) for x in (0, 1)])
    near, gap = np.full(tiles.shape, np.inf), np.zeros(tiles.shape)
    np.minimum.at(near, (rows // TILE, columns // TILE), corners.min(0))
    np.maximum.at(gap, (rows // TILE, columns // TILE), 1 - corners.min(0) / corners.max(0))

    is_edge = gap > 0
    tiles |= _grown(is_edge)
    row, column = np.nonzero(is_edge)
    near, gap = near[is_edge].astype(np.float32), gap[is_edge]
    opens_px = reach * distance.shape[1] * np.minimum(WIDE * gap, 1)
    square = np.square(opens_px / TILE + 1).astype(np.float32)[:, None, None]
    across = np.square(np.arange(tiles.shape[1], dtype=np.float32) - column[:, None])[:, None]
    down = np.square(np.arange(tiles.shape[0], dtype=np.float32) - row[:, None])[:, :, None]
    nearest, farthest = nearest.astype(np.float32), farthest.astype(np.float32)
    for at in range(0, len(near), _AT_ONCE):  # all at once would take memory for edges times tiles
        some = slice(at, at + _AT_ONCE)
        some_near = near[some, None, None]
        is_same = (nearest < some_near * SAME_SURFACE) & (farthest > some_near / SAME_SURFACE)
        tiles |= (is_same & (across[some] + down[some] <= square[some])).any(0)
    return tiles


def _grown(tiles: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Dilate `tiles` by one."""
    rows, columns = tiles.shape
    padded = np.pad(tiles, 1)
    around: NDArray[np.bool_] = np.any(
        [padded[y : y + rows, x : x + columns] for y in range(3) for x in range(3)], axis=0
    )
    return around


def _by_tile(values: Array, reduce: np.ufunc) -> Array:
    """Reduce `values` over each tile; those at the end are smaller."""
    rows, columns = (np.arange(0, size, TILE) for size in values.shape)
    result: Array = reduce.reduceat(reduce.reduceat(values, rows, axis=0), columns, axis=1)
    return result
