"""An OpenGL context without a window."""

import sys
from typing import Any

import moderngl

from engine.errors import EngineError


def headless_context() -> moderngl.Context:
    """A context that draws into memory: EGL on Linux, where no display is needed, else the system's own.

    Raises EngineError, saying what to install, if the machine has no OpenGL 3.3.
    """
    options: dict[str, Any] = {"backend": "egl"} if sys.platform.startswith("linux") else {}
    try:
        return moderngl.create_context(require=330, standalone=True, **options)
    except Exception as error:  # the loader raises bare Exception
        raise EngineError(
            f"OpenGL 3.3 is not available here ({error}). On Debian and Ubuntu: apt install libegl1 libgl1; "
            "elsewhere update the graphics driver."
        ) from error
