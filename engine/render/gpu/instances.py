"""Per-instance numbers, such as those of cells or tiles."""

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.render.gpu.shaders import Program


class Instances:
    """A buffer of per-instance numbers that grows as needed."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._buffer = ctx.buffer(reserve=4, dynamic=True)
        self.count = 0

    def write(self, numbers: NDArray[np.integer]) -> None:
        values = np.ascontiguousarray(numbers, np.int32)
        self.count = values.size
        if values.nbytes > self._buffer.size:
            self._buffer.orphan(values.nbytes)
        if self.count:
            self._buffer.write(values)

    def array(self, program: Program, name: str) -> moderngl.VertexArray:
        """Return a vertex array for `program` that passes each instance its number as the input `name`."""
        return self._ctx.vertex_array(program.gl, [(self._buffer, "1i/i", name)])

    def release(self) -> None:
        self._buffer.release()
