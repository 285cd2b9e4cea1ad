"""Quality levels: draw everything that is set, or as much of it as the machine can draw in time.

A `Level` leaves out of the settings what costs time: vertices, pixels and passes. `Governor` looks for the level at
which pictures are done in time. It goes one level down as soon as pictures take too long, and one up when that should
fit. A level that turned out too slow is retried later and later, so that the quality does not oscillate. Where even the
cheapest level takes too long, depth maps have to come less often.

It measures loop iterations, which wait for the GPU and so include its time. Timer queries would add nothing, and on
software renderers they are wrong.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType
from typing import Any

from engine.settings import Settings, group_of
from engine.settings.fields import nearest

_SHADING = ("shadows", "occlusion")
# Edges stay cut at every level: an uncut rubber sheet smears the foreground over the background from the side.
_EXTRAS = (*_SHADING, "hole_memory_s")


@dataclass(frozen=True, slots=True)
class Level:
    """How much is drawn of what the settings ask for."""

    name: str
    """A choice of the setting `quality`, or empty for a level that only `auto` uses."""
    spacing: float
    """Factor on the number of pixels between vertices."""
    scale: float
    """Width and height of the drawn picture, as a share of the shown one's."""
    cost: float
    """Relative cost: milliseconds per picture on a software renderer (`bench render`)."""
    without: tuple[str, ...] = ()
    """Settings of the passes that are left out."""

    def omitted(self, settings: Settings) -> list[str]:
        """Return the names of the effects that are set but not drawn."""
        names = [name for name in self.without if getattr(getattr(settings, group_of(name)), name)]
        return [name.removesuffix("_s").replace("_", " ") for name in names]

    def fit(self, settings: Settings, spacing: float = 1.0) -> Settings:
        """Return the settings to draw with. `spacing`: another factor on the pixels between vertices."""
        coarser = self.spacing
        if coarser > 1 and settings.display.display_mode == "pointcloud":
            coarser = max(coarser / 2, 1)  # a disc costs half as much as two triangles
        subsample = nearest("subsample", round(settings.display.subsample * coarser * spacing))
        changes: dict[str, Any] = {"subsample": subsample, **dict.fromkeys(self.without, 0)}
        return settings.replace(**changes)


LEVELS = (
    Level("", 3, 0.4, 21, _EXTRAS),
    Level("low", 3, 0.5, 22, _EXTRAS),
    Level("", 2, 0.5, 31, _EXTRAS),
    Level("medium", 2, 1, 46, _EXTRAS),
    Level("", 2, 1, 47, _SHADING),
    Level("", 1.5, 1, 59, _SHADING),
    Level("", 1, 1, 99, _SHADING),
    Level("high", 1, 1, 147),
    Level("ultra", 0.5, 1, 265),
)
"""From the cheapest to the most expensive."""

FIRST_PICTURE = Level(
    "", 2, 1, 0, (*_EXTRAS, "edge_cut", "edge_snap", "edge_guide", "edge_feather", "hole_fill", "border_fill")
)
"""For the first picture of a scene: without the shaders that take a software renderer seconds to compile."""

NAMED: Mapping[str, int] = MappingProxyType({level.name: at for at, level in enumerate(LEVELS) if level.name})

BUDGET_SHARE = 0.8
"""The share of the time between pictures that drawing one may take; the rest is for other work of the loop."""
ROOM = 0.9
"""The next level is tried if it is expected to take no more than this share of the budget."""
PICTURES_TO_DROP, PICTURES_TO_CLIMB = 6, 30
"""How many pictures are measured before the level changes."""
WARM_UP = 2
"""The first pictures of a level are not measured: their shaders and buffers are created then."""
BACKOFF_S, LONGEST_BACKOFF_S = 10.0, 600.0
"""How long a level that was too slow is not tried again: at first, and at most."""
PACE_STEP_S, LONGEST_PACE_S = 0.02, 0.08
"""Step and limit of the time between depth maps, used where even the cheapest level is too slow. At least ten maps per
second remain."""


class Governor:
    """Chooses the level by how long pictures take."""

    def __init__(self, at: int, fps: float) -> None:
        """Start with `LEVELS[at]` and aim for `fps` pictures per second."""
        self._budget_s = BUDGET_SHARE / fps
        self._at = at
        self._times: deque[float] = deque(maxlen=PICTURES_TO_CLIMB)
        self._to_skip = WARM_UP
        self._retry_at_s = [0.0] * len(LEVELS)
        self._backoff_s = [BACKOFF_S] * len(LEVELS)
        self.pace_s = 0.0
        """The shortest time between depth maps that leaves the processor time to draw."""
        self.lowered_s: float | None = None
        """How long pictures took when the level was lowered last; None if it never was."""

    @property
    def level(self) -> Level:
        return LEVELS[self._at]

    @property
    def reason(self) -> str:
        """The measurement behind the choice."""
        if not self._times:
            return f"{1e3 * self._budget_s:.0f} ms allowed"
        return f"{1e3 * median(self._times):.0f} of {1e3 * self._budget_s:.0f} ms"

    def record(self, work_s: float, now_s: float) -> None:
        """Record that a picture took `work_s` seconds at the current level."""
        if self._to_skip:
            self._to_skip -= 1
            return
        self._times.append(work_s)
        usual = median(list(self._times)[-PICTURES_TO_DROP:])
        if len(self._times) >= PICTURES_TO_DROP and usual > self._budget_s:
            if self._at > 0:
                self._back_off(now_s)
                self.lowered_s = usual
                self._go(self._at - (2 if usual > 2 * self._budget_s else 1))
            elif self.pace_s < LONGEST_PACE_S:
                self._change_pace(PACE_STEP_S)
        elif len(self._times) == PICTURES_TO_CLIMB:
            if self.pace_s > 0 and self._most() < ROOM * self._budget_s:
                self._change_pace(-PACE_STEP_S)
            elif self._may_climb(now_s):
                self._go(self._at + 1)

    def _most(self) -> float:
        """Return the 90th percentile of the measured times."""
        return sorted(self._times)[int(0.9 * len(self._times))]

    def _change_pace(self, by_s: float) -> None:
        self.pace_s = min(max(self.pace_s + by_s, 0.0), LONGEST_PACE_S)
        self._reset()

    def _may_climb(self, now_s: float) -> bool:
        above = self._at + 1
        if above == len(LEVELS) or self.pace_s > 0 or now_s < self._retry_at_s[above]:
            return False
        return self._most() * LEVELS[above].cost / self.level.cost < ROOM * self._budget_s

    def _back_off(self, now_s: float) -> None:
        """Do not try this level for a while, and twice as long the next time."""
        self._retry_at_s[self._at] = now_s + self._backoff_s[self._at]
        self._backoff_s[self._at] = min(2 * self._backoff_s[self._at], LONGEST_BACKOFF_S)

    def _go(self, at: int) -> None:
        self._at = max(at, 0)
        self._reset()

    def _reset(self) -> None:
        self._times.clear()
        self._to_skip = WARM_UP
