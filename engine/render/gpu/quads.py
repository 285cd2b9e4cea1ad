"""Cells of the grid as numbered quads."""

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.gl.calls import draw_triangles
from engine.render.gpu.shaders import Program

_TRIANGLES = np.array([2, 3, 0, 3, 1, 0], np.uint32)
"""Corners of a quad: top left, top right, bottom left, bottom right. Both triangles end with the first, the provoking
vertex."""


class Quads:
    """Quads drawn in one go: programs read the number of a quad (`in_cell`), and its corner from `gl_VertexID`.

    As instances they would take a software renderer a fifth longer: it starts anew for each one.
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._numbers, self._indices = (ctx.buffer(reserve=24, dynamic=True) for _ in range(2))
        self._arrays: dict[Program, moderngl.VertexArray] = {}
        self._most = 0
        self.count = 0

    def write(self, numbers: NDArray[np.integer]) -> None:
        values = np.repeat(numbers.astype(np.int32), 4)
        self.count = numbers.size
        if self.count > self._most:
            self._most = self.count
            self._numbers.orphan(values.nbytes)
            indices = (np.arange(0, values.size, 4, dtype=np.uint32)[:, None] + _TRIANGLES).ravel()
            self._indices.orphan(indices.nbytes)
            self._indices.write(indices)
        if self.count:
            self._numbers.write(values)

    def draw(self, program: Program) -> None:
        """Draw the quads with `program`, which places their corners."""
        if program not in self._arrays:
            content = [(self._numbers, "1i", "in_cell")]
            self._arrays[program] = self._ctx.vertex_array(program.gl, content, index_buffer=self._indices)
        if self.count:
            draw_triangles(self._ctx, self._arrays[program], 6 * self.count)

    def release(self) -> None:
        for array in self._arrays.values():
            array.release()
        self._arrays.clear()
        self._numbers.release()
        self._indices.release()
