"""The pass that resamples depth to the grid."""

import moderngl

from engine.render.gpu.target import Target
from engine.render.gpu.tiles import TilePass
from engine.render.prepare.decimation import Mask
from engine.render.prepare.refinement import TILE
from engine.render.view_inputs import Uniforms
from engine.settings import DisplaySettings


class ResamplePass:
    """Depth map -> one depth per vertex of the grid, guided by the picture at edges."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._variants: dict[bool, TilePass] = {}  # by whether the picture guides it
        self._grid, self._fine = (Target(ctx, (2, 2), components=1, dtype="f4") for _ in range(2))

    def run(
        self,
        depth: moderngl.Texture,
        guide: moderngl.Texture | None,
        vertices: tuple[int, int],
        settings: DisplaySettings,
        world: Uniforms,
        tiles: Mask | None = None,
    ) -> moderngl.Texture:
        """Return the depths of a grid of `vertices` = (across, down), one texel each.

        guide: the picture, if it decides across edges. tiles: of the fine grid, to compute nothing but them.
        """
        target = self._grid if tiles is None else self._fine
        target.resize(vertices)
        uniforms = {"grid": vertices, "edge_cut": settings.edge_cut, **world}
        is_guided = guide is not None
        textures = {"depth": depth}
        if guide is not None:
            textures["color"], uniforms["guide"] = guide, settings.edge_guide
        if is_guided not in self._variants:
            self._variants[is_guided] = TilePass(self._ctx, "resample.frag", TILE, defines={"GUIDED": int(is_guided)})
        self._variants[is_guided].run(target, tiles, textures, **uniforms)
        return target.texture

    def release(self) -> None:
        self._grid.release()
        self._fine.release()
        for variant in self._variants.values():
            variant.release()
