"""Notices at the lower border, progress of loading and captures, and the list of earlier notices."""

from collections.abc import Sequence

from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui

from engine.settings.language import _
from engine.status.commands import Dismiss
from engine.status.notices import Kind, Notice, NoticeButton
from engine.status.snapshot import Snapshot
from engine.ui.panels import PLAIN_WINDOW, center_next_window
from engine.ui.theme import Color, Palette
from engine.ui.widgets import Controls

_WIDEST = 760.0
_NARROWEST = 280.0
_GAP = 6.0
_MOST_SHARE = 0.5
"""Where the panel ends above the notices, they take no more of the window's height: older ones wait."""
_ICONS: dict[Kind, str] = {
    "info": icons.ICON_FA_CIRCLE_INFO,
    "success": icons.ICON_FA_CIRCLE_CHECK,
    "warning": icons.ICON_FA_TRIANGLE_EXCLAMATION,
    "error": icons.ICON_FA_CIRCLE_XMARK,
}
_FLAGS = PLAIN_WINDOW | imgui.WindowFlags_.no_focus_on_appearing


def footer(snapshot: Snapshot, controls: Controls, left: float, bottom: float) -> imgui.ImVec2 | None:
    """Draw notices and progress above `bottom`, the newest lowest, and right of `left` where there is room.

    Return the upper left corner of all of it; None if there is nothing.
    """
    theme, size = controls.theme, imgui.get_io().display_size
    gap, highest = _GAP * theme.scale, 0.0
    if size.x - left < _NARROWEST * theme.scale:
        left, highest = 0.0, (1 - _MOST_SHARE) * size.y
    widest = min(_WIDEST * theme.scale, size.x - left - 24 * theme.scale)
    middle = (left + size.x) / 2
    progress, corner = _progress(snapshot), None
    if progress:
        _begin("progress", middle, bottom)
        texts = [imgui.calc_text_size(text).x + imgui.get_font_size() for text, _share in progress]
        bar = imgui.ImVec2(min(max(300 * theme.scale, *texts), widest - 28 * theme.scale), 0)
        for text, share in progress:
            moving = (0.0 if theme.is_still else -float(imgui.get_time())) if share is None else share
            if imgui.calc_text_size(text).x < bar.x:
                imgui.progress_bar(moving, bar, text)
                continue
            imgui.push_text_wrap_pos(imgui.get_cursor_pos_x() + bar.x)
            imgui.text(text)
            imgui.pop_text_wrap_pos()
            imgui.progress_bar(moving, bar, "")
        corner = imgui.get_window_pos()
        imgui.end()
    lowest = imgui.get_frame_height() + 2 * imgui.get_style().window_padding.y
    for notice in reversed(snapshot.notices.shown):
        if corner is not None and corner.y - gap - lowest < highest:
            break
        _begin(window_of(notice), middle, bottom if corner is None else corner.y - gap)
        _card(notice, controls, widest)
        if not imgui.is_window_appearing():  # ImGui first measures it, unseen
            corner = imgui.get_window_pos()
        imgui.end()
    return corner


def window_of(notice: Notice) -> str:
    """Return the name of the window of a notice: one of its own, since a window fits new content a frame too late."""
    return f"notice {notice.number}"


def history(notices: Sequence[Notice], controls: Controls) -> None:
    """Draw the list of earlier notices in the middle of the window."""
    size, theme = imgui.get_io().display_size, controls.theme
    width = min(_WIDEST * theme.scale, size.x - 24 * theme.scale)
    center_next_window("history", controls)
    imgui.set_next_window_size_constraints(imgui.ImVec2(width, 0), imgui.ImVec2(width, 0.8 * size.y))
    imgui.set_next_window_bg_alpha(1.0)  # it may lie over other panels
    imgui.begin("history", None, PLAIN_WINDOW)
    imgui.push_font(theme.bold, 0)
    imgui.text(_("Messages"))
    imgui.pop_font()
    if not notices:
        imgui.text_disabled(_("There are none yet."))
    for notice in notices:
        imgui.push_id(notice.number)
        imgui.align_text_to_frame_padding()
        imgui.text_disabled(notice.time)
        imgui.same_line()
        _line(notice, controls, imgui.get_cursor_pos_x() + imgui.get_content_region_avail().x)
        imgui.pop_id()
    imgui.end()


