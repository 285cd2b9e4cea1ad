"""The static grid whose vertices the shader displaces."""

import moderngl

from engine.render.unlocked import draw_triangles
from engine.surface import triangle_indices


def grid_size(picture_px: tuple[int, ...], subsample: int) -> tuple[int, int]:
    """Vertices (across, down) for a picture: one for every `subsample`-th pixel, at least two each way."""
    width, height = picture_px
    return max(2, round(width / subsample)), max(2, round(height / subsample))


class Grid:
    """Draws the grid, as triangles or as points, through a program that reads `gl_VertexID`."""

    def __init__(self, ctx: moderngl.Context, program: moderngl.Program) -> None:
        self._ctx = ctx
        self._points = ctx.vertex_array(program, [])
        self._program = program
        self._indices: moderngl.Buffer | None = None
        self._triangles: moderngl.VertexArray | None = None
        self._count = 0
        self.size = (0, 0)

    def resize(self, size: tuple[int, int]) -> None:
        """Make the grid `size` = (across, down) vertices."""
        if size == self.size:
            return
        self._release_triangles()
        indices = triangle_indices(*size)
        self._count = indices.size
        self._indices = self._ctx.buffer(indices)
        self._triangles = self._ctx.vertex_array(self._program, [], index_buffer=self._indices)
        self.size = size

    def draw(self, *, as_points: bool) -> None:
        if as_points:
            self._points.render(moderngl.POINTS, vertices=self.size[0] * self.size[1])
        elif self._triangles is not None:
            draw_triangles(self._triangles, self._count)

    def release(self) -> None:
        self._release_triangles()
        self._points.release()

    def _release_triangles(self) -> None:
        if self._triangles is not None and self._indices is not None:
            self._triangles.release()
            self._indices.release()
