"""What a setting declares besides its default and range: where it appears, what a change costs, how values are read."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator


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

BRITISH_TOO = BeforeValidator(lambda value: {"colour": "color", "grey": "gray"}.get(str(value), value))
"""Reads files and scripts that were written before the program used American spelling."""


def _hex_color(text: str) -> str:
    digits = text.removeprefix("#")
    if len(digits) == 6 and all(c in "0123456789abcdefABCDEF" for c in digits):
        return f"#{digits.lower()}"
    try:
        parts = [float(part) for part in text.split(",")]
    except ValueError:
        parts = []
    if len(parts) != 3 or not all(0 <= part <= 1 for part in parts):
        raise ValueError("should be #RRGGBB, or R,G,B with each part from 0 to 1")
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)


Color = Annotated[str, AfterValidator(_hex_color)]
"""A color as a setting stores it: #rrggbb."""
