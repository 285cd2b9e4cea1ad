"""A fragment shader over a whole target."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import moderngl

from engine.paths import SHADERS_DIR
from engine.render.gpu.shaders import Program
from engine.render.gpu.target import Target


class FullscreenPass:
    """A fragment shader that runs once per pixel of its target."""

    def __init__(
        self,
        ctx: moderngl.Context,
        fragment: str,
        *,
        folder: Path = SHADERS_DIR,
        defines: Mapping[str, int] | None = None,
    ) -> None:
        """`fragment`: a shader file in `folder`. Raises ShaderError if it does not compile."""
        self._ctx = ctx
        self._program = Program(ctx, "fullscreen.vert", fragment, folder=folder, defines=defines)
        self._triangle = ctx.vertex_array(self._program.gl, [])

    def run(
        self,
        target: Target,
        textures: Mapping[str, moderngl.Texture],
        *,
        area: tuple[int, int, int, int] | None = None,
        **uniforms: Any,
    ) -> None:
        """Fill `target`, or an `area` of it (left, bottom, width, height).

        Textures and uniforms are bound by their names, without the `u_` of the shader.
        """
        target.use()
        if area is not None:
            target.framebuffer.viewport = area
        for unit, (name, texture) in enumerate(textures.items()):
            texture.use(unit)
            uniforms[name] = unit
        self._program.set(**uniforms)
        self._ctx.enable_only(moderngl.NOTHING)
        self._triangle.render(moderngl.TRIANGLES, vertices=3)
        if area is not None:
            target.framebuffer.viewport = (0, 0, *target.size)

    def release(self) -> None:
        self._triangle.release()
        self._program.release()
