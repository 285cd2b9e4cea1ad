"""Refinement: cells along edges are drawn at half the size.

Outlines are sharp where cells are small, and everywhere else small cells only take time. Cells of the grid at edges are
split into four, on a grid with twice as many vertices of which every second one is a vertex of the grid itself. Cells
beside them have a vertex where split ones meet, as in `decimation`, so that there are no cracks.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.geometry.mesh import cell_triangles
from engine.render.prepare.decimation import Mask, blocks_beside_smaller
from engine.render.prepare.tiling import by_tile, spread

TILE = 8
"""Side of a tile in vertices of the fine grid, which is computed tile by tile. Even."""
_SEEN_BY_EDGES = 2  # how many cells around it edges.frag reads to judge one


def fine_size(grid: tuple[int, int]) -> tuple[int, int]:
    """Return the vertices (across, down) of the fine grid of a `grid`."""
    return 2 * grid[0] - 1, 2 * grid[1] - 1


def near_edges(is_cut: Mask, is_missing: Mask) -> Mask:
    """Return the cells of a grid that may hold an edge of the fine grid, or the end of what was measured."""
    ends = spread(is_missing, np.logical_or) & spread(~is_missing, np.logical_or)
    near: Mask = spread(is_cut, np.logical_or) | ends
    return near


def depth_tiles(cells: Mask) -> Mask:
    """Return the tiles of the fine grid whose depths decide about edges in `cells` of the grid."""
    return edge_tiles(spread(cells, np.logical_or, _SEEN_BY_EDGES))


def edge_tiles(cells: Mask) -> Mask:
    """Return the tiles of the fine grid that hold vertices of `cells` of the grid."""
    last_as_cells = np.pad(cells, ((0, 1), (0, 1)), mode="edge")
    tiles: Mask = by_tile(last_as_cells, np.logical_or, TILE // 2)
    return tiles


@dataclass(frozen=True)
class SplitCells:
    """Which cells (h − 1, w − 1) of a grid are split, and which ones lie beside them."""

    split: Mask
    beside: Mask

    @classmethod
    def of(cls, near: Mask, is_whole: Mask, is_fine_whole: Mask) -> "SplitCells":
        """Split the cells `near` an edge that are not whole, or whose quarters are not."""
        h, w = near.shape
        is_plain = is_whole & is_fine_whole.reshape(h, 2, w, 2).all((1, 3))
        split = near & ~is_plain
        beside: Mask = spread(split, np.logical_or)
        return cls(split, beside & is_whole & ~split)

    def finer(self) -> Mask:
        """Return the cells of the fine grid (2 (h − 1), 2 (w − 1)) that are split ones."""
        return self.split.repeat(2, 0).repeat(2, 1)

    def triangles(self, is_whole: Mask) -> NDArray[np.uint32]:
        """Return vertex numbers (3 N,) of the fine grid: the whole split cells, and the cells beside them.

        is_whole: which cells of the fine grid to cover, (2 (h − 1), 2 (w − 1)).
        """
        columns = is_whole.shape[1] + 1
        whole = is_whole & self.finer()
        y, x = np.nonzero(self.beside)
        padded = np.pad(self.split, 1)
        meets_smaller = np.stack([padded[y, x + 1], padded[y + 1, x + 2], padded[y + 2, x + 1], padded[y + 1, x]])
        corners = 2 * (y * columns + x)
        beside = blocks_beside_smaller(corners, meets_smaller, 2, columns)
        return np.concatenate([cell_triangles(cell_numbers(whole), columns).ravel(), beside])


def cell_numbers(cells: Mask) -> NDArray[np.intp]:
    """Return the numbers of the top left vertices of `cells` (h − 1, w − 1)."""
    return np.flatnonzero(np.pad(cells, ((0, 0), (0, 1))))
