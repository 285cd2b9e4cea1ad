"""The static grid whose vertices the shader displaces."""

import moderngl

from engine.render.shaders import Program
from engine.surface import triangle_indices
from engine.unlocked import draw_triangles


def grid_size(picture_px: tuple[int, ...], subsample: int) -> tuple[int, int]:
    """Vertices (across, down) for a picture: one for every `subsample`-th pixel, at least two each way."""
    width, height = picture_px
    return max(2, round(width / subsample)), max(2, round(height / subsample))


class Grid:
    """Draws the grid, as triangles or as points, through programs that read `gl_VertexID`."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._indices: moderngl.Buffer | None = None
        self._arrays: dict[tuple[Program, bool], moderngl.VertexArray] = {}
        self.size = (0, 0)

    def resize(self, size: tuple[int, int]) -> None:
        """Make the grid `size` = (across, down) vertices."""
        if size == self.size:
            return
        self.release()
        self._indices = self._ctx.buffer(triangle_indices(*size))
        self.size = size

    def draw(self, program: Program, *, as_points: bool) -> None:
        """Draw it; what is drawn at a vertex is up to `program`."""
        array = self._array(program, as_points)
        if as_points:
            array.render(moderngl.POINTS, vertices=self.size[0] * self.size[1])
        elif self._indices is not None:
            draw_triangles(array, self._indices.size // 4)

    def release(self) -> None:
        for array in self._arrays.values():
            array.release()
        self._arrays.clear()
        if self._indices is not None:
            self._indices.release()
            self._indices = None
        self.size = (0, 0)

    def _array(self, program: Program, as_points: bool) -> moderngl.VertexArray:
        key = (program, as_points)
        if key not in self._arrays:
            indices = None if as_points else self._indices
            self._arrays[key] = self._ctx.vertex_array(program.gl, [], index_buffer=indices)
        return self._arrays[key]
