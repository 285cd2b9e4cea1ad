"""How much is drawn: everything that is set, or as much of it as the machine can draw in time.

The settings say what is wanted. A `Level` takes from them what costs time: vertices, pixels, passes. `Governor` looks
for the level at which a picture is done within its time: one down as soon as pictures take too long, one up when that
should fit, and each level that turned out too dear stays barred for longer and longer, so that it does not swing.
Where the cheapest level takes too long, depth maps have to come less often.

Times are those of the loop's turn, which waits for the GPU, so they hold what the GPU took; timer queries would say no
more, and on software renderers they are wrong.
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
# Never the holes: the uncut sheet smears whatever stands in front over what is behind it as soon as the view turns.
_BARE = (*_SHADING, "hole_memory_s")


@dataclass(frozen=True, slots=True)
class Level:
    """What is drawn of what is wanted."""

    name: str
    """One of the choices of `quality`, or empty for what `auto` alone takes."""
    spacing: float
    """Times as many pixels between vertices."""
    scale: float
    """Sides of the drawn picture, as a share of the shown one's."""
    cost: float
    """What it takes beside the others: milliseconds a picture where the processor draws (`bench render`)."""
    without: tuple[str, ...] = ()
    """Passes that are left out, by the setting that says how strong they are."""

    def spared(self, settings: Settings) -> list[str]:
        """What is set and not drawn, in words."""
        names = [name for name in self.without if getattr(getattr(settings, group_of(name)), name)]
        return [name.removesuffix("_s").replace("_", " ") for name in names]

    def fit(self, settings: Settings, spacing: float = 1.0) -> Settings:
        """The settings to draw with; `spacing` times as many pixels between vertices as are set."""
        coarser = self.spacing
        if coarser > 1 and settings.display.display_mode == "pointcloud":
            coarser = max(coarser / 2, 1)  # a disc takes half as long as two triangles
        subsample = nearest("subsample", round(settings.display.subsample * coarser * spacing))
        changes: dict[str, Any] = {"subsample": subsample, **dict.fromkeys(self.without, 0)}
        return settings.replace(**changes)


LEVELS = (
    Level("", 3, 0.4, 20, _BARE),
    Level("low", 3, 0.5, 22, _BARE),
    Level("", 2, 0.5, 31, _BARE),
    Level("medium", 2, 1, 50, _BARE),
    Level("", 2, 1, 60, _SHADING),
    Level("", 1.5, 1, 76, _SHADING),
    Level("", 1, 1, 122, _SHADING),
    Level("high", 1, 1, 170),
    Level("ultra", 0.5, 1, 320),
)
"""From the cheapest to the dearest."""

FIRST = Level("", 2, 1, 0, (*_BARE, "edge_cut", "edge_snap", "edge_guide", "edge_feather", "hole_fill"))
"""The first picture of a scene: there at once, without shaders that a software renderer compiles for seconds."""

NAMED: Mapping[str, int] = MappingProxyType({level.name: at for at, level in enumerate(LEVELS) if level.name})

BUDGET_SHARE = 0.8
"""A picture may take so much of the time between two; the rest is for the loop's other work."""
ROOM = 0.9
"""The next level is tried if it should take no more than this share of the budget."""
ENOUGH_TO_FALL, ENOUGH_TO_CLIMB = 6, 30
"""So many pictures are looked at before a level is left."""
SETTLING = 2
"""The first pictures of a level are not counted: what they need is made for them."""
BARRED_S, LONGEST_BARRED_S = 10.0, 600.0
PACE_STEP_S, LONGEST_PACE_S = 0.02, 0.08
"""Where even the cheapest level takes too long, maps come farther and farther apart; more than ten a second remain."""


class Governor:
    """Chooses the level from how long pictures take."""

    def __init__(self, at: int, fps: float) -> None:
        """Start with `LEVELS[at]`, to keep `fps` pictures a second."""
        self._budget_s = BUDGET_SHARE / fps
        self._at = at
        self._times: deque[float] = deque(maxlen=ENOUGH_TO_CLIMB)
        self._to_skip = SETTLING
        self._barred_until_s = [0.0] * len(LEVELS)
        self._barred_for_s = [BARRED_S] * len(LEVELS)
        self.pace_s = 0.0
        """The least time from one depth map to the next, so that both can be had of one processor."""

    @property
    def level(self) -> Level:
        return LEVELS[self._at]

    @property
    def why(self) -> str:
        """What the choice rests on."""
        if not self._times:
            return f"{1e3 * self._budget_s:.0f} ms allowed"
        return f"{1e3 * median(self._times):.0f} of {1e3 * self._budget_s:.0f} ms"

    def drawn(self, took_s: float, now_s: float) -> None:
        """A picture took `took_s` seconds at the present level."""
        if self._to_skip:
            self._to_skip -= 1
            return
        self._times.append(took_s)
        usual = median(list(self._times)[-ENOUGH_TO_FALL:])
        if len(self._times) >= ENOUGH_TO_FALL and usual > self._budget_s:
            if self._at > 0:
                self._bar(now_s)
                self._go(self._at - (2 if usual > 2 * self._budget_s else 1))
            elif self.pace_s < LONGEST_PACE_S:
                self._change_pace(PACE_STEP_S)
        elif len(self._times) == ENOUGH_TO_CLIMB:
            if self.pace_s > 0 and self._most() < ROOM * self._budget_s:
                self._change_pace(-PACE_STEP_S)
            elif self._may_climb(now_s):
                self._go(self._at + 1)

    def _most(self) -> float:
        """What nine in ten pictures take at most."""
        return sorted(self._times)[int(0.9 * len(self._times))]

    def _change_pace(self, by_s: float) -> None:
        self.pace_s = min(max(self.pace_s + by_s, 0.0), LONGEST_PACE_S)
        self._start_anew()

    def _may_climb(self, now_s: float) -> bool:
        above = self._at + 1
        if above == len(LEVELS) or self.pace_s > 0 or now_s < self._barred_until_s[above]:
            return False
        return self._most() * LEVELS[above].cost / self.level.cost < ROOM * self._budget_s

    def _bar(self, now_s: float) -> None:
        """Too dear: come back later, and later still if it happens again."""
        self._barred_until_s[self._at] = now_s + self._barred_for_s[self._at]
        self._barred_for_s[self._at] = min(2 * self._barred_for_s[self._at], LONGEST_BARRED_S)

    def _go(self, at: int) -> None:
        self._at = max(at, 0)
        self._start_anew()

    def _start_anew(self) -> None:
        self._times.clear()
        self._to_skip = SETTLING
