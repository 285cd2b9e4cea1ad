"""What can be shown: plain data for the list of sources."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One source."""

    name: str
    """As the setting `source` takes it."""
    label: str
    """As a person knows it."""
    hint: str = ""
    """What else there is to say, for a tooltip."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What was found on this machine."""

    cameras: tuple[Choice, ...] = ()
    monitors: tuple[Choice, ...] = ()
    recent: tuple[Choice, ...] = ()
    """Files, folders and addresses that were shown before, the newest first."""
    added: tuple[Choice, ...] = ()
    """Sources that plugins registered."""
    is_looking: bool = False
    """Whether the search is still going on."""
    is_known: bool = False
    """Whether there was a search."""


@dataclass(frozen=True, slots=True)
class DesktopPicture:
    """The desktop in small, of which a part is to be chosen."""

    texture: int = 0
    """OpenGL's name of it; 0: there is none yet."""
    size_px: tuple[int, int] = (0, 0)
    bounds: tuple[int, int, int, int] = (0, 0, 0, 0)
    """What of the desktop it shows: left, top, width, height, in the units of the sources' names."""
    count: int = 0
    """Tells a newer picture from an older one."""
    message: str | None = None
    """What is wrong."""
