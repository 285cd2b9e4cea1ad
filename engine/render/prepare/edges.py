"""The pass that finds depth edges."""

import moderngl

from engine.render.gpu.target import Target
from engine.render.gpu.tiles import TilePass
from engine.render.prepare.decimation import Mask
from engine.render.prepare.refinement import TILE
from engine.render.view_inputs import Uniforms


class EdgePass:
    """Depths of the grid -> 0 (whole), 0.5 (cut) or 1 (depth is missing) for each cell, at its top left vertex.

    `engine/geometry/cuts.py` does the same in numpy.
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self._pass = TilePass(ctx, "edges.frag", TILE)
        self._grid, self._fine = (Target(ctx, (2, 2), components=1) for _ in range(2))

    def run(
        self, grid_depth: moderngl.Texture, edge_cut: float, world: Uniforms, tiles: Mask | None = None
    ) -> moderngl.Texture:
        """Return the state of each cell. With `tiles` it is that of the fine grid, in these tiles only."""
        target = self._grid if tiles is None else self._fine
        target.resize(grid_depth.size)
        self._pass.run(target, tiles, {"grid_depth": grid_depth}, edge_cut=edge_cut, **world)
        return target.texture

    def release(self) -> None:
        self._grid.release()
        self._fine.release()
        self._pass.release()
