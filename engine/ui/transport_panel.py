"""The transport bar of a recording: play, step, seek, speed and loop."""

from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui

from engine.navigation.bindings import LABEL_OF, localized
from engine.settings.language import _
from engine.status.playback import SPEEDS, Playback, Seek, SetSpeed
from engine.ui.panels import PLAIN_WINDOW
from engine.ui.widgets import Controls, combo

NAME = "transport"
_WIDEST, _NARROWEST = 820.0, 400.0
_MARGIN = 16.0


def bar(playback: Playback, controls: Controls, left: float, bottom: float) -> imgui.ImVec2:
    """Draw the bar above `bottom`, right of `left` where there is room; return its upper left corner."""
    scale, size = controls.theme.scale, imgui.get_io().display_size
    margin = _MARGIN * scale
    if size.x - left - margin < _NARROWEST * scale:
        left = margin
    width = min(_WIDEST * scale, size.x - left - margin)
    place = imgui.ImVec2((left + size.x - margin) / 2, bottom)
    imgui.set_next_window_pos(place, imgui.Cond_.always, imgui.ImVec2(0.5, 1.0))
    imgui.set_next_window_size(imgui.ImVec2(width, 0))
    imgui.push_style_var(imgui.StyleVar_.window_padding, imgui.get_style().item_spacing)
    imgui.begin(
        NAME, None, (PLAIN_WINDOW | imgui.WindowFlags_.no_focus_on_appearing) & ~imgui.WindowFlags_.always_auto_resize
    )
    imgui.pop_style_var()
    _button(icons.ICON_FA_BACKWARD_STEP, "step_back", _("One frame back"), controls)
    play = (icons.ICON_FA_PLAY, _("Play")) if playback.is_paused else (icons.ICON_FA_PAUSE, _("Pause"))
    _button(play[0], "freeze", play[1], controls)
    _button(icons.ICON_FA_FORWARD_STEP, "step_forward", _("One frame forward"), controls)
    imgui.align_text_to_frame_padding()
    imgui.text(clock(playback.position_s))
    imgui.same_line()
    length, spacing = clock(playback.duration_s or 0.0), imgui.get_style().item_spacing.x
    after = imgui.calc_text_size(length).x + _choice_width() + _button_width() + 3 * spacing
    imgui.set_next_item_width(imgui.get_content_region_avail().x - after)
    _seek_bar(playback, controls)
    imgui.same_line()
    imgui.text_disabled(length)
    imgui.same_line()
    _speed(playback, controls)
    imgui.same_line()
    _loop(playback, controls)
    corner = imgui.get_window_pos()
    imgui.end()
    return corner


def clock(seconds: float) -> str:
    """Format a time as minutes, seconds and hundredths, with hours if there are any."""
    minutes, rest = divmod(max(seconds, 0.0), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02d}:{rest:05.2f}" if hours else f"{minutes}:{rest:05.2f}"


def _button(icon: str, action: str, tooltip: str, controls: Controls) -> None:
    if imgui.button(f"{icon}##{action}", imgui.ImVec2(_button_width(), 0)):
        controls.invoke(action)
    controls.mark_focus()
    imgui.set_item_tooltip(f"{tooltip}   {localized(LABEL_OF[action])}")
    imgui.same_line()


def _button_width() -> float:
    return 2.1 * imgui.get_font_size()


def _choice_width() -> float:
    return 4.6 * imgui.get_font_size()


def _seek_bar(playback: Playback, controls: Controls) -> None:
    duration_s = playback.duration_s or 0.0
    imgui.begin_disabled(duration_s <= 0)
    changed, time_s = imgui.slider_float("##seek", playback.position_s, 0.0, max(duration_s, 1e-3), "")
    imgui.end_disabled()
    controls.mark_focus()
    keys = ", ".join(localized(LABEL_OF[action]) for action in ("skip_back", "skip_forward"))
    imgui.set_item_tooltip(_("Five seconds back and forward: {keys}").format(keys=keys))
    if changed:
        controls.commands.append(Seek(time_s))
    ends = playback.loop_s or (() if playback.loop_from_s is None else (playback.loop_from_s, playback.loop_from_s))
    if ends and duration_s > 0:
        _mark([end / duration_s for end in ends], controls)


def _mark(ends: list[float], controls: Controls) -> None:
    """Mark the loop on the bar; its ends are shares of the whole."""
    low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
    grab = imgui.get_style().grab_min_size
    first, last = low.x + 0.5 * grab, high.x - 0.5 * grab
    x = [first + (last - first) * min(end, 1.0) for end in ends]
    color = imgui.get_color_u32(imgui.ImVec4(*controls.theme.palette.accent))
    draw, thick = imgui.get_window_draw_list(), 2 * controls.theme.scale
    draw.add_line(imgui.ImVec2(x[0], high.y - thick), imgui.ImVec2(x[1], high.y - thick), color, thick)
    for end in x:
        draw.add_line(imgui.ImVec2(end, low.y), imgui.ImVec2(end, high.y), color, thick)


def _speed(playback: Playback, controls: Controls) -> None:
    imgui.set_next_item_width(_choice_width())
    if combo("##speed", f"{playback.speed:g}×"):
        for speed in SPEEDS:
            if imgui.selectable(f"{speed:g}×", speed == playback.speed)[0]:
                controls.commands.append(SetSpeed(speed))
        imgui.end_combo()
    controls.mark_focus()
    imgui.set_item_tooltip(_("Speed"))


def _loop(playback: Playback, controls: Controls) -> None:
    is_used = playback.loop_s is not None or playback.loop_from_s is not None
    if is_used:
        imgui.push_style_color(imgui.Col_.text, imgui.ImVec4(*controls.theme.palette.accent))
    if imgui.button(f"{icons.ICON_FA_REPEAT}##loop", imgui.ImVec2(_button_width(), 0)):
        controls.invoke("mark_loop")
    controls.mark_focus()
    if is_used:
        imgui.pop_style_color()
    following = (
        _("End the loop here")
        if playback.loop_from_s is not None
        else _("Clear the loop")
        if playback.loop_s
        else _("Start a loop here")
    )
    imgui.set_item_tooltip(f"{following}   {LABEL_OF['mark_loop']}")
