"""Time as an argument: a clock that runs, and one that is advanced by hand."""

import time
from typing import Protocol

SLICE_S = 0.05
"""The longest sleep of a loop that has to notice when it is stopped or its controls are used."""


class Clock(Protocol):
    """Tells the time in seconds, and waits."""

    def now_s(self) -> float: ...

    def sleep_until(self, time_s: float) -> None: ...


class RealClock:
    """The monotonic clock of the machine, for live viewing."""

    def now_s(self) -> float:
        return time.monotonic()

    def sleep_until(self, time_s: float) -> None:
        wait_s = time_s - time.monotonic()
        if wait_s > 0:
            time.sleep(wait_s)


class FixedClock:
    """A clock that only moves when it is told to sleep, for recordings and tests."""

    def __init__(self, start_s: float = 0.0) -> None:
        self._now_s = start_s

    def now_s(self) -> float:
        return self._now_s

    def sleep_until(self, time_s: float) -> None:
        self._now_s = max(self._now_s, time_s)


class Ticker:
    """Paces a loop at `fps`. Missed ticks are skipped: after a delay, at most one follows immediately."""

    def __init__(self, clock: Clock, fps: float) -> None:
        self._clock = clock
        self._period_s = 1 / fps
        self._next_s = clock.now_s()

    def wait(self) -> float:
        """Sleep until the next tick and return the time in seconds."""
        self._clock.sleep_until(self._next_s)
        now_s = self._clock.now_s()
        self._next_s = max(self._next_s, now_s - self._period_s) + self._period_s
        return now_s
