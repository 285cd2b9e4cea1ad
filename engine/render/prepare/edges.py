"""The pass that finds depth edges."""

import moderngl

from engine.render.gpu.fullscreen import FullscreenPass
from engine.render.gpu.target import Target
from engine.render.view_inputs import Uniforms


class EdgePass:
    """Depths of the grid -> 0 (whole), 0.5 (cut) or 1 (depth is missing) for each cell, at its top left vertex.

    `engine/geometry/cuts.py` does the same in numpy.
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self._pass = FullscreenPass(ctx, "edges.frag")
        self._target = Target(ctx, (2, 2), components=1)

    def run(self, grid_depth: moderngl.Texture, edge_cut: float, world: Uniforms) -> moderngl.Texture:
        self._target.resize(grid_depth.size)
        self._pass.run(self._target, {"grid_depth": grid_depth}, edge_cut=edge_cut, **world)
        return self._target.texture

    def release(self) -> None:
        self._target.release()
        self._pass.release()
