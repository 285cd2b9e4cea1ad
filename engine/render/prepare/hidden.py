"""Where the view may come to see behind the front layer."""

import numpy as np
from numpy.typing import NDArray

from engine.geometry.world import Array

TILE = 8
"""Side of a tile, in vertices of the grid: the layer behind is made and drawn tile by tile."""
WIDE = 1.6
"""A gap of a share 1 / WIDE of the distance opens as far as is looked at: with the usual reach, 20° to the side."""
SAME_SURFACE = 1.2
"""What lies on the surface of an edge's near side is less than this many times as far, or as near, as that."""
_AT_ONCE = 256  # edges


def hidden_tiles(distance: Array, is_cut: NDArray[np.bool_], reach: float) -> NDArray[np.bool_]:
    """The tiles of the grid in which something hidden may come to light, (ceil(h / TILE), ceil(w / TILE)).

    `distance` (h, w) is that of each vertex, NaN where depth is missing; `is_cut` (h − 1, w − 1) tells the cells that
    an edge runs through. A tile counts if it has a part of the near surface of an edge no farther off than the hole
    opens: `reach`, a share of the grid's width, and less where the gap is small. So does every tile beside an edge,
    where the far surface begins, and every one with missing depth or beside one.
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

    edge = np.argwhere(gap > 0)
    y, x = np.indices(tiles.shape)
    for at in range(0, len(edge), _AT_ONCE):  # all at once would take edges times tiles of memory
        some = edge[at : at + _AT_ONCE, :, None, None]
        some_near, some_gap = near[some[:, 0], some[:, 1]], gap[some[:, 0], some[:, 1]]
        away = np.hypot(some[:, 0] - y, some[:, 1] - x) - 1
        opens = away * TILE <= reach * distance.shape[1] * np.minimum(WIDE * some_gap, 1)
        is_same = (nearest < some_near * SAME_SURFACE) & (farthest * SAME_SURFACE > some_near)
        tiles |= ((away < 0.5) | (opens & is_same)).any(0)
    return tiles


def _grown(tiles: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """`tiles` and those around them."""
    rows, columns = tiles.shape
    padded = np.pad(tiles, 1)
    around: NDArray[np.bool_] = np.any(
        [padded[y : y + rows, x : x + columns] for y in range(3) for x in range(3)], axis=0
    )
    return around


def _by_tile(values: Array, reduce: np.ufunc) -> Array:
    """`reduce` over each tile, those at the end being smaller."""
    rows, columns = (np.arange(0, size, TILE) for size in values.shape)
    result: Array = reduce.reduceat(reduce.reduceat(values, rows, axis=0), columns, axis=1)
    return result
