"""The rims of what is near: silhouettes as smooth lines."""

import moderngl

from engine.render.instances import Instances
from engine.render.shaders import Program
from engine.render.surface import VIEWS
from engine.render.view import Scene, View
from engine.settings import DisplaySettings


class RimPass:
    """Continues the near surface through the cells that an edge runs through, and blends it with what is behind."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._parts: dict[str, tuple[Program, moderngl.VertexArray]] = {}
        self._cells = Instances(ctx)
        self._listed: Scene | None = None

    def draw(self, scene: Scene, view: View, settings: DisplaySettings) -> None:
        """Draw the rims of `scene`, softened as `settings` say."""
        if scene is not self._listed:
            self._cells.write(scene.cut_vertices)
            self._listed = scene
        if self._cells.count == 0:
            return
        program, array = self._part(settings.view)
        scene.colour.use(0)
        scene.depth.use(1)
        cell_px = scene.colour.width / scene.depth.width
        program.set(colour=0, grid_depth=1, feather=settings.edge_feather / cell_px, **scene.world, **view.placement)
        self._ctx.enable_only(moderngl.DEPTH_TEST | moderngl.BLEND)
        self._ctx.blend_func = moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA
        array.render(moderngl.TRIANGLES, vertices=6, instances=self._cells.count)

    def release(self) -> None:
        for program, array in self._parts.values():
            array.release()
            program.release()
        self._cells.release()

    def _part(self, shown: str) -> tuple[Program, moderngl.VertexArray]:
        if shown not in self._parts:
            program = Program(self._ctx, "rims.vert", "surface.frag", defines={"VIEW": VIEWS.index(shown), "RIM": 1})
            self._parts[shown] = program, self._cells.array(program, "in_cell")
        return self._parts[shown]
