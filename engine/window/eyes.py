"""The overlay in stereo: its panels and the mouse are drawn before each eye, at the same place and so at the depth of
the screen.

The overlay is laid out for one eye. Where a layout of stereo divides the window, it is drawn once into each part, as
squeezed as the picture is. What ImGui's background list holds belongs to the scene, where the eyes see it at different
places: its coordinates run over all parts.
"""

from dataclasses import dataclass

from imgui_bundle import imgui

from engine.settings import Settings

_BACKGROUND = "##Background"
"""ImGui's name of the list under all panels."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Eyes:
    """How the window is divided between the eyes."""

    columns: int = 1
    rows: int = 1
    is_squeezed: bool = False
    """Whether a part shows what would fill the window."""

    @property
    def count(self) -> tuple[int, int]:
        """How many parts there are beside and above each other."""
        return self.columns, self.rows

    @property
    def stretch(self) -> Point:
        """Units of the overlay for a unit of the window, in both directions."""
        return (self.columns, self.rows) if self.is_squeezed else (1, 1)

    def overlay_size(self, window: Point) -> Point:
        """Return the size of the overlay in a window of this size."""
        across, down = self.stretch
        return window[0] / self.columns * across, window[1] / self.rows * down

    def part_at(self, at: Point, window: Point) -> tuple[int, int]:
        """Return column and row of the part at a point of the window."""
        column, row = int(at[0] * self.columns // window[0]), int(at[1] * self.rows // window[1])
        return min(max(column, 0), self.columns - 1), min(max(row, 0), self.rows - 1)

    def to_overlay(self, at: Point, window: Point, part: tuple[int, int]) -> Point:
        """Return the point of the overlay at a point of the window, counted from `part`, though it may be beside it."""
        return (
            (at[0] - part[0] * window[0] / self.columns) * self.stretch[0],
            (at[1] - part[1] * window[1] / self.rows) * self.stretch[1],
        )

    def to_window(self, at: Point, window: Point, part: tuple[int, int]) -> Point:
        """Invert `to_overlay`."""
        return (
            at[0] / self.stretch[0] + part[0] * window[0] / self.columns,
            at[1] / self.stretch[1] + part[1] * window[1] / self.rows,
        )

    def share(self, at: Point) -> Point:
        """Return the shares of the overlay at shares of the window."""
        column, row = self.part_at(at, (1.0, 1.0))
        return at[0] * self.columns - column, at[1] * self.rows - row


WHOLE = Eyes()
"""Both eyes see the whole window."""
_BY_LAYOUT = {
    "side-by-side": Eyes(columns=2),
    "half-side-by-side": Eyes(columns=2, is_squeezed=True),
    "top-bottom": Eyes(rows=2),
    "half-top-bottom": Eyes(rows=2, is_squeezed=True),
}


def eyes_of(settings: Settings) -> Eyes:
    """Return how `settings` divide the window. Beside flat panes the scene fills no part that a device would show."""
    return _BY_LAYOUT.get(settings.stereo.stereo, WHOLE) if settings.display.panes == "scene" else WHOLE


def draw(data: imgui.ImDrawData, eyes: Eyes, size_px: tuple[int, int]) -> None:
    """Draw the overlay into every part of a window of `size_px`."""
    lists = list(data.cmd_lists)
    width, height = data.display_size.x, data.display_size.y
    across, down = width * eyes.columns, height * eyes.rows
    data.display_size = imgui.ImVec2(across, down)
    data.framebuffer_scale = imgui.ImVec2(size_px[0] / across, size_px[1] / down)
    _render(data, [one for one in lists if one._owner_name == _BACKGROUND])
    panels = [one for one in lists if one._owner_name != _BACKGROUND]
    for row in range(eyes.rows):
        for column in range(eyes.columns):
            data.display_pos = imgui.ImVec2(-width * column, -height * row)
            _render(data, panels)


def _render(data: imgui.ImDrawData, lists: list[imgui.ImDrawList]) -> None:
    data.cmd_lists.clear()
    for one in lists:
        data.add_draw_list(one)
    imgui.backends.opengl3_render_draw_data(data)
