"""What is plain behind the overlay."""

from dataclasses import dataclass

Area = tuple[int, int, int, int]
"""Left, bottom, width and height in pixels."""


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A part of the window through which nothing is seen."""

    area: Area
    colour: tuple[float, float, float]
    """Red, green and blue, 0 to 1."""

    def around(self, size: tuple[int, int]) -> tuple[Area, ...]:
        """What it leaves of a window of `size`: (width, height)."""
        left, bottom, width, height = self.area
        right, top = left + width, bottom + height
        areas = (
            (0, 0, left, size[1]),
            (right, 0, size[0] - right, size[1]),
            (left, 0, width, bottom),
            (left, top, width, size[1] - top),
        )
        return tuple(area for area in areas if min(area[2:]) > 0)
