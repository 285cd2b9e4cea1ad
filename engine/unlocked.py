"""The GL calls that take long on a software renderer, made so that Python's other threads run meanwhile.

moderngl keeps Python's lock during its calls, and a software renderer does most of its work in them: the depth thread
would stand still for that time. Calls through ctypes give the lock away. They act on the context that is current on the
calling thread. Where a library does not export a function, moderngl makes the call.
"""

import ctypes
import sys
from collections.abc import Callable
from functools import cache

import moderngl

_LIBRARIES = {
    "win32": "opengl32",
    "darwin": "/System/Library/Frameworks/OpenGL.framework/OpenGL",
}
_UNSIGNED_INT, _COLOR_BUFFER_BIT = 0x1405, 0x4000
_NEAREST, _LINEAR = 0x2600, 0x2601
_READ_FRAMEBUFFER, _DRAW_FRAMEBUFFER = 0x8CA8, 0x8CA9
_INT, _ENUM = ctypes.c_int, ctypes.c_uint
_SIGNATURES: dict[str, list[type]] = {
    "glFinish": [],
    "glDrawElements": [_ENUM, _INT, _ENUM, ctypes.c_void_p],
    "glBindFramebuffer": [_ENUM, _ENUM],
    "glBlitFramebuffer": [*[_INT] * 8, _ENUM, _ENUM],
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


def finish(ctx: moderngl.Context) -> None:
    """Wait until everything is drawn."""
    (_call("glFinish") or ctx.finish)()


def can_stretch() -> bool:
    """Whether `copy_colour` can copy to another size."""
    return _call("glBindFramebuffer") is not None and _call("glBlitFramebuffer") is not None


def copy_colour(
    ctx: moderngl.Context, target: moderngl.Framebuffer, source: moderngl.Framebuffer, size: tuple[int, int]
) -> None:
    """Copy the colours of `source` to `size` pixels of `target`, from its lower left corner."""
    bind, blit = _call("glBindFramebuffer"), _call("glBlitFramebuffer")
    if bind is None or blit is None:
        ctx.copy_framebuffer(target, source)
        return
    target.use()
    bind(_READ_FRAMEBUFFER, source.glo)
    bind(_DRAW_FRAMEBUFFER, target.glo)
    blit(0, 0, *source.size, 0, 0, *size, _COLOR_BUFFER_BIT, _NEAREST if size == source.size else _LINEAR)
    bind(_READ_FRAMEBUFFER, target.glo)


def draw_triangles(array: moderngl.VertexArray, count: int) -> None:
    """Draw `count` indices of `array`, which has an index buffer of 32-bit numbers."""
    draw = _call("glDrawElements")
    if draw is None:
        array.render(moderngl.TRIANGLES, vertices=count)
        return
    array.render(moderngl.TRIANGLES, vertices=3)  # one triangle, to have program and array bound
    draw(moderngl.TRIANGLES, count, _UNSIGNED_INT, None)
