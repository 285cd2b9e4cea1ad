"""An OpenGL context without a window, and what draws in a context."""

import sys

import glcontext
import moderngl

from engine.errors import EngineError
from engine.gl.calls import load_calls

_SOFTWARE_RENDERERS = ("llvmpipe", "softpipe", "swrast", "swiftshader", "gdi generic", "software")


def headless_context() -> moderngl.Context:
    """Return a context that draws into memory: EGL on Linux, where no display is needed, else the system's own.

    Raises EngineError, saying what to install, if the machine has no OpenGL 3.3.
    """
    is_linux = sys.platform.startswith("linux")
    try:
        create = glcontext.get_backend_by_name("egl") if is_linux else glcontext.default_backend()
        native = create(mode="standalone", glversion=330)
        ctx = moderngl.create_context(require=330, standalone=True, context=native)
    except Exception as error:  # the loader raises bare Exception
        raise EngineError(
            f"OpenGL 3.3 is not available here ({error}). On Debian and Ubuntu: apt install libegl1 libgl1; "
            "elsewhere update the graphics driver."
        ) from error
    load_calls(ctx, native.load_opengl_function)
    return ctx


def is_software(ctx: moderngl.Context) -> bool:
    """Return whether the processor draws: `ctx` has no GPU behind it."""
    renderer = ctx.info["GL_RENDERER"].lower()
    return any(name in renderer for name in _SOFTWARE_RENDERERS)