def _begin(name: str, middle: float, bottom: float) -> None:
    imgui.set_next_window_pos(imgui.ImVec2(middle, bottom), imgui.Cond_.always, imgui.ImVec2(0.5, 1.0))
    imgui.begin(name, None, _FLAGS)


def _progress(snapshot: Snapshot) -> list[tuple[str, float | None]]:
    loading = snapshot.network.loading
    first = [(loading, None)] if loading else []
    return [*first, *filter(None, (snapshot.capture.progress, snapshot.downloads.progress))]


def _card(notice: Notice, controls: Controls, widest: float) -> None:
    """Draw one notice: an icon, a line, buttons, and a cross in the corner."""
    style = imgui.get_style()
    cross, top = imgui.get_frame_height(), imgui.get_cursor_pos_y()
    right = _line(notice, controls, widest - style.window_padding.x - style.item_spacing.x - cross)
    imgui.set_cursor_pos(imgui.ImVec2(right + style.item_spacing.x, top))
    imgui.push_style_color(imgui.Col_.button, imgui.ImVec4(0, 0, 0, 0))
    imgui.push_style_var(imgui.StyleVar_.frame_border_size, 0)
    if imgui.button(f"{icons.ICON_FA_XMARK}##{notice.number}", imgui.ImVec2(cross, 0)):
        controls.commands.append(Dismiss(notice.number))
    controls.mark_focus()
    imgui.pop_style_var()
    imgui.pop_style_color()
    imgui.set_item_tooltip(_("Close"))


def _line(notice: Notice, controls: Controls, limit: float) -> float:
    """Draw icon, text and buttons up to `limit`, in as many rows as that takes; return how far right they reach."""
    palette, style = controls.theme.palette, imgui.get_style()
    imgui.align_text_to_frame_padding()
    imgui.text_colored(imgui.ImVec4(*_color(notice.kind, palette)), _ICONS[notice.kind])
    imgui.same_line()
    start = imgui.get_cursor_pos_x()
    imgui.push_text_wrap_pos(limit)
    imgui.text(notice.text)
    imgui.pop_text_wrap_pos()
    x = reach = start + min(imgui.calc_text_size(notice.text).x, limit - start)
    for button in notice.buttons:
        width = imgui.calc_text_size(button.label).x + 2 * style.frame_padding.x
        if x + style.item_spacing.x + width <= limit:
            imgui.same_line()
            x += style.item_spacing.x + width
        else:
            imgui.set_cursor_pos_x(start)
            x = start + width
        reach = max(reach, x)
        _button(button, notice, controls)
    return reach


def _button(button: NoticeButton, notice: Notice, controls: Controls) -> None:
    if imgui.button(f"{button.label}##{notice.number}"):
        controls.commands.append(button.command)
    controls.mark_focus()
    if button.hint:
        imgui.set_item_tooltip(button.hint)


def _color(kind: Kind, palette: Palette) -> Color:
    return {"info": palette.accent, "success": palette.good, "warning": palette.warning, "error": palette.bad}[kind]


def wipe_labels(share: float, names: tuple[str, str], controls: Controls) -> None:
    """Write `names` on both sides of the line at `share` of the window's width, below the bar of actions."""
    display, gap = imgui.get_io().display_size, 12 * controls.theme.scale
    draw, line_x = imgui.get_foreground_draw_list(), share * display.x
    for text, is_left in zip(names, (True, False), strict=True):
        width = imgui.calc_text_size(text).x
        corner = imgui.ImVec2(line_x - gap - width if is_left else line_x + gap, controls.top)
        dark, white = (imgui.get_color_u32(imgui.ImVec4(v, v, v, a)) for v, a in ((0, 0.6), (1, 1)))
        low = imgui.ImVec2(corner.x - gap / 2, corner.y - gap / 4)
        high = imgui.ImVec2(corner.x + width + gap / 2, corner.y + imgui.get_font_size() + gap / 4)
        draw.add_rect_filled(low, high, dark, gap / 3)
        draw.add_text(corner, white, text)
