"""Rates, latency and counts: the overlay's figures and what `--stats` writes."""

import sys
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Literal

import numpy as np

_KEPT = 20_000  # newest samples that percentiles are taken of: eleven minutes at 30 per second
_RECENT_S = 3.0  # what the overlay's figures are taken of

_Stage = Literal["depth", "display"]


@dataclass(frozen=True, slots=True)
class _Sample:
    at_s: float
    stage: _Stage
    duration_s: float
    latency_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast each stage is, over the newest seconds."""

    display_fps: float = 0.0
    depth_fps: float = 0.0
    source_fps: float = 0.0
    display_ms: float = 0.0
    depth_ms: float = 0.0
    latency_ms: float = 0.0
    dropped: int = 0
    display_history_ms: tuple[float, ...] = ()
    latency_history_ms: tuple[float, ...] = ()


class Statistics:
    """Counts and times since the program was started."""

    def __init__(self, started_s: float) -> None:
        self._started_s = started_s
        self._frame_s: deque[float] = deque(maxlen=_KEPT)
        self._latency_s: deque[float] = deque(maxlen=_KEPT)
        self._first_depth_s: float | None = None
        self._newest_s = started_s
        self._recent: deque[_Sample] = deque()
        self._first_picture_s: float | None = None
        self.ticks = 0
        """Loop iterations since the first depth."""
        self.display_frames = 0
        """Frames drawn since the first depth."""

    @property
    def has_picture(self) -> bool:
        """Whether the window has shown anything yet."""
        return self._first_picture_s is not None

    @property
    def has_depth(self) -> bool:
        return self._first_depth_s is not None

    def depth_shown(self, captured_s: float, computed_s: float, now_s: float) -> None:
        """Record that a depth frame is on screen for the first time.

        Its frame was captured at `captured_s`, and its depth took `computed_s` seconds.
        """
        if self._first_depth_s is None:
            self._first_depth_s = now_s
        self._latency_s.append(now_s - captured_s)
        self._remember(_Sample(now_s, "depth", computed_s, now_s - captured_s))

    def drawn(self, duration_s: float, now_s: float) -> None:
        """Record a drawn frame, which took `duration_s`."""
        self.display_frames += 1
        self._frame_s.append(duration_s)
        self._remember(_Sample(now_s, "display", duration_s))

    def ticked(self, now_s: float) -> None:
        """Record an iteration of the loop."""
        self.ticks += 1
        self._newest_s = now_s

    def presented(self, now_s: float) -> None:
        """Record that the window shows something, with or without a scene."""
        if self._first_picture_s is None:
            self._first_picture_s = now_s

    def depth_fps(self, now_s: float) -> float:
        """Return the depth maps shown per second."""
        return _rate_of(self._samples("depth", now_s))

    def display_ms(self, now_s: float) -> float:
        """Return how long drawing takes."""
        return _median_ms(sample.duration_s for sample in self._samples("display", now_s))

    def rates(self, now_s: float, *, source_fps: float, dropped: int) -> Rates:
        """Return how fast each stage is now. The source's rate and drops are counted elsewhere."""
        shown, drawn = self._samples("depth", now_s), self._samples("display", now_s)
        return Rates(
            display_fps=_rate_of(drawn),
            depth_fps=_rate_of(shown),
            source_fps=source_fps,
            display_ms=_median_ms(sample.duration_s for sample in drawn),
            depth_ms=_median_ms(sample.duration_s for sample in shown),
            latency_ms=_median_ms(sample.latency_s for sample in shown),
            dropped=dropped,
            display_history_ms=tuple(sample.duration_s * 1e3 for sample in drawn),
            latency_history_ms=tuple(sample.latency_s * 1e3 for sample in shown),
        )

    def _remember(self, sample: "_Sample") -> None:
        self._recent.append(sample)
        self._forget_old(sample.at_s)

    def _forget_old(self, now_s: float) -> None:
        while self._recent and now_s - self._recent[0].at_s > _RECENT_S:
            self._recent.popleft()

    def _samples(self, stage: _Stage, now_s: float) -> list[_Sample]:
        """Return the samples of the newest seconds."""
        self._forget_old(now_s)
        return [sample for sample in self._recent if sample.stage == stage]

    def _since_start(self, time_s: float | None) -> float | None:
        return None if time_s is None else round(time_s - self._started_s, 3)

    def report(self, *, depth_frames: int, dropped: int) -> dict[str, Any]:
        """Return all figures. Rates count from the first depth; times are in milliseconds."""
        first_s = self._first_depth_s
        running_s = self._newest_s - first_s if first_s is not None else 0.0
        return {
            "display_frames": self.display_frames,
            "depth_frames": depth_frames,
            "dropped": dropped,
            "ticks": self.ticks,
            "running_s": round(running_s, 3),
            "display_fps": _rate(self.display_frames - 1, running_s),
            "depth_fps": _rate(depth_frames - 1, running_s),
            "frame_ms": _percentiles_ms(self._frame_s),
            "latency_ms": _percentiles_ms(self._latency_s),
            "first_picture_s": self._since_start(self._first_picture_s),
            "first_depth_s": self._since_start(first_s),
            "peak_rss_mb": round(peak_rss_mb(), 1),
        }


def peak_rss_mb() -> float:
    """Return the peak memory of this process in units of 10⁶ bytes."""
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / 1e6
    if Path("/proc/self/status").exists():  # getrusage would count the parent process too
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return next(int(line.split()[1]) * 1024 / 1e6 for line in status.splitlines() if line.startswith("VmHWM"))
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def _rate_of(samples: list[_Sample]) -> float:
    extent_s = samples[-1].at_s - samples[0].at_s if len(samples) > 1 else 0.0
    return (len(samples) - 1) / extent_s if extent_s > 0 else 0.0


def _median_ms(samples_s: Iterable[float]) -> float:
    values = list(samples_s)
    return median(values) * 1e3 if values else 0.0


def _rate(count: int, seconds: float) -> float:
    return round(max(count, 0) / seconds, 2) if seconds > 0 else 0.0


def _percentiles_ms(samples_s: Iterable[float]) -> dict[str, float | None]:
    values = np.fromiter(samples_s, np.float64) * 1e3
    if values.size == 0:
        return {"p50": None, "p99": None}
    p50, p99 = np.percentile(values, (50, 99))
    return {"p50": round(float(p50), 2), "p99": round(float(p99), 2)}
