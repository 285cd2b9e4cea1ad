"""The GL calls that take long on a software renderer, made so that Python's other threads run meanwhile.

moderngl keeps Python's lock during its calls, and a software renderer does most of its work in them: the depth thread
would stand still for that time. Calls through ctypes give the lock away. They act on the context that is current on the
calling thread. Where a library does not export a function, moderngl makes the call.
"""

import ctypes
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import moderngl
import numpy as np
from numpy.typing import NDArray

_LIBRARIES = {
    "win32": "opengl32",
    "darwin": "/System/Library/Frameworks/OpenGL.framework/OpenGL",
}
_UNSIGNED_INT, _COLOR_BUFFER_BIT = 0x1405, 0x4000
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


@cache
def _call(name: str) -> Callable[..., None] | None:
    """A function of OpenGL; None if the platform's library does not export it."""
    try:
        function = getattr(ctypes.CDLL(_LIBRARIES.get(sys.platform, "libGL.so.1")), name)
    except (OSError, AttributeError):
        return None
    function.argtypes, function.restype = _SIGNATURES[name], None
    called: Callable[..., None] = function
    return called


def _called(name: str, *values: Any) -> None:
    """Call a function that `can_stretch` has found."""
    function = _call(name)
    assert function is not None, name
    function(*values)


def finish(ctx: moderngl.Context) -> None:
    """Wait until everything is drawn."""
    (_call("glFinish") or ctx.finish)()


def can_stretch() -> bool:
    """Whether `copy_color` can copy to another size, and the calls for bytes are there."""
    return _call("glBindFramebuffer") is not None and _call("glBlitFramebuffer") is not None


def copy_color(
    ctx: moderngl.Context, target: moderngl.Framebuffer, source: moderngl.Framebuffer, size: tuple[int, int]
) -> None:
    """Copy the colors of `source` to `size` pixels of `target`, from its lower left corner."""
    bind, blit = _call("glBindFramebuffer"), _call("glBlitFramebuffer")
    if bind is None or blit is None:
        ctx.copy_framebuffer(target, source)
        return
    target.use()
    bind(_READ_FRAMEBUFFER, source.glo)
    bind(_DRAW_FRAMEBUFFER, target.glo)
    blit(0, 0, *source.size, 0, 0, *size, _COLOR_BUFFER_BIT, _NEAREST if size == source.size else _LINEAR)
    bind(_READ_FRAMEBUFFER, target.glo)


def copy_upside_down(target: moderngl.Framebuffer, source: moderngl.Framebuffer) -> None:
    """Copy the colors of `source`, whose first row is the uppermost, to the lower left corner of `target`."""
    width, height = source.size
    target.use()
    _called("glBindFramebuffer", _READ_FRAMEBUFFER, source.glo)
    _called("glBlitFramebuffer", 0, 0, width, height, 0, height, width, 0, _COLOR_BUFFER_BIT, _NEAREST)
    _called("glBindFramebuffer", _READ_FRAMEBUFFER, target.glo)


def read_bgra(source: moderngl.Framebuffer, pixels: NDArray[np.uint8], corner: tuple[int, int] = (0, 0)) -> None:
    """Read colors of `source` into `pixels` (H, W, 4), from `corner` (left, bottom) on, the lowest row first."""
    height, width = pixels.shape[:2]
    source.use()
    _called("glReadPixels", *corner, width, height, _BGRA, _UNSIGNED_BYTE, pixels.ctypes.data)


def allocate_bgra(texture: moderngl.Texture) -> None:
    """Give `texture` new memory, of a size as before, with blue first: the order of what a window shows."""
    texture.use(0)
    # RGBA without a size: with one, the driver would not look at the order that is asked for
    _called("glTexImage2D", _TEXTURE_2D, 0, _RGBA, *texture.size, 0, _BGRA, _UNSIGNED_BYTE, None)


def write_bgra(texture: moderngl.Texture, pixels: NDArray[np.uint8]) -> None:
    """Fill `texture` with `pixels` (H, W, 4), contiguous, blue first."""
    texture.use(0)
    _called("glTexSubImage2D", _TEXTURE_2D, 0, 0, 0, *texture.size, _BGRA, _UNSIGNED_BYTE, pixels.ctypes.data)


def draw_triangles(array: moderngl.VertexArray, count: int) -> None:
    """Draw `count` indices of `array`, which has an index buffer of 32-bit numbers."""
    draw = _call("glDrawElements")
    if draw is None:
        array.render(moderngl.TRIANGLES, vertices=count)
        return
    array.render(moderngl.TRIANGLES, vertices=3)  # one triangle, to have program and array bound
    draw(moderngl.TRIANGLES, count, _UNSIGNED_INT, None)
