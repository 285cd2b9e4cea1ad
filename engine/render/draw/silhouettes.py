"""The pass that draws silhouettes as smooth lines."""

import moderngl

from engine.render.draw.surface import set_appearance, shader_defines
from engine.render.gpu.instances import Instances
from engine.render.gpu.shaders import Program
from engine.render.view_inputs import Scene, View
from engine.settings import DisplaySettings

_OVER = (moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA, moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA)
"""Blends colors and keeps opaque pixels opaque."""


class SilhouettePass:
    """Extends the near surface through the cells that an edge cuts, and blends it with the background."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._parts: dict[tuple[str, bool], tuple[Program, moderngl.VertexArray]] = {}
        self._cells = Instances(ctx)
        self._listed: Scene | None = None

    def draw(self, scene: Scene, view: View, settings: DisplaySettings) -> None:
        """Draw the silhouettes of `scene`, feathered as `settings` ask for."""
        if scene is not self._listed:
            self._cells.write(scene.cut_vertices)
            self._listed = scene
        if self._cells.count == 0:
            return
        program, array = self._part(settings.view, scene.shade is not None)
        scene = scene.finest
        scene.color.use(0)
        scene.depth.use(1)
        cell_px = scene.picture_px[0] / scene.depth.width
        program.set(
            color=0, grid_depth=1, feather=settings.edge_feather / cell_px,
            grid=scene.depth.size, picture_size=scene.picture_px, view_shape=view.shape,
            **scene.world, **view.placement,
        )  # fmt: skip
        if scene.shade is not None:
            scene.shade.front.use(2)
        set_appearance(program, scene, settings, shade_unit=2)
        self._ctx.enable_only(moderngl.DEPTH_TEST | moderngl.BLEND)
        self._ctx.blend_func = _OVER  # type: ignore[assignment]  # the stub knows no more than two
        array.render(moderngl.TRIANGLES, vertices=6, instances=self._cells.count)

    def release(self) -> None:
        for program, array in self._parts.values():
            array.release()
            program.release()
        self._cells.release()

    def _part(self, shown: str, is_shaded: bool) -> tuple[Program, moderngl.VertexArray]:
        key = (shown, is_shaded)
        if key not in self._parts:
            defines = shader_defines(shown, whole=True, shaded=is_shaded, silhouette=True)
            program = Program(self._ctx, "silhouettes.vert", "surface.frag", defines=defines)
            self._parts[key] = program, self._cells.array(program, "in_cell")
        return self._parts[key]
