"""What a setting declares besides its type, default and range."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Traits:
    """What the program knows about a setting; part of its annotation."""

    label: str = ""
    """What the panel calls it, in plain words."""
    section: str = ""
    """Section of the panel that lists it; empty for options of a run."""
    part: str = ""
    """Heading above it within the section."""
    form: str = "{}"
    """How the panel writes its value, with the unit: `{} px`."""
    is_share: bool = False
    """The panel writes it in percent."""
    zero: str = ""
    """What the panel writes instead of 0, where 0 does not mean a number, and where nothing is set."""
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the panel calls those of its choices that are not words themselves."""
    is_simple: bool = False
    """Listed where the panel shows a few settings only."""
    is_summary: bool = False
    """Its value is part of the line that sums up its folded section."""
    is_common: bool = False
    """Listed by `--help`; all others only by `--help-all`."""
    short: str = ""
    """Another name of its option: `-o`."""
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
