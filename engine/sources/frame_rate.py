"""How many frames come in a second."""

from collections import deque

WINDOW_S = 3.0
"""The rate is measured over this time."""


class FrameRate:
    """The rate over the last seconds."""

    def __init__(self) -> None:
        self._times_s: deque[float] = deque()
        self._last_s: float | None = None
        self._last_interval_s = 0.0

    def add(self, now_s: float) -> None:
        """Count a frame."""
        if self._last_s is not None:
            self._last_interval_s = now_s - self._last_s
        self._last_s = now_s
        self._times_s.append(now_s)
        self._forget(now_s)

    def per_s(self, now_s: float) -> float:
        """Return the frames per second."""
        self._forget(now_s)
        if len(self._times_s) < 2:
            return 0.0
        return (len(self._times_s) - 1) / max(now_s - self._times_s[0], 1e-3)

    @property
    def interval_s(self) -> float:
        """The time from one frame to the next, also where that is many seconds; 0 before the second one."""
        if len(self._times_s) < 2:
            return self._last_interval_s
        return (self._times_s[-1] - self._times_s[0]) / (len(self._times_s) - 1)

    def restart(self) -> None:
        """Forget all times, as for another source."""
        self._times_s.clear()
        self._last_s, self._last_interval_s = None, 0.0

    def _forget(self, now_s: float) -> None:
        while self._times_s and self._times_s[0] < now_s - WINDOW_S:
            self._times_s.popleft()
