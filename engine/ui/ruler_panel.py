"""The ruler over the scene: a line with its length, and the depth under the pointer."""

from dataclasses import dataclass

from imgui_bundle import imgui

from engine.ui.theme import Theme

_SHADE = (0.0, 0.0, 0.0, 0.75)  # under whatever stands on the scene, which may have any color
_LIGHT = (1.0, 1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class RulerMarks:
    """What the ruler shows, from 0 to 1 from the top left corner: ends in the window, the pointer in the overlay."""

    lines: tuple[tuple[tuple[float, float] | None, ...], ...] = ()
    """The ends of the ruler for each rendered eye: none, one or two; None for an end behind the camera."""
    label: str | None = None
    """The distance between two ends."""
    pointer: tuple[float, float] | None = None
    pointer_label: str | None = None
    """Depth under the pointer."""
    parts: tuple[int, int] = (1, 1)
    """Into how many columns and rows stereo divides the window."""


def draw(marks: RulerMarks, theme: Theme) -> None:
    """Draw the ruler under the panels."""
    size, scale = imgui.get_io().display_size, theme.scale
    line = imgui.get_color_u32(imgui.ImVec4(*theme.palette.accent))
    shade = imgui.get_color_u32(imgui.ImVec4(*_SHADE))
    canvas = imgui.get_background_draw_list()
    window = imgui.ImVec2(size.x * marks.parts[0], size.y * marks.parts[1])
    canvas.push_clip_rect(imgui.ImVec2(0, 0), window)
    for spots in marks.lines:
        ends = [imgui.ImVec2(spot[0] * window.x, spot[1] * window.y) for spot in spots if spot is not None]
        if len(ends) == 2:
            canvas.add_line(ends[0], ends[1], shade, 5 * scale)
            canvas.add_line(ends[0], ends[1], line, 2 * scale)
        for end in ends:
            canvas.add_circle_filled(end, 6 * scale, shade)
            canvas.add_circle_filled(end, 4 * scale, line)
        if len(ends) == 2 and marks.label:
            middle = imgui.ImVec2((ends[0].x + ends[1].x) / 2, (ends[0].y + ends[1].y) / 2)
            _tag(canvas, middle, marks.label, theme)
    canvas.pop_clip_rect()
    if marks.pointer is not None and marks.pointer_label:
        above = imgui.ImVec2(marks.pointer[0] * size.x, marks.pointer[1] * size.y - 26 * scale)
        _tag(imgui.get_foreground_draw_list(), above, marks.pointer_label, theme)


def _tag(canvas: imgui.ImDrawList, middle: imgui.ImVec2, text: str, theme: Theme) -> None:
    """A label around `middle`, readable on any picture."""
    width, height = imgui.calc_text_size(text)
    pad_x, pad_y = 7 * theme.scale, 3 * theme.scale
    corner = imgui.ImVec2(middle.x - width / 2, middle.y - height / 2)
    canvas.add_rect_filled(
        imgui.ImVec2(corner.x - pad_x, corner.y - pad_y),
        imgui.ImVec2(corner.x + width + pad_x, corner.y + height + pad_y),
        imgui.get_color_u32(imgui.ImVec4(*_SHADE)),
        5 * theme.scale,
    )
    canvas.add_text(corner, imgui.get_color_u32(imgui.ImVec4(*_LIGHT)), text)
