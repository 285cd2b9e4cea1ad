"""How the C library hands out memory for the maps between the layers of a network."""

import ctypes
import sys

# Parameters of mallopt(3)
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -2, -3, -8
_LARGEST = 2**31 - 1


def keep_freed_memory() -> bool:
    """Let the process keep the memory it frees, instead of giving it back and faulting it in again page by page.

    A network allocates and frees the same megabytes at every frame, and a tenth to a third of the time would go into
    page faults. Threads that begin after the call share one heap. True if the C library could be told so (glibc).
    """
    if sys.platform != "linux":
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    settings = {_MMAP_THRESHOLD: _LARGEST, _TRIM_THRESHOLD: _LARGEST, _TOP_PAD: 1 << 28, _ARENA_MAX: 1}
    accepted = [mallopt(name, value) for name, value in settings.items()]
    return all(accepted)
