"""The displaced grid: the front layer of the picture."""

from typing import get_args

import moderngl

from engine.render.gpu.shaders import Program
from engine.render.prepare.grid import Grid
from engine.render.view_inputs import Mesh, Scene, View, rgb
from engine.settings import DisplaySettings
from engine.settings.colormaps import COLORMAPS

VIEWS: tuple[str, ...] = get_args(DisplaySettings.model_fields["view"].annotation)

CLOSED = 1.5
"""Discs of so many gaps' width leave nothing between them (√2 would do on a plane)."""


class SurfacePass:
    """The displaced grid, as a mesh, a wireframe, discs or both, into whatever framebuffer is in use."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._grid, self._whole, self._cut = Grid(ctx), Grid(ctx), Grid(ctx)
        self._listed: Mesh | None = None
        self._programs: dict[tuple[str, bool, bool, bool], Program] = {}

    def draw(self, scene: Scene, view: View, settings: DisplaySettings) -> None:
        """Draw `scene` as `view` sees it."""
        scene.color.use(0)
        scene.depth.use(1)
        scene.edges.use(2)
        if scene.shade is not None:
            scene.shade.front.use(3)
        self._ctx.enable_only(moderngl.DEPTH_TEST | moderngl.PROGRAM_POINT_SIZE)
        if settings.display_mode != "pointcloud":
            self._draw_triangles(scene, view, settings)
        if settings.display_mode != "mesh":
            program = self._ready(scene, view, settings, is_points=True)
            is_hybrid = settings.display_mode == "hybrid"
            point_size = max(settings.point_size, CLOSED) if is_hybrid else settings.point_size
            program.set(point_size=point_size, only_torn=is_hybrid)
            self._grid.draw_points(program, scene.depth.width * scene.depth.height)

    def release(self) -> None:
        for grid in (self._grid, self._whole, self._cut):
            grid.release()
        for program in self._programs.values():
            program.release()

    def _draw_triangles(self, scene: Scene, view: View, settings: DisplaySettings) -> None:
        if scene.mesh is None:
            self._grid.fill(scene.depth.size)
            self._ctx.wireframe = settings.wireframe
            try:
                self._grid.draw(self._ready(scene, view, settings))
            finally:
                self._ctx.wireframe = False
            return
        if scene.mesh is not self._listed:
            self._whole.take(scene.mesh.whole)
            self._cut.take(scene.mesh.cut)
            self._listed = scene.mesh
        self._whole.draw(self._ready(scene, view, settings, is_whole=True))
        if scene.mesh.cut.size:
            self._cut.draw(self._ready(scene, view, settings))

    def _ready(
        self, scene: Scene, view: View, settings: DisplaySettings, *, is_points: bool = False, is_whole: bool = False
    ) -> Program:
        """The program with its uniforms set."""
        key = (settings.view, is_points, is_whole, scene.shade is not None)
        if key not in self._programs:
            defines = look_defines(
                settings.view, points=is_points, whole=is_whole or is_points, shaded=scene.shade is not None
            )
            self._programs[key] = Program(self._ctx, "surface.vert", "surface.frag", defines=defines)
        program = self._programs[key]
        program.set(
            color=0, grid_depth=1, edges=2, grid=scene.depth.size, picture_size=scene.color.size,
            **scene.world, **view.uniforms,
        )  # fmt: skip
        set_look(program, scene, settings, shade_unit=3)
        return program


def look_defines(
    view: str,
    *,
    points: bool = False,
    whole: bool = False,
    shaded: bool = False,
    rim: bool = False,
    behind: bool = False,
    plate: bool = False,
) -> dict[str, int]:
    """What is compiled into `surface.frag`: a software renderer would run all branches for each pixel.

    whole: nothing that is drawn has a hole.
    """
    return {
        "VIEW": VIEWS.index(view),
        "POINTS": int(points),
        "WHOLE": int(whole),
        "SHADED": int(shaded),
        "RIM": int(rim),
        "BEHIND": int(behind),
        "PLATE": int(plate),
    }


def set_look(program: Program, scene: Scene, settings: DisplaySettings, *, shade_unit: int | None = None) -> None:
    """Give `surface.frag` what it needs beside its colors: the colormap; fog, and the unit that the front's shade is
    bound to, if it is the front that is drawn."""
    if scene.shade is not None:
        program.set(fog_color=rgb(settings.background))
        if shade_unit is not None:
            across, down = scene.depth.size
            program.set(shade=shade_unit, shade_uv=(1 - 1 / across, 1 - 1 / down, 0.5 / across, 0.5 / down))
    if settings.view == "depth":
        program.set(colormap=COLORMAPS[settings.colormap])
