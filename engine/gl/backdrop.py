"""The opaque area behind a panel."""

from dataclasses import dataclass

Area = tuple[int, int, int, int]
"""Left, bottom, width and height in pixels."""


@dataclass(frozen=True, slots=True)
class Backdrop:
    """An opaque part of the window, where the scene is not visible."""

    area: Area
    color: tuple[float, float, float]
    """Red, green and blue, 0 to 1."""
    window: str
    """Name of the ImGui window that covers it."""
