"""How a recording is played, and what may be asked of it: plain data between the overlay and the source."""

from dataclasses import dataclass

SPEEDS = (0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 4.0)
"""What the overlay offers."""
SKIP_S = 5.0
"""How far the keys skip."""


@dataclass(frozen=True, slots=True)
class Playback:
    """Where a recording is, and how it goes on. Times are seconds from its first picture."""

    position_s: float = 0.0
    """Of the picture that was handed on last."""
    duration_s: float | None = None
    """As far as it is known."""
    is_paused: bool = False
    speed: float = 1.0
    """Times the recording's own speed."""
    loop_s: tuple[float, float] | None = None
    """What is repeated, from and to; None: everything."""
    loop_from_s: float | None = None
    """Where the part begins that is to be repeated, while its end is not chosen yet."""


@dataclass(frozen=True, slots=True)
class Seek:
    """Go to the picture that is shown at `time_s`."""

    time_s: float


@dataclass(frozen=True, slots=True)
class SetSpeed:
    """Play `speed` times as fast as recorded, above 0."""

    speed: float


@dataclass(frozen=True, slots=True)
class SetLoop:
    """Repeat from the first to the second of these times, or everything."""

    loop_s: tuple[float, float] | None


Order = Seek | SetSpeed | SetLoop
