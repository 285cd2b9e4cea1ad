"""The pass that finds depth edges."""

import moderngl

from engine.frames import DepthFrame
from engine.render.gpu.target import Target
from engine.render.gpu.tiles import TilePass
from engine.render.prepare.decimation import Mask
from engine.render.prepare.plate import shot_of
from engine.render.prepare.refinement import TILE
from engine.render.view_inputs import Uniforms

STEADY = 0.3
"""Where cuts are kept steady, the share of `edge_cut` by which a cell that was cut is cut sooner, and another later."""
_KEPT = 4


class EdgePass:
    """Depths of the grid -> 0 (whole), 0.5 (cut) or 1 (depth is missing) for each cell, at its top left vertex.

    `engine/geometry/cuts.py` does the same in numpy. Cuts can be kept steady from one depth map to the next, by two
    limits instead of one (hysteresis, as of Canny 1986). The grids used last remember their own cuts.
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._variants: dict[bool, TilePass] = {}  # by whether cuts are kept steady
        self._cells: dict[tuple[bool, tuple[int, int]], _Cells] = {}

    def run(
        self,
        grid_depth: moderngl.Texture,
        edge_cut: float,
        world: Uniforms,
        tiles: Mask | None = None,
        *,
        steady: DepthFrame | None = None,
    ) -> moderngl.Texture:
        """Return the state of each cell. With `tiles` it is that of the fine grid, in these tiles only.

        steady: the frame that `grid_depth` is of, to keep cuts of its shot steady.
        """
        key = (tiles is not None, grid_depth.size)
        cells = self._cells.pop(key, None) or _Cells(self._ctx)
        self._cells[key] = cells  # the most recently used ones are last
        if len(self._cells) > _KEPT:
            self._cells.pop(next(iter(self._cells))).release()
        cells.turn(steady, grid_depth.size)
        textures, uniforms = {"grid_depth": grid_depth}, {"edge_cut": edge_cut, **world}
        if cells.goes_on:
            textures["before"], uniforms["steady"] = cells.before.texture, STEADY
        if cells.goes_on not in self._variants:
            defines = {"STEADY": int(cells.goes_on)}
            self._variants[cells.goes_on] = TilePass(self._ctx, "edges.frag", TILE, defines=defines)
        self._variants[cells.goes_on].run(cells.now, tiles, textures, **uniforms)
        return cells.now.texture

    def release(self) -> None:
        for cells in self._cells.values():
            cells.release()
        for variant in self._variants.values():
            variant.release()


class _Cells:
    """Two targets that swap roles: the cells of this frame, and of the one before."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self.now, self.before = (Target(ctx, (2, 2), components=1) for _ in range(2))
        self.goes_on = False
        """Whether the cells before are of the same shot."""
        self._seen: DepthFrame | None = None

    def turn(self, frame: DepthFrame | None, size: tuple[int, int]) -> None:
        """Make room for the cells of `frame`; None: they are not remembered."""
        if frame is None or frame is not self._seen:
            self.goes_on = frame is not None and self._seen is not None and shot_of(frame) == shot_of(self._seen)
            if self.goes_on:
                self.now, self.before = self.before, self.now
            self._seen = frame
        self.now.resize(size)

    def release(self) -> None:
        self.now.release()
        self.before.release()
