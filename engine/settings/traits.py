"""What a setting declares besides its type, default and range."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Traits:
    """What the program knows about a setting; part of its annotation."""

    section: str | None = None
    """Heading in the panel below which its control is listed."""
    is_common: bool = False
    """Listed by `--help`; all others only by `--help-all`."""
    is_slow: bool = False
    """A change takes time, so a slider applies it on release."""
    is_local: bool = False
    """It belongs to this machine, this camera or this user, so presets leave it out."""
    loads_network: bool = False
    """A change loads another network."""
    describes_camera: bool = False
    """It describes the camera that took the frames, so it is forgotten with the source."""
    only_for: str | None = None
    """The kind of source it belongs to: file, demo, webcam or screen."""


NO_TRAITS = Traits()
