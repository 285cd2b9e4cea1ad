"""The GL calls that take long on a software renderer, made so that Python's other threads run meanwhile.

moderngl keeps Python's lock during its calls, and a software renderer does most of its work in them: the depth thread
would stand still for that time. Calls through ctypes give the lock away. Both functions are of OpenGL 1.1, which every
platform's library exports, and act on the context that is current on the calling thread.
"""

import ctypes
import sys
from functools import cache

import moderngl

_LIBRARIES = {
    "win32": "opengl32",
    "darwin": "/System/Library/Frameworks/OpenGL.framework/OpenGL",
}
_UNSIGNED_INT = 0x1405


@cache
def _library() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(_LIBRARIES.get(sys.platform, "libGL.so.1"))
        library.glFinish.argtypes = []
        library.glDrawElements.argtypes = [ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_void_p]
        library.glFinish.restype = library.glDrawElements.restype = None
    except (OSError, AttributeError):
        return None
    return library


def finish(ctx: moderngl.Context) -> None:
    """Wait until everything is drawn."""
    library = _library()
    if library is None:
        ctx.finish()
    else:
        library.glFinish()


def draw_triangles(array: moderngl.VertexArray, count: int) -> None:
    """Draw `count` indices of `array`, which has an index buffer of 32-bit numbers."""
    library = _library()
    if library is None:
        array.render(moderngl.TRIANGLES)
        return
    array.render(moderngl.TRIANGLES, vertices=3)  # one triangle, to have program and array bound
    library.glDrawElements(moderngl.TRIANGLES, count, _UNSIGNED_INT, None)
