"""How a recording plays, and the commands that change it."""

from dataclasses import dataclass

SPEEDS = (0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 4.0)
"""Offered by the overlay."""
SKIP_S = 5.0
"""How far the skip keys go."""


@dataclass(frozen=True, slots=True)
class Playback:
    """Position and state of a recording. Times are seconds from its first frame."""

    position_s: float = 0.0
    """Of the newest frame."""
    duration_s: float | None = None
    """None while it is unknown."""
    is_paused: bool = False
    speed: float = 1.0
    """Relative to the recording's own speed."""
    loop_s: tuple[float, float] | None = None
    """Start and end of the loop; None loops over everything."""
    loop_from_s: float | None = None
    """Start of a loop whose end is not chosen yet."""


@dataclass(frozen=True, slots=True)
class Seek:
    """Go to the frame shown at `time_s`."""

    time_s: float


@dataclass(frozen=True, slots=True)
class SetSpeed:
    """Play `speed` times as fast as recorded; above 0."""

    speed: float


@dataclass(frozen=True, slots=True)
class SetLoop:
    """Loop between two times, or over everything."""

    loop_s: tuple[float, float] | None


PlaybackCommand = Seek | SetSpeed | SetLoop
