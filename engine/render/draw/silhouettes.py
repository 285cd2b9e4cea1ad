"""The pass that draws silhouettes as smooth lines."""

import moderngl

from engine.render.draw.surface import set_appearance, shader_defines
from engine.render.gpu.quads import Quads
from engine.render.gpu.shaders import Program
from engine.render.view_inputs import Scene, View
from engine.settings import DisplaySettings

_OVER = (moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA, moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA)
"""Blends colors and keeps opaque pixels opaque."""


class SilhouettePass:
    """Extends the near surface over the cells that an edge cuts and those beside them, and blends it with the rest."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._programs: dict[tuple[str, bool, bool], Program] = {}
        self._cut, self._beside = Quads(ctx, "in_cell"), Quads(ctx, "in_cell")
        self._listed: Scene | None = None

    def draw(self, scene: Scene, view: View, settings: DisplaySettings) -> None:
        """Draw the silhouettes of `scene`, feathered as `settings` ask for."""
        matte = scene.matte
        assert matte is not None
        if scene is not self._listed:
            self._cut.write(scene.cut_vertices)
            self._beside.write(matte.cells)
            self._listed = scene
        if self._cut.count == 0:
            return
        scene = scene.finest
        scene.color.use(0)
        scene.depth.use(1)
        if scene.shade is not None:
            scene.shade.front.use(2)
        for unit, texture in enumerate((matte.near, matte.far, matte.surfaces), start=3):
            texture.use(unit)
        self._ctx.enable_only(moderngl.DEPTH_TEST | moderngl.BLEND)
        self._ctx.blend_func = _OVER  # type: ignore[assignment]  # the stub knows no more than two
        for cells in (self._beside, self._cut):
            cells.draw(self._ready(scene, view, settings, is_cut=cells is self._cut))

    def release(self) -> None:
        self._cut.release()
        self._beside.release()
        for program in self._programs.values():
            program.release()

    def _ready(self, scene: Scene, view: View, settings: DisplaySettings, *, is_cut: bool) -> Program:
        """Return the program for the cells that an edge cuts, or for those beside them, with its uniforms set."""
        key = (settings.view, scene.shade is not None, is_cut)
        if key not in self._programs:
            defines = shader_defines(
                settings.view, whole=True, cut=is_cut, shaded=scene.shade is not None, silhouette=True
            )
            self._programs[key] = Program(self._ctx, "silhouettes.vert", "surface.frag", defines=defines)
        program = self._programs[key]
        cell_px = scene.picture_px[0] / scene.depth.width
        program.set(
            color=0, grid_depth=1, matte_near=3, matte_far=4, surfaces=5, feather=settings.edge_feather / cell_px,
            edge_cut=settings.edge_cut, grid=scene.depth.size, picture_size=scene.picture_px, view_shape=view.shape,
            **scene.world, **view.placement,
        )  # fmt: skip
        set_appearance(program, scene, settings, shade_unit=2)
        return program
