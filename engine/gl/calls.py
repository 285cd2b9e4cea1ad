"""The slow GL calls of a software renderer, made without holding Python's lock.

moderngl holds the lock (GIL) during its calls, and a software renderer does most of its work in them: the depth thread
would stand still. Calls through ctypes release it. They act on the context that is current on the calling thread.
"""

import ctypes
from collections.abc import Callable
from typing import Any

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.errors import EngineError

_UNSIGNED_INT, _COLOR_BUFFER_BIT, _DEPTH_BUFFER_BIT = 0x1405, 0x4000, 0x0100
_NEAREST, _LINEAR = 0x2600, 0x2601
_READ_FRAMEBUFFER, _DRAW_FRAMEBUFFER = 0x8CA8, 0x8CA9
_TEXTURE_2D, _RGBA, _BGRA, _UNSIGNED_BYTE = 0x0DE1, 0x1908, 0x80E1, 0x1401
_INT, _ENUM, _POINTER = ctypes.c_int, ctypes.c_uint, ctypes.c_void_p
_SIGNATURES: dict[str, list[type]] = {
    "glFinish": [],
    "glDrawElements": [_ENUM, _INT, _ENUM, _POINTER],
    "glBindFramebuffer": [_ENUM, _ENUM],
    "glBlitFramebuffer": [*[_INT] * 8, _ENUM, _ENUM],
    "glReadPixels": [*[_INT] * 4, _ENUM, _ENUM, _POINTER],
    "glTexImage2D": [_ENUM, *[_INT] * 5, _ENUM, _ENUM, _POINTER],
    "glTexSubImage2D": [_ENUM, *[_INT] * 5, _ENUM, _ENUM, _POINTER],
}


def load_calls(ctx: moderngl.Context, address_of: Callable[[str], Any]) -> None:
    """Make the calls of this module possible in `ctx`; `address_of` finds a GL function while `ctx` is current.

    Raises EngineError if the driver lacks one of them.
    """
    calls = {}
    for name, arguments in _SIGNATURES.items():
        address = address_of(name)
        if not address:
            raise EngineError(f"the graphics driver has no {name}, which belongs to OpenGL 3.3. Update the driver.")
        calls[name] = ctypes.CFUNCTYPE(None, *arguments)(address)
    ctx.extra = calls


def _call(ctx: moderngl.Context, name: str, *values: Any) -> None:
    ctx.extra[name](*values)


def finish(ctx: moderngl.Context) -> None:
    """Wait until everything is drawn."""
    _call(ctx, "glFinish")


def copy_color(
    ctx: moderngl.Context, target: moderngl.Framebuffer, source: moderngl.Framebuffer, size: tuple[int, int],
    corner: tuple[int, int] = (0, 0),
) -> None:  # fmt: skip
    """Copy the colors of `source` to `size` pixels of `target`, stretched if the sizes differ.

    corner: where they begin, from the left and from below.
    """
    target.use()
    _call(ctx, "glBindFramebuffer", _READ_FRAMEBUFFER, source.glo)
    _call(ctx, "glBindFramebuffer", _DRAW_FRAMEBUFFER, target.glo)
    scaling = _NEAREST if size == source.size else _LINEAR
    area = *corner, corner[0] + size[0], corner[1] + size[1]
    _call(ctx, "glBlitFramebuffer", 0, 0, *source.size, *area, _COLOR_BUFFER_BIT, scaling)
    _call(ctx, "glBindFramebuffer", _READ_FRAMEBUFFER, target.glo)


def resolve(ctx: moderngl.Context, target: moderngl.Framebuffer, source: moderngl.Framebuffer) -> None:
    """Copy color and depth of `source`, which has several samples in each pixel, to `target` of the same size."""
    target.use()
    _call(ctx, "glBindFramebuffer", _READ_FRAMEBUFFER, source.glo)
    both = _COLOR_BUFFER_BIT | _DEPTH_BUFFER_BIT
    _call(ctx, "glBlitFramebuffer", 0, 0, *source.size, 0, 0, *target.size, both, _NEAREST)
    _call(ctx, "glBindFramebuffer", _READ_FRAMEBUFFER, target.glo)


def copy_upside_down(ctx: moderngl.Context, target: moderngl.Framebuffer, source: moderngl.Framebuffer) -> None:
    """Copy the colors of `source`, whose first row is the top one, to the lower left corner of `target`."""
    width, height = source.size
    target.use()
    _call(ctx, "glBindFramebuffer", _READ_FRAMEBUFFER, source.glo)
    _call(ctx, "glBlitFramebuffer", 0, 0, width, height, 0, height, width, 0, _COLOR_BUFFER_BIT, _NEAREST)
    _call(ctx, "glBindFramebuffer", _READ_FRAMEBUFFER, target.glo)


def read_bgra(
    ctx: moderngl.Context, source: moderngl.Framebuffer, pixels: NDArray[np.uint8], corner: tuple[int, int] = (0, 0)
) -> None:
    """Read colors of `source` into `pixels` (H, W, 4), bottom row first, starting at `corner` (left, bottom)."""
    height, width = pixels.shape[:2]
    source.use()
    _call(ctx, "glReadPixels", *corner, width, height, _BGRA, _UNSIGNED_BYTE, pixels.ctypes.data)


def allocate_bgra(ctx: moderngl.Context, texture: moderngl.Texture) -> None:
    """Allocate the memory of `texture` again, in BGRA order as a window has it."""
    texture.use(0)
    # RGBA without bit depths: with them, the driver would ignore the order that is asked for
    _call(ctx, "glTexImage2D", _TEXTURE_2D, 0, _RGBA, *texture.size, 0, _BGRA, _UNSIGNED_BYTE, None)


def write_bgra(ctx: moderngl.Context, texture: moderngl.Texture, pixels: NDArray[np.uint8]) -> None:
    """Fill `texture` with `pixels` (H, W, 4), contiguous, in BGRA order."""
    texture.use(0)
    _call(
        ctx, "glTexSubImage2D", _TEXTURE_2D, 0, 0, 0, *texture.size, _BGRA, _UNSIGNED_BYTE, pixels.ctypes.data
    )  # fmt: skip


def draw_triangles(ctx: moderngl.Context, array: moderngl.VertexArray, count: int) -> None:
    """Draw `count` indices of `array`, which has an index buffer of 32-bit numbers."""
    array.render(moderngl.TRIANGLES, vertices=3)  # one triangle binds program and array
    _call(ctx, "glDrawElements", moderngl.TRIANGLES, count, _UNSIGNED_INT, None)
