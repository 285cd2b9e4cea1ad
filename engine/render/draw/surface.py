"""The pass that draws the front layer: the grid, displaced by depth."""

from typing import Literal, get_args

import moderngl
import numpy as np

from engine.render.gpu.quads import Quads
from engine.render.gpu.shaders import Program
from engine.render.prepare.grid import Grid
from engine.render.view_inputs import Scene, View, rgb
from engine.settings import DisplaySettings
from engine.settings.colormaps import COLORMAPS

_NO_TRIANGLES = np.empty(0, np.uint32)
VIEWS: tuple[str, ...] = get_args(DisplaySettings.model_fields["view"].annotation)

CLOSED = 1.5
"""The diameter, in distances between points, at which discs leave no gaps (√2 suffices on a plane)."""


class SurfacePass:
    """Draws the grid as a mesh, a wireframe, discs or both into the framebuffer in use."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._grid, self._fine = Grid(ctx), Grid(ctx)
        self._cut = Quads(ctx, "in_cell")
        self._listed: Scene | None = None
        self._programs: dict[tuple[str, bool, str, bool, bool], Program] = {}

    def draw(self, scene: Scene, view: View, settings: DisplaySettings) -> None:
        """Draw `scene` as `view` sees it."""
        self._use(scene)
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
        self._grid.release()
        self._fine.release()
        self._cut.release()
        for program in self._programs.values():
            program.release()

    def _draw_triangles(self, scene: Scene, view: View, settings: DisplaySettings) -> None:
        if scene.triangles is None:
            self._grid.fill(scene.depth.size)
            self._ctx.wireframe = settings.wireframe
            try:
                self._grid.draw(self._ready(scene, view, settings))
            finally:
                self._ctx.wireframe = False
            return
        if scene is not self._listed:
            self._grid.take(scene.triangles)
            self._fine.take(scene.fine.triangles if scene.fine else _NO_TRIANGLES)
            self._cut.write(scene.cut_vertices)
            self._listed = scene
        self._grid.draw(self._ready(scene, view, settings, cells="whole"))
        finest = scene.finest
        self._use(finest)
        if scene.matte is not None:
            scene.matte.near.use(4)
            scene.matte.far.use(5)
            scene.matte.surfaces.use(6)
        self._fine.draw(self._ready(finest, view, settings, cells="whole", is_matted=scene.matte is not None))
        if self._cut.count:
            self._cut.draw(self._ready(finest, view, settings, cells="cut", is_matted=scene.matte is not None))

    def _use(self, scene: Scene) -> None:
        """Bind the textures of `scene`."""
        scene.color.use(0)
        scene.depth.use(1)
        scene.edges.use(2)
        if scene.shade is not None:
            scene.shade.front.use(3)

    def _ready(
        self,
        scene: Scene,
        view: View,
        settings: DisplaySettings,
        *,
        is_points: bool = False,
        cells: Literal["all", "whole", "cut"] = "all",
        is_matted: bool = False,
    ) -> Program:
        """Return the program with its uniforms set. cells: which of them are drawn; whole ones may be merged."""
        key = (settings.view, is_points, cells, is_matted, scene.shade is not None)
        if key not in self._programs:
            defines = shader_defines(
                settings.view,
                points=is_points,
                whole=cells != "all" or is_points,
                cut=cells == "cut",
                rim=is_matted,
                shaded=scene.shade is not None,
            )
            self._programs[key] = Program(self._ctx, "surface.vert", "surface.frag", defines=defines)
        program = self._programs[key]
        if scene.matte is not None:
            program.set(continues=scene.matte.is_exact)
        program.set(
            color=0, grid_depth=1, edges=2, matte_near=4, matte_far=5, surfaces=6,
            edge_cut=settings.edge_cut,
            grid=scene.depth.size, picture_size=scene.picture_px,
            **scene.world, **view.uniforms,
        )  # fmt: skip
        set_appearance(program, scene, settings, shade_unit=3)
        return program


def shader_defines(
    view: str,
    *,
    points: bool = False,
    whole: bool = False,
    cut: bool = False,
    shaded: bool = False,
    silhouette: bool = False,
    rim: bool = False,
    background: bool = False,
    plate: bool = False,
) -> dict[str, int]:
    """Return the macros that `surface.frag` is compiled with: a software renderer would run all branches per pixel.

    whole: no drawn cell has a hole. cut: the cells are quads, and those that the view tears open are left out.
    rim: there is a matte; of what the view tears open, the far side continues.
    """
    return {
        "VIEW": VIEWS.index(view),
        "POINTS": int(points),
        "WHOLE": int(whole),
        "CUT": int(cut),
        "SHADED": int(shaded),
        "SILHOUETTE": int(silhouette),
        "RIM": int(rim),
        "BACKGROUND": int(background),
        "PLATE": int(plate),
    }


def set_appearance(program: Program, scene: Scene, settings: DisplaySettings, *, shade_unit: int | None = None) -> None:
    """Set the uniforms of `surface.frag` for fog and colormap.

    shade_unit: the texture unit of the front layer's shading, if that layer is drawn.
    """
    if scene.shade is not None:
        program.set(fog_color=rgb(settings.background))
        if shade_unit is not None:
            across, down = scene.shade.front.size
            program.set(shade=shade_unit, shade_uv=(1 - 1 / across, 1 - 1 / down, 0.5 / across, 0.5 / down))
    if settings.view == "depth":
        program.set(colormap=COLORMAPS[settings.colormap])
