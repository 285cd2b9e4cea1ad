"""Work that gives way: the lowest priority, and pauses while other programs need the processor. Linux only."""

import os
import time
from collections.abc import Callable
from pathlib import Path

LOOK_EVERY_S = 5.0
_ORDINARY = (0, 2, 5, 6, 7)
"""Of the columns of /proc/stat: user, system, irq, softirq, steal. Work of low priority is in another one."""


def lower_priority() -> None:
    """Let this process run only where no other wants to."""
    os.nice(19)
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


class Load:
    """How much of all cores programs of ordinary priority use."""

    def __init__(self, path: Path = Path("/proc/stat")) -> None:
        self._path = path
        self._before = self._read()

    def share(self) -> float:
        """0 … 1, since the last call."""
        now = self._read()
        past = [b - a for a, b in zip(self._before, now, strict=True)]
        self._before = now
        return sum(past[i] for i in _ORDINARY) / max(1, sum(past))

    def _read(self) -> list[int]:
        return [int(ticks) for ticks in self._path.read_text().split("\n", 1)[0].split()[1:9]]


class Pause:
    """Waits while more than `above` (0 … 1) of the cores is used by others; call it between small pieces of work."""

    def __init__(
        self, above: float, is_over: Callable[[], bool], *,
        load: Callable[[], float] | None = None, clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self._above = above
        self._is_over = is_over
        self._load = load or Load().share
        self._clock, self._sleep = clock, sleep
        self._looked = clock()
        self.paused_s = 0.0

    def goes_on(self) -> bool:
        """Return whether to go on, at once or when the others have become quiet; False when asked to end."""
        while not self._is_over():
            now = self._clock()
            if now - self._looked < LOOK_EVERY_S:
                return True
            self._looked = now
            if self._load() <= self._above:
                return True
            self._sleep(LOOK_EVERY_S)
            self.paused_s += LOOK_EVERY_S
        return False
