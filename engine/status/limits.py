"""Which stage the scene waits for: how long each takes for one picture, and how long frames wait between them."""

from collections import deque
from dataclasses import dataclass
from statistics import median
from typing import Literal

Stage = Literal["source", "network", "transfer", "drawing", "display"]

_SAMPLES = 15
_RECENT_S = 3.0
"""Only samples that are newer count, or else the newest one."""
_SAME = 0.9
"""A stage that takes this share of the slowest one is as slow."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each stage takes, in milliseconds; 0 for what is not there."""

    limit: Stage | None = None
    """The stage that the others wait for; None while no new depth comes, as of a still image."""
    source_ms: float = 0.0
    """From one frame to the next."""
    network_ms: float = 0.0
    """To compute a depth map."""
    transfer_ms: float = 0.0
    """To bring a frame and its depth to the GPU."""
    drawing_ms: float = 0.0
    """To draw a picture and the panels."""
    display_ms: float = 0.0
    """From one picture to the next, if drawing took no time."""
    queue_ms: float = 0.0
    """How long a frame and its depth wait for the next stage, together."""


class StageTimes:
    """Measured times of the stages. Times are in seconds. Main thread only."""

    def __init__(self) -> None:
        self._samples: dict[str, deque[tuple[float, float]]] = {}
        self._shown_s: float | None = None
        """When depth was shown for the first time last."""

    def depth_shown(self, waited_s: float, computed_s: float, uploaded_s: float, now_s: float) -> None:
        """Record that new depth is on screen. waited_s: how long it and its frame were not worked on."""
        self._shown_s = now_s
        for name, duration_s in (("queue", waited_s), ("network", computed_s), ("transfer", uploaded_s)):
            self._add(name, duration_s, now_s)

    def drawn(self, duration_s: float, now_s: float) -> None:
        """Record how long a loop iteration drew."""
        self._add("drawing", duration_s, now_s)

    def swapped(self, duration_s: float, now_s: float) -> None:
        """Record how long the display took to accept a picture."""
        self._add("swap", duration_s, now_s)

    def limits(self, now_s: float, *, source_s: float, picture_s: float, pace_s: float = 0.0) -> Limits:
        """Return how long each stage takes now, and which one is the limit.

        source_s: from one frame to the next, 0 if unknown. picture_s: from one picture to the next, as it is aimed for.
        pace_s: the shortest time between depth maps that leaves enough time for drawing.
        """
        queue_s, network_s, transfer_s, drawing_s, swap_s = (
            self._usual(name, now_s) for name in ("queue", "network", "transfer", "drawing", "swap")
        )
        work_s = transfer_s + drawing_s + swap_s
        is_in_time = work_s <= picture_s / _SAME
        loop: dict[Stage, float] = {"transfer": transfer_s, "drawing": max(drawing_s, pace_s), "display": swap_s}
        slowest_in_loop = "display" if is_in_time and pace_s <= picture_s else max(loop, key=lambda name: loop[name])
        total_s = max(work_s, picture_s, pace_s)
        times: dict[Stage, float] = {"source": source_s, "network": network_s, slowest_in_loop: total_s}
        longest_s = max(times.values())
        limit = next(stage for stage, time_s in times.items() if time_s >= _SAME * longest_s)
        is_live = self._shown_s is not None and now_s - self._shown_s <= max(_RECENT_S, 3 * longest_s)
        shown_s = source_s, network_s, transfer_s, drawing_s, max(swap_s, picture_s), queue_s
        return Limits(limit if is_live and source_s else None, *(1e3 * time_s for time_s in shown_s))

    def _add(self, name: str, duration_s: float, now_s: float) -> None:
        self._samples.setdefault(name, deque(maxlen=_SAMPLES)).append((now_s, duration_s))

    def _usual(self, name: str, now_s: float) -> float:
        samples = self._samples.get(name)
        if not samples:
            return 0.0
        recent = [duration_s for at_s, duration_s in samples if now_s - at_s <= _RECENT_S]
        return median(recent or [samples[-1][1]])
