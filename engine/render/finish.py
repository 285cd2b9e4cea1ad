"""Waiting for the renderer without stopping Python's other threads."""

import ctypes
import sys
from collections.abc import Callable

_LIBRARIES = {
    "win32": "opengl32",
    "darwin": "/System/Library/Frameworks/OpenGL.framework/OpenGL",
}


def make_finish(fallback: Callable[[], None]) -> Callable[[], None]:
    """A function that waits until everything is drawn, for the context that is current on the calling thread.

    moderngl's own, the `fallback`, keeps Python's lock meanwhile. With a software renderer that is most of the time,
    and the depth thread would stand still; a call through ctypes gives the lock away.
    """
    try:
        finish = ctypes.CDLL(_LIBRARIES.get(sys.platform, "libGL.so.1")).glFinish
    except (OSError, AttributeError):
        return fallback
    finish.restype, finish.argtypes = None, []
    waiting: Callable[[], None] = finish
    return waiting
