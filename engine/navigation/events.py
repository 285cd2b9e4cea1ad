"""Input events that the overlay did not take."""

from dataclasses import dataclass
from typing import Literal

Button = Literal["left", "right", "middle"]


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key went down, or is held."""

    key: str
    """The key's name in `bindings.py`, with a leading `ctrl+` if that was held."""
    is_repeat: bool = False
    """Whether it repeats because the key is held."""
    shift: bool = False
    """Whether Shift was held."""


@dataclass(frozen=True, slots=True)
class Dragged:
    """The mouse moved with a button held."""

    dx_px: float
    dy_px: float
    button: Button
    shift: bool


@dataclass(frozen=True, slots=True)
class Scrolled:
    """The wheel turned; away from the user is positive."""

    steps: float


@dataclass(frozen=True, slots=True)
class DoubleClicked:
    """A double click at (u, v), 0 to 1 from the window's top left corner."""

    u: float
    v: float


@dataclass(frozen=True, slots=True)
class Clicked:
    """The left button went down and up at (u, v), 0 to 1 from the window's top left corner."""

    u: float
    v: float


@dataclass(frozen=True, slots=True)
class Dropped:
    """Files were dropped on the window."""

    paths: tuple[str, ...]


Event = KeyPressed | Dragged | Scrolled | DoubleClicked | Clicked | Dropped
