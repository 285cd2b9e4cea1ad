"""What is plain behind the overlay."""

from dataclasses import dataclass

Area = tuple[int, int, int, int]
"""Left, bottom, width and height in pixels."""


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A part of the window through which nothing is seen."""

    area: Area
    color: tuple[float, float, float]
    """Red, green and blue, 0 to 1."""
    window: str
    """The window of the overlay that it is behind, and which covers it."""
