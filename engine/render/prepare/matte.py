"""The pass that finds the colors of both sides of edges."""

import moderngl
import numpy as np

from engine.render.gpu.target import Target
from engine.render.gpu.tiles import TilePass
from engine.render.prepare.decimation import Mask
from engine.render.prepare.refinement import TILE, cell_numbers
from engine.render.prepare.tiling import by_tile, halved, spread
from engine.render.view_inputs import Matte, Scene

AWAY_PX = 1.5
"""Pixels of the geometry from an edge to where the picture does not mix its sides."""
FEWEST, MOST = 1.25, 2.0
"""Limits of the same in vertices: depth is looked at two vertices around."""


COARSEST = 0.45
"""Where there are fewer vertices per pixel, only the cut cells are wide enough for what is mixed."""


class MattePass:
    """Front layer and picture -> colors of the near and the far side around its edges."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._pass = TilePass(ctx, "matte.frag", TILE)
        self._target = Target(ctx, (2, 2), components=4, also=[(4, "f1"), (2, "f4")])

    def run(self, finest: Scene, is_cut: Mask, edge_cut: float, *, is_exact: bool) -> Matte:
        """Return the matte around the cells `is_cut` (h − 1, w − 1) of the grid of `finest`."""
        self._target.fit(finest.depth.size, finest.small_color.dtype)
        vertices_per_px = finest.depth.width / finest.picture_px[0]
        away = min(max(AWAY_PX * vertices_per_px, FEWEST), MOST)
        textures = {"grid_depth": finest.depth, "color": finest.small_color}
        self._pass.run(self._target, _tiles(is_cut), textures, away=away, edge_cut=edge_cut, **finest.world)
        padded = np.pad(is_cut, 1)
        beside = (padded[:-2, 1:-1] | padded[2:, 1:-1] | padded[1:-1, :-2] | padded[1:-1, 2:]) & ~is_cut
        if vertices_per_px < COARSEST:
            beside[:] = False
        near, far, surfaces = self._target.textures
        return Matte(near, far, surfaces, cell_numbers(beside), is_exact)

    def release(self) -> None:
        self._target.release()
        self._pass.release()


def _tiles(is_cut: Mask) -> Mask:
    """Return the tiles (ceil(h / TILE), ceil(w / TILE)) of the vertices within two of a cut cell."""
    at_vertices = np.pad(is_cut, ((0, 1), (0, 1)), mode="edge")
    tiles: Mask = by_tile(spread(halved(at_vertices, np.logical_or), np.logical_or), np.logical_or, TILE // 2)
    return tiles
