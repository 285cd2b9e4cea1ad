"""The inspector's label: color, depth and position under the mouse."""

from dataclasses import dataclass

from imgui_bundle import imgui

from engine.settings.language import _
from engine.ui.theme import Theme

_OFFSET, _SWATCH = 18.0, 14.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What is under the mouse."""

    pointer: tuple[float, float]
    """The mouse, 0 to 1 from the overlay's top left corner."""
    color: tuple[int, int, int] | None
    """Red, green and blue of the source's frame, 0 to 255; None if the frame does not show this surface."""
    lines: tuple[str, ...]


def draw(reading: Reading, theme: Theme) -> None:
    """Draw the label beside the mouse, on the side where there is room."""
    size, scale = imgui.get_io().display_size, theme.scale
    at = imgui.ImVec2(reading.pointer[0] * size.x, reading.pointer[1] * size.y)
    is_right, is_low = at.x > 0.6 * size.x, at.y > 0.6 * size.y
    offset = _OFFSET * scale
    corner = imgui.ImVec2(at.x + (-offset if is_right else offset), at.y + (-offset if is_low else offset))
    pivot = imgui.ImVec2(1.0 if is_right else 0.0, 1.0 if is_low else 0.0)
    imgui.set_next_window_pos(corner, imgui.Cond_.always, pivot)
    flags = imgui.WindowFlags_.no_decoration | imgui.WindowFlags_.no_inputs | imgui.WindowFlags_.always_auto_resize
    imgui.begin("inspector", None, flags | imgui.WindowFlags_.no_saved_settings | imgui.WindowFlags_.no_nav)
    if reading.color is None:
        imgui.text(_("hidden in the frame"))
    else:
        _swatch(reading.color, _SWATCH * scale)
    for line in reading.lines:
        imgui.text_disabled(line)
    imgui.end()


def _swatch(color: tuple[int, int, int], side: float) -> None:
    red, green, blue = color
    shown = imgui.ImVec4(red / 255, green / 255, blue / 255, 1)
    imgui.color_button("##color", shown, imgui.ColorEditFlags_.no_tooltip, imgui.ImVec2(side, side))
    imgui.same_line()
    imgui.text(f"#{red:02x}{green:02x}{blue:02x}")
