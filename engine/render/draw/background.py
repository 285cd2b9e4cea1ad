"""The pass that draws the background layer."""

import moderngl

from engine.render.draw.surface import set_appearance, shader_defines
from engine.render.gpu.shaders import Program
from engine.render.prepare.grid import Grid
from engine.render.view_inputs import BackgroundLayer, Scene, View
from engine.settings import DisplaySettings


class BackgroundPass:
    """Draws the cells of the grid that have something behind the front layer, where that one is open.

    It never covers the front layer: it is coarser, and often invented.
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._whole, self._others = Grid(ctx), Grid(ctx)
        self._programs: dict[tuple[str, bool, bool, bool], Program] = {}
        self._listed: BackgroundLayer | None = None

    def draw(self, scene: Scene, layer: BackgroundLayer, view: View, settings: DisplaySettings) -> None:
        """Draw `layer`, the background of `scene`."""
        if layer is not self._listed:
            self._whole.take(layer.whole)
            self._others.take(layer.others)
            self._listed = layer
        layer.surface.use(0)
        layer.mask.use(1)
        if layer.plate is not None:
            layer.plate.use(2)
        self._ctx.enable_only(moderngl.DEPTH_TEST)
        if layer.whole.size:
            self._whole.draw(self._ready(scene, layer, view, settings, is_whole=True))
        if layer.others.size:
            self._others.draw(self._ready(scene, layer, view, settings, is_whole=False))

    def release(self) -> None:
        for grid in (self._whole, self._others):
            grid.release()
        for program in self._programs.values():
            program.release()

    def _ready(
        self, scene: Scene, layer: BackgroundLayer, view: View, settings: DisplaySettings, *, is_whole: bool
    ) -> Program:
        """Return the program with its uniforms set."""
        is_shaded, has_plate = scene.shade is not None, layer.plate is not None
        key = (settings.view, is_whole, is_shaded, has_plate)
        if key not in self._programs:
            defines = shader_defines(settings.view, whole=is_whole, shaded=is_shaded, background=True, plate=has_plate)
            self._programs[key] = Program(self._ctx, "background.vert", "surface.frag", defines=defines)
        program = self._programs[key]
        program.set(
            behind=0, mask=1, edge_cut=settings.edge_cut, front_size=scene.depth.size,
            **scene.world, **view.placement_behind,
        )  # fmt: skip
        if layer.plate is not None:
            program.set(plate=2)
        if scene.shade is not None:
            program.set(**scene.shade.light)
        set_appearance(program, scene, settings)
        return program
