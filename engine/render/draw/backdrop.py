"""The pass that draws the backdrop: what continues the picture beyond its border."""

import moderngl

from engine.render.draw.surface import VIEWS
from engine.render.gpu.shaders import Program
from engine.render.prepare.grid import Grid
from engine.render.view_inputs import Backdrop, Scene, View, rgb
from engine.settings import DisplaySettings
from engine.settings.colormaps import COLORMAPS


class BackdropPass:
    """Fills what nothing else covers. It leaves the depth buffer empty there, so that it cannot be picked."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._grid = Grid(ctx)
        self._programs: dict[tuple[str, bool], Program] = {}
        self._listed: Backdrop | None = None

    def draw(self, scene: Scene, backdrop: Backdrop, view: View, settings: DisplaySettings) -> None:
        """Draw the `backdrop` of `scene`, after everything that is not transparent."""
        if backdrop is not self._listed:
            self._grid.take(backdrop.triangles)
            self._listed = backdrop
        program = self._program(settings.view, scene.shade is not None)
        backdrop.surface.use(0)
        program.set(
            surface=0, margin=backdrop.margin, reach=backdrop.reach, aspect=backdrop.aspect,
            background=rgb(settings.background), **scene.world, **view.placement,
        )  # fmt: skip
        if scene.shade is not None:
            program.set(fog_color=rgb(settings.background), **scene.shade.light)
        if settings.view == "depth":
            program.set(colormap=COLORMAPS[settings.colormap])
        self._ctx.enable_only(moderngl.DEPTH_TEST)
        self._ctx.depth_func = "<="
        self._grid.draw(program)
        self._ctx.depth_func = "<"

    def release(self) -> None:
        self._grid.release()
        for program in self._programs.values():
            program.release()

    def _program(self, shown: str, is_shaded: bool) -> Program:
        key = (shown, is_shaded)
        if key not in self._programs:
            defines = {"VIEW": VIEWS.index(shown), "SHADED": int(is_shaded)}
            self._programs[key] = Program(self._ctx, "backdrop.vert", "backdrop.frag", defines=defines)
        return self._programs[key]
