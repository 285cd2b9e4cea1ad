"""What the program measures about itself: the overlay's figures and `--stats`."""

import sys
from collections import deque
from collections.abc import Iterable
from typing import Any

import numpy as np

_KEPT = 20_000  # newest samples that percentiles are taken of: eleven minutes at 30 per second


class Statistics:
    """Counts and times, from the moment the program was started."""

    def __init__(self, started_s: float) -> None:
        self._started_s = started_s
        self._frame_s: deque[float] = deque(maxlen=_KEPT)
        self._latency_s: deque[float] = deque(maxlen=_KEPT)
        self._first_depth_s: float | None = None
        self._newest_s = started_s
        self.ticks = 0
        """Loop turns since the first depth."""
        self.display_frames = 0
        """Pictures drawn since the first depth."""

    @property
    def has_depth(self) -> bool:
        return self._first_depth_s is not None

    def depth_shown(self, captured_s: float, now_s: float) -> None:
        """A depth frame, whose picture was captured at `captured_s`, is on the screen for the first time."""
        if self._first_depth_s is None:
            self._first_depth_s = now_s
        self._latency_s.append(now_s - captured_s)

    def drawn(self, duration_s: float) -> None:
        """A picture was drawn, which took `duration_s`."""
        self.display_frames += 1
        self._frame_s.append(duration_s)

    def ticked(self, now_s: float) -> None:
        """The loop has turned once more."""
        self.ticks += 1
        self._newest_s = now_s

    def report(self, *, depth_frames: int, dropped: int) -> dict[str, Any]:
        """All figures. Rates count from the first depth on; times are milliseconds."""
        first_s = self._first_depth_s
        running_s = self._newest_s - first_s if first_s is not None else 0.0
        return {
            "display_frames": self.display_frames,
            "depth_frames": depth_frames,
            "dropped": dropped,
            "ticks": self.ticks,
            "running_s": round(running_s, 3),
            "display_fps": _rate(self.display_frames, running_s),
            "depth_fps": _rate(depth_frames - 1, running_s),
            "frame_ms": _percentiles_ms(self._frame_s),
            "latency_ms": _percentiles_ms(self._latency_s),
            "first_depth_s": round(first_s - self._started_s, 3) if first_s is not None else None,
            "peak_rss_mb": round(peak_rss_mb(), 1),
        }


def peak_rss_mb() -> float:
    """The most memory this process has had, in units of 10⁶ bytes."""
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6  # Linux counts in KiB


def _rate(count: int, seconds: float) -> float:
    return round(max(count, 0) / seconds, 2) if seconds > 0 else 0.0


def _percentiles_ms(samples_s: Iterable[float]) -> dict[str, float | None]:
    values = np.fromiter(samples_s, np.float64) * 1e3
    if values.size == 0:
        return {"p50": None, "p99": None}
    p50, p99 = np.percentile(values, (50, 99))
    return {"p50": round(float(p50), 2), "p99": round(float(p99), 2)}
