"""The grid whose vertices the shader displaces."""

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.geometry.mesh import triangle_indices
from engine.gl.calls import draw_triangles
from engine.render.gpu.shaders import Program


def grid_size(picture_px: tuple[int, ...], subsample: int) -> tuple[int, int]:
    """Return the vertices (across, down) for a picture: one per `subsample` pixels, at least two along each side."""
    width, height = picture_px
    return max(2, round(width / subsample)), max(2, round(height / subsample))


class Grid:
    """Triangles or points over the vertices of a grid, drawn through programs that read `gl_VertexID`."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._indices = ctx.buffer(reserve=4, dynamic=True)
        self._count = 0
        self._arrays: dict[tuple[Program, bool], moderngl.VertexArray] = {}
        self._size = (0, 0)

    def fill(self, size: tuple[int, int]) -> None:
        """Use every triangle of a grid of `size` = (across, down) vertices."""
        if size != self._size:
            self.take(triangle_indices(*size))
            self._size = size

    def take(self, indices: NDArray[np.uint32]) -> None:
        """Use the triangles with these vertex numbers."""
        self._size = (0, 0)
        self._count = indices.size
        if indices.nbytes > self._indices.size:
            self._indices.orphan(indices.nbytes)
        if indices.size:
            self._indices.write(np.ascontiguousarray(indices))

    def draw(self, program: Program) -> None:
        """Draw the triangles with `program`, which places the vertices."""
        if self._count:
            draw_triangles(self._ctx, self._array(program, as_points=False), self._count)

    def draw_points(self, program: Program, count: int) -> None:
        """Draw the first `count` vertices as points."""
        self._array(program, as_points=True).render(moderngl.POINTS, vertices=count)

    def release(self) -> None:
        for array in self._arrays.values():
            array.release()
        self._arrays.clear()
        self._indices.release()

    def _array(self, program: Program, *, as_points: bool) -> moderngl.VertexArray:
        key = (program, as_points)
        if key not in self._arrays:
            indices = None if as_points else self._indices
            self._arrays[key] = self._ctx.vertex_array(program.gl, [], index_buffer=indices)
        return self._arrays[key]
