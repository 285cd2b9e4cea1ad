"""A fragment shader over selected tiles of a target."""

from collections.abc import Mapping
from typing import Any

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.render.gpu.shaders import Program
from engine.render.gpu.target import Target


class TilePass:
    """A fragment shader that runs once per pixel of selected tiles.

    Tiles are points. A software renderer shades blocks of 4x4 pixels, and those on the diagonal of two triangles twice.
    """

    def __init__(
        self, ctx: moderngl.Context, fragment: str, tile: int, *, defines: Mapping[str, int] | None = None
    ) -> None:
        """`fragment`: a shader file; `tile`: side of a tile in pixels."""
        self._ctx, self._fragment, self._tile, self._defines = ctx, fragment, tile, defines
        self._numbers = ctx.buffer(reserve=4, dynamic=True)
        self._made: dict[bool, tuple[Program, moderngl.VertexArray]] = {}  # by whether they fill all of the target

    def run(
        self,
        target: Target,
        tiles: NDArray[np.bool_] | None,
        textures: Mapping[str, moderngl.Texture],
        *,
        keeps_rest: bool = False,
        **uniforms: Any,
    ) -> None:
        """Fill the selected `tiles` (rows, columns) of `target`; None: all of it.

        Elsewhere red becomes −1, or 0 in unsigned formats, unless the target `keeps_rest`. Tiles that reach beyond the
        target lie inside instead, over a part of those beside them. Raises ShaderError if the shader does not compile.
        """
        program, array = self._program(fills_all=tiles is None)
        target.use()
        for unit, (name, texture) in enumerate(textures.items()):
            texture.use(unit)
            uniforms[name] = unit
        program.set(**uniforms)
        program.set_declared(target_size=target.size, tile=self._tile)
        if tiles is None:
            self._ctx.enable_only(moderngl.NOTHING)
            array.render(moderngl.TRIANGLES, vertices=3)
            return
        if not keeps_rest:
            target.framebuffer.clear(-1.0)
        numbers = np.flatnonzero(tiles).astype(np.int32)
        if numbers.size:
            self._numbers.orphan(max(numbers.nbytes, self._numbers.size))
            self._numbers.write(numbers)
            self._ctx.enable_only(moderngl.PROGRAM_POINT_SIZE)
            array.render(moderngl.POINTS, vertices=numbers.size)

    def release(self) -> None:
        for program, array in self._made.values():
            array.release()
            program.release()
        self._numbers.release()

    def _program(self, *, fills_all: bool) -> tuple[Program, moderngl.VertexArray]:
        if fills_all not in self._made:
            vertex = "fullscreen.vert" if fills_all else "tiles.vert"
            program = Program(self._ctx, vertex, self._fragment, defines=self._defines)
            content = [] if fills_all else [(self._numbers, "1i", "in_tile")]
            self._made[fills_all] = program, self._ctx.vertex_array(program.gl, content)
        return self._made[fills_all]
