"""Settings of the C library's memory allocator, for the feature maps between the layers of a network."""

import ctypes
import sys
from collections.abc import Callable

# Parameters of mallopt(3)
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -2, -3, -8
_LARGEST = 2**31 - 1


def keep_freed_memory() -> bool:
    """Let the process keep the memory it frees, instead of returning it and faulting it in again page by page.

    A network allocates and frees the same megabytes at every frame. Without this, page faults take a tenth to a third
    of its time. Threads that start after the call share one heap. Returns whether the C library supports it (glibc).

    Changes the whole process, so only a program may call it when it starts, never a library function.
    """
    mallopt = _function("mallopt")
    if mallopt is None:
        return False
    settings = {_MMAP_THRESHOLD: _LARGEST, _TRIM_THRESHOLD: _LARGEST, _TOP_PAD: 1 << 28, _ARENA_MAX: 1}
    accepted = [mallopt(name, value) for name, value in settings.items()]
    return all(accepted)


def return_freed_memory() -> None:
    """Return kept memory to the system. Call it when sizes change, or blocks of the old sizes stay unused."""
    malloc_trim = _function("malloc_trim")
    if malloc_trim is not None:
        malloc_trim(0)


def _function(name: str) -> Callable[..., int] | None:
    """Return a function of glibc; None where the C library is a different one."""
    if sys.platform != "linux":
        return None
    try:
        function: Callable[..., int] = getattr(ctypes.CDLL(None), name)
    except (OSError, AttributeError):
        return None
    return function
