"""The displaced grid: the front layer of the picture."""

from typing import get_args

import moderngl

from engine.render.grid import Grid
from engine.render.shaders import Program
from engine.render.view import Scene, View
from engine.settings import DisplaySettings

VIEWS: tuple[str, ...] = get_args(DisplaySettings.model_fields["view"].annotation)


class SurfacePass:
    """The displaced grid, as a mesh, a wireframe or points, into whatever framebuffer is in use."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._programs = {
            view: Program(ctx, "surface.vert", "surface.frag", defines={"VIEW": number, "RIM": 0})
            for number, view in enumerate(VIEWS)
        }
        self._grids = {view: Grid(ctx, program.gl) for view, program in self._programs.items()}

    def draw(self, scene: Scene, view: View, settings: DisplaySettings) -> None:
        """Draw `scene` as `view` sees it."""
        is_points = settings.display_mode == "pointcloud"
        program, grid = self._programs[settings.view], self._grids[settings.view]
        grid.resize(scene.depth.size)
        program.set(
            colour=0, grid_depth=1, edges=2, grid=scene.depth.size, picture_size=scene.colour.size,
            point_size=settings.point_size, is_points=is_points,
            view_size=view.size, **scene.world, **view.placement,
        )  # fmt: skip
        scene.colour.use(0)
        scene.depth.use(1)
        scene.edges.use(2)
        self._ctx.enable_only(moderngl.DEPTH_TEST | moderngl.PROGRAM_POINT_SIZE)
        self._ctx.wireframe = settings.wireframe and not is_points
        try:
            grid.draw(as_points=is_points)
        finally:
            self._ctx.wireframe = False

    def release(self) -> None:
        for grid in self._grids.values():
            grid.release()
        for program in self._programs.values():
            program.release()
