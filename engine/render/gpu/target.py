"""Render targets."""

from collections.abc import Sequence
from typing import Literal

import moderngl

ColorType = Literal["f1", "nu2"]
"""How colors are kept: in 8 bits, or in 16 bits for films that have more than 8."""


class Target:
    """A framebuffer with its color `textures` and, if needed, a `depth` texture.

    `picture` is the framebuffer without the depth buffer, to read and copy: moderngl copies all attachments, and on a
    software renderer depth takes twice as long as color.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        size: tuple[int, int],
        *,
        components: int,
        dtype: str = "f1",
        also: Sequence[tuple[int, str]] = (),
        has_depth: bool = False,
    ) -> None:
        """`also`: components and types of further color textures."""
        self._ctx = ctx
        self._formats = [(components, dtype), *also]
        self._has_depth = has_depth
        self._allocate(size)

    @property
    def texture(self) -> moderngl.Texture:
        """The first of `textures`."""
        return self.textures[0]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        width, height = self.texture.size
        return width, height

    def resize(self, size: tuple[int, int]) -> None:
        """Make it `size` pixels. A new size clears the contents."""
        self.fit(size, self._formats[0][1])

    def fit(self, size: tuple[int, int], dtype: str) -> None:
        """Make it `size` pixels, and its first texture of type `dtype`; all others that have the same as that."""
        old = self._formats[0][1]
        if size != self.size or dtype != old:
            self.release()
            self._formats = [(components, dtype if kind == old else kind) for components, kind in self._formats]
            self._allocate(size)

    def use(self) -> None:
        """Bind it: draw here from now on."""
        self.framebuffer.use()

    def release(self) -> None:
        # after many calls moderngl binds the framebuffer in use again, which must not be a deleted one
        self._ctx.detect_framebuffer(0).use()
        if self.picture is not self.framebuffer:
            self.picture.release()
        self.framebuffer.release()
        for texture in self.textures:
            texture.release()
        if self.depth is not None:
            self.depth.release()

    def _allocate(self, size: tuple[int, int]) -> None:
        self.textures = [self._ctx.texture(size, components, dtype=dtype) for components, dtype in self._formats]
        for texture in self.textures:
            texture.repeat_x = texture.repeat_y = False
            if texture.dtype == "f4":
                texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
        self.depth = self._depth_texture(size) if self._has_depth else None
        self.framebuffer = self._ctx.framebuffer(self.textures, self.depth)
        self.picture = self._ctx.framebuffer(self.textures) if self._has_depth else self.framebuffer

    def _depth_texture(self, size: tuple[int, int]) -> moderngl.Texture:
        texture = self._ctx.depth_texture(size)
        texture.compare_func = ""  # read as a number, not compared
        texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
        return texture
