"""The pass that draws the backdrop: what continues the picture beyond its border."""

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.geometry.mesh import triangle_indices
from engine.gl.calls import draw_triangles
from engine.render.draw.surface import VIEWS
from engine.render.gpu.shaders import Program
from engine.render.view_inputs import Backdrop, Scene, View, rgb
from engine.settings import DisplaySettings
from engine.settings.colormaps import COLORMAPS


class BackdropPass:
    """Fills what nothing else covers. It leaves the depth buffer empty there, so that it cannot be picked."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._parts: dict[tuple[str, bool], tuple[Program, moderngl.VertexArray]] = {}
        self._indices = ctx.buffer(reserve=4, dynamic=True)
        self._count = 0
        self._shape: object = None

    def draw(self, scene: Scene, backdrop: Backdrop, view: View, settings: DisplaySettings) -> None:
        """Draw the `backdrop` of `scene`, after everything that is not transparent."""
        shape = (backdrop.surface.size, backdrop.margin, backdrop.has_inside)
        if shape != self._shape:
            indices = _triangles(backdrop)
            self._shape, self._count = shape, indices.size
            self._indices.orphan(indices.nbytes)
            self._indices.write(indices)
        program, array = self._part(settings.view, scene.shade is not None)
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
        draw_triangles(self._ctx, array, self._count)
        self._ctx.depth_func = "<"

    def release(self) -> None:
        for program, array in self._parts.values():
            array.release()
            program.release()
        self._indices.release()

    def _part(self, shown: str, is_shaded: bool) -> tuple[Program, moderngl.VertexArray]:
        key = (shown, is_shaded)
        if key not in self._parts:
            defines = {"VIEW": VIEWS.index(shown), "SHADED": int(is_shaded)}
            program = Program(self._ctx, "backdrop.vert", "backdrop.frag", defines=defines)
            self._parts[key] = program, self._ctx.vertex_array(program.gl, [], index_buffer=self._indices)
        return self._parts[key]


def _triangles(backdrop: Backdrop) -> NDArray[np.uint32]:
    """Return the vertex numbers of the triangles to draw."""
    columns, rows = backdrop.surface.size
    every: NDArray[np.uint32] = triangle_indices(columns, rows)
    if backdrop.has_inside:
        return every
    row, column = np.divmod(np.arange(len(every)), columns - 1)
    margin = backdrop.margin
    is_inside = (row >= margin) & (row < rows - 1 - margin) & (column >= margin) & (column < columns - 1 - margin)
    outside: NDArray[np.uint32] = every[~is_inside]
    return outside
