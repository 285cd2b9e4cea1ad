"""The displaced grid: the front layer of the picture."""

from typing import get_args

import moderngl

from engine.colormaps import COLORMAPS
from engine.render.grid import Grid
from engine.render.shaders import Program
from engine.render.view import Scene, View, rgb
from engine.settings import DisplaySettings

VIEWS: tuple[str, ...] = get_args(DisplaySettings.model_fields["view"].annotation)

CLOSED = 1.5
"""Discs of so many gaps' width leave nothing between them (√2 would do on a plane)."""


class SurfacePass:
    """The displaced grid, as a mesh, a wireframe, discs or both, into whatever framebuffer is in use."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._grid = Grid(ctx)
        self._programs: dict[tuple[str, bool, bool], Program] = {}

    def draw(self, scene: Scene, view: View, settings: DisplaySettings) -> None:
        """Draw `scene` as `view` sees it."""
        self._grid.resize(scene.depth.size)
        scene.colour.use(0)
        scene.depth.use(1)
        scene.edges.use(2)
        if scene.shade is not None:
            scene.shade.front.use(3)
        self._ctx.enable_only(moderngl.DEPTH_TEST | moderngl.PROGRAM_POINT_SIZE)
        if settings.display_mode != "pointcloud":
            self._ctx.wireframe = settings.wireframe
            try:
                self._draw(scene, view, settings, is_points=False)
            finally:
                self._ctx.wireframe = False
        if settings.display_mode != "mesh":
            self._draw(scene, view, settings, is_points=True)

    def _draw(self, scene: Scene, view: View, settings: DisplaySettings, *, is_points: bool) -> None:
        program = self._program(settings.view, is_points, is_shaded=scene.shade is not None)
        program.set(
            colour=0, grid_depth=1, edges=2, grid=scene.depth.size, picture_size=scene.colour.size,
            **scene.world, **view.uniforms,
        )  # fmt: skip
        set_look(program, scene, settings, shade_unit=3)
        if is_points:
            is_hybrid = settings.display_mode == "hybrid"
            point_size = max(settings.point_size, CLOSED) if is_hybrid else settings.point_size
            program.set(point_size=point_size, only_torn=is_hybrid)
        self._grid.draw(program, as_points=is_points)

    def _program(self, view: str, is_points: bool, is_shaded: bool) -> Program:
        key = (view, is_points, is_shaded)
        if key not in self._programs:
            defines = look_defines(view, points=is_points, shaded=is_shaded)
            self._programs[key] = Program(self._ctx, "surface.vert", "surface.frag", defines=defines)
        return self._programs[key]

    def release(self) -> None:
        self._grid.release()
        for program in self._programs.values():
            program.release()


def look_defines(
    view: str,
    *,
    points: bool = False,
    shaded: bool = False,
    rim: bool = False,
    behind: bool = False,
    plate: bool = False,
) -> dict[str, int]:
    """What is compiled into `surface.frag`: a software renderer would run all branches for each pixel."""
    return {
        "VIEW": VIEWS.index(view),
        "POINTS": int(points),
        "SHADED": int(shaded),
        "RIM": int(rim),
        "BEHIND": int(behind),
        "PLATE": int(plate),
    }


def set_look(program: Program, scene: Scene, settings: DisplaySettings, *, shade_unit: int | None = None) -> None:
    """Give `surface.frag` what it needs beside its colours: the colormap; fog, and the unit that the front's shade is
    bound to, if it is the front that is drawn."""
    if scene.shade is not None:
        program.set(fog_colour=rgb(settings.background))
        if shade_unit is not None:
            across, down = scene.depth.size
            program.set(shade=shade_unit, shade_uv=(1 - 1 / across, 1 - 1 / down, 0.5 / across, 0.5 / down))
    if settings.view == "depth":
        program.set(colormap=COLORMAPS[settings.colormap])
