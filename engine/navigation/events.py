"""What the user does, after the overlay has had first refusal."""

from dataclasses import dataclass
from typing import Literal

Button = Literal["left", "right", "middle"]


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key went down, or is held."""

    key: str
    """The key's name in `bindings.py`; after ctrl+ if that was held."""
    is_repeat: bool = False
    """Whether it has been down for a while."""


@dataclass(frozen=True, slots=True)
class Dragged:
    """The mouse moved with a button held."""

    dx_px: float
    dy_px: float
    button: Button
    shift: bool


@dataclass(frozen=True, slots=True)
class Scrolled:
    """The wheel turned, away from the user is positive."""

    steps: float


@dataclass(frozen=True, slots=True)
class DoubleClicked:
    """Where, as shares of the window from its top left corner."""

    u: float
    v: float


@dataclass(frozen=True, slots=True)
class Clicked:
    """The left button went down and up in one place. Where, as shares of the window from its top left corner."""

    u: float
    v: float


@dataclass(frozen=True, slots=True)
class ViewRemoved:
    """A view was taken out of the list."""

    index: int


@dataclass(frozen=True, slots=True)
class CameraFileChosen:
    """The file that tells the camera's intrinsics."""

    path: str


@dataclass(frozen=True, slots=True)
class PresetWished:
    """A preset is to be chosen, made of the settings as they are, or deleted."""

    what: Literal["apply", "save", "delete"]
    name: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """Files were let go over the window."""

    paths: tuple[str, ...]


Event = (
    KeyPressed | Dragged | Scrolled | DoubleClicked | Clicked | Dropped | ViewRemoved | CameraFileChosen | PresetWished
)
