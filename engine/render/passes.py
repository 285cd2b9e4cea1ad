"""The passes of a picture: each is one program, its uniforms and its target."""

from collections.abc import Mapping
from typing import Any, get_args

import moderngl

from engine.frames import DepthFrame
from engine.render.grid import Grid
from engine.render.shaders import Program
from engine.render.target import Target
from engine.settings import DisplaySettings
from engine.world import WorldMap

VIEWS: tuple[str, ...] = get_args(DisplaySettings.model_fields["view"].annotation)

Uniforms = Mapping[str, Any]


def world_uniforms(world: WorldMap, frame: DepthFrame) -> dict[str, Any]:
    """What `include/world.glsl` needs."""
    height, width = frame.depth.shape
    k = frame.intrinsics
    return {
        "is_disparity": world.is_disparity,
        "z_affine": (world.gain, world.bias),
        "z_limits": (world.z_near, world.z_far),
        "t_affine": (world.t_gain, world.t_bias),
        "is_relief": world.is_relief,
        "relief": world.relief,
        "rays": (width / k[0, 0], -height / k[1, 1], -k[0, 2] / k[0, 0], k[1, 2] / k[1, 1]),
    }


class ResamplePass:
    """Depth map -> one depth for each vertex of the grid, in a texture of its own."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._program = Program(ctx, "resample.vert", "resample.frag")
        self._triangle = ctx.vertex_array(self._program.gl, [])
        self._target = Target(ctx, (2, 2), components=1, dtype="f4")

    @property
    def depth(self) -> moderngl.Texture:
        """One texel for each vertex."""
        return self._target.texture

    def draw(self, depth: moderngl.Texture, vertices: tuple[int, int], edge_cut: float, world: Uniforms) -> None:
        """Fill `self.depth` for a grid of `vertices` = (across, down)."""
        self._target.resize(vertices)
        self._target.use()
        self._program.set(depth=0, grid=vertices, edge_cut=edge_cut, **world)
        depth.use(0)
        self._ctx.enable_only(moderngl.NOTHING)
        self._triangle.render(moderngl.TRIANGLES, vertices=3)

    def release(self) -> None:
        self._target.release()
        self._triangle.release()
        self._program.release()


class SurfacePass:
    """The displaced grid, as a mesh, a wireframe or points, into whatever framebuffer is in use."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._program = Program(ctx, "surface.vert", "surface.frag")
        self._grid = Grid(ctx, self._program.gl)

    def draw(
        self, colour: moderngl.Texture, grid_depth: moderngl.Texture, settings: DisplaySettings, uniforms: Uniforms
    ) -> None:
        """Draw; `uniforms` are those of the world and `view_projection`."""
        is_points = settings.display_mode == "pointcloud"
        self._grid.resize(grid_depth.size)
        self._program.set(
            colour=0, grid_depth=1, grid=grid_depth.size, edge_cut=settings.edge_cut, point_size=settings.point_size,
            is_points=is_points, view=VIEWS.index(settings.view), **uniforms,
        )  # fmt: skip
        colour.use(0)
        grid_depth.use(1)
        self._ctx.enable_only(moderngl.DEPTH_TEST | moderngl.PROGRAM_POINT_SIZE)
        self._ctx.wireframe = settings.wireframe and not is_points
        try:
            self._grid.draw(as_points=is_points)
        finally:
            self._ctx.wireframe = False

    def release(self) -> None:
        self._grid.release()
        self._program.release()
