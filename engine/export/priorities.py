"""The priorities of the program's threads, which encoders must not change."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_THREADS = "/proc/self/task"


@contextmanager
def kept_priorities() -> Iterator[None]:
    """Undo changes of priority that are made in the block, to the calling thread and to threads that begin in it.

    SVT-AV1 gives real-time priority to itself and to the thread that opens it, if root runs the program. The processes
    that such a thread starts inherit it, and keep everything else on the machine waiting. Linux only.
    """
    if not os.path.isdir(_THREADS):
        yield
        return
    before = {thread: os.sched_getscheduler(int(thread)) for thread in os.listdir(_THREADS)}
    own, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        for thread in os.listdir(_THREADS):
            with suppress(ProcessLookupError):  # it has ended
                if os.sched_getscheduler(int(thread)) != before.get(thread, own):
                    os.sched_setscheduler(int(thread), own, parameters)
