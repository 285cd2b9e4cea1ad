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
    radius_px: int = 0
    """Of its corners, which the window draws itself."""

    @property
    def areas(self) -> tuple[Area, Area]:
        """All of it but the corners."""
        left, bottom, width, height = self.area
        inset = min(self.radius_px, width // 2, height // 2)
        return (left + inset, bottom, width - 2 * inset, height), (left, bottom + inset, width, height - 2 * inset)
