"""A fragment shader over selected tiles of a target."""

from collections.abc import Mapping
from typing import Any

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.render.gpu.quads import Quads
from engine.render.gpu.shaders import Program
from engine.render.gpu.target import Target


class TilePass:
    """A fragment shader that runs once per pixel of selected tiles."""

    def __init__(
        self, ctx: moderngl.Context, fragment: str, tile: int, *, defines: Mapping[str, int] | None = None
    ) -> None:
        """`fragment`: a shader file; `tile`: side of a tile in pixels. Raises ShaderError if it does not compile."""
        self._ctx, self._tile = ctx, tile
        self._program = Program(ctx, "tiles.vert", fragment, defines=defines)
        self._quads = Quads(ctx, "in_tile")

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

        Elsewhere red becomes −1, or 0 in unsigned formats, unless the target `keeps_rest`.
        """
        target.use()
        if tiles is not None and not keeps_rest:
            target.framebuffer.clear(-1.0)
        tile = max(target.size) if tiles is None else self._tile
        self._quads.write(np.zeros(1, np.int32) if tiles is None else np.flatnonzero(tiles))
        for unit, (name, texture) in enumerate(textures.items()):
            texture.use(unit)
            uniforms[name] = unit
        self._program.set(target_size=target.size, tile=tile, **uniforms)
        self._ctx.enable_only(moderngl.NOTHING)
        self._quads.draw(self._program)

    def release(self) -> None:
        self._quads.release()
        self._program.release()
