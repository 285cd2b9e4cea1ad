"""A slider whose number stands beside it, where its knob does not hide it."""

from dataclasses import dataclass
from math import log

from imgui_bundle import imgui

from engine.settings.fields import Declaration
from engine.ui.theme import Theme

_TRACK, _KNOB, _PADDING = 4.0, 6.0, 2.0
_NUMBER_WIDTH = 64.0
_CLEAR = imgui.ImVec4(0, 0, 0, 0)
_FRAME_COLORS = (
    imgui.Col_.frame_bg, imgui.Col_.frame_bg_hovered, imgui.Col_.frame_bg_active,
    imgui.Col_.slider_grab, imgui.Col_.slider_grab_active,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that a slider chooses from."""

    low: float
    high: float
    digits: int = 1
    """After the point."""
    is_whole: bool = False
    is_logarithmic: bool = False


def setting(declared: Declaration, value: float, theme: Theme) -> tuple[bool, float]:
    """Draw the slider of a setting with two limits; return whether it changed, and the value."""
    factor = 100.0 if declared.traits.is_share else 1.0
    low, high = (factor * (limit or 0.0) for limit in (declared.low, declared.high))
    numbers = Range(low, high, declared.digits, declared.type is int, declared.is_logarithmic)
    changed, shown = slider(numbers, factor * value, declared.text(value), theme)
    return changed, declared.rounded(shown / factor) if changed else value


def slider(numbers: Range, value: float, text: str, theme: Theme, *, after: float = 0.0) -> tuple[bool, float]:
    """Draw a slider that leaves room for `text`; return whether it changed, and the value. Ctrl+click types.

    after: width to leave free behind the text.
    """
    least = _NUMBER_WIDTH * theme.scale - after
    room = max(least, imgui.calc_text_size(text).x + imgui.get_style().item_spacing.x) + after
    width = max(imgui.get_content_region_avail().x - room - imgui.get_style().item_inner_spacing.x, 1.0)
    is_typing = imgui.internal.temp_input_is_active(imgui.get_id("##"))
    hidden = () if is_typing else (*_FRAME_COLORS, imgui.Col_.text)
    for color in hidden:
        imgui.push_style_color(color, _CLEAR)
    imgui.set_next_item_width(width)
    flags = imgui.SliderFlags_.always_clamp
    if numbers.is_whole:
        changed, value = imgui.slider_int("##", round(value), round(numbers.low), round(numbers.high), "%d", flags)
    else:
        if numbers.is_logarithmic:
            flags |= imgui.SliderFlags_.logarithmic
        changed, value = imgui.slider_float("##", value, numbers.low, numbers.high, f"%.{numbers.digits}f", flags)
    imgui.pop_style_color(len(hidden))
    if not is_typing:
        _draw(numbers, value, theme)
    return changed, value


def number(text: str, theme: Theme, *, after: float = 0.0) -> None:
    """Write the number at the right border of the row."""
    imgui.same_line(0, 0)
    space = imgui.get_content_region_avail().x - imgui.calc_text_size(text).x - after
    imgui.set_cursor_pos_x(imgui.get_cursor_pos_x() + max(space, 0.0))
    imgui.text_colored(imgui.ImVec4(*theme.palette.text), text)


def _draw(numbers: Range, value: float, theme: Theme) -> None:
    """Draw a thin track and a round knob where ImGui has its grip."""
    start, end, scale = imgui.get_item_rect_min(), imgui.get_item_rect_max(), theme.scale
    low, high, length = numbers.low, numbers.high, end.x - start.x - 2 * _PADDING
    grip = imgui.get_style().grab_min_size
    if numbers.is_whole:
        grip = max(length / (high - low + 1), grip)
    share = log(value / low) / log(high / low) if numbers.is_logarithmic else (value - low) / (high - low)
    left, y = start.x + _PADDING + min(grip, length) / 2, (start.y + end.y) / 2
    right = end.x - _PADDING - min(grip, length) / 2
    x, half = left + min(max(share, 0.0), 1.0) * (right - left), _TRACK * scale / 2
    is_bright = imgui.is_item_hovered() or imgui.is_item_active()
    accent = theme.palette.accent_bright if is_bright else theme.palette.accent
    canvas = imgui.get_window_draw_list()
    track, knob = (imgui.get_color_u32(imgui.ImVec4(*color)) for color in (theme.palette.track, accent))
    canvas.add_rect_filled(imgui.ImVec2(start.x, y - half), imgui.ImVec2(end.x, y + half), track, half)
    canvas.add_rect_filled(imgui.ImVec2(start.x, y - half), imgui.ImVec2(x, y + half), knob, half)
    canvas.add_circle_filled(imgui.ImVec2(x, y), (_KNOB + 1 if imgui.is_item_active() else _KNOB) * scale, knob)
