"""Messages, loading and capture state, in the middle below; with what can be done about them."""

from imgui_bundle import imgui

from engine.status.metrics import Status
from engine.ui.panels import PLAIN_WINDOW
from engine.ui.theme import Theme
from engine.ui.widgets import Controls

_WIDEST = 720.0
_NARROWEST = 280.0


def footer(status: Status, controls: Controls, left: float, bottom: float) -> None:
    """Drawn right of `left` and above `bottom`, unless there is nothing to say."""
    background = status.loading or status.capturing or status.download or status.offer
    hint = status.ruler.hint if status.ruler is not None else ""
    if not (status.messages or status.done or background or status.is_capture or status.is_frozen or hint):
        return
    theme, size = controls.theme, imgui.get_io().display_size
    if size.x - left < _NARROWEST * theme.scale:
        left = 0.0
    widest = min(_WIDEST * theme.scale, size.x - left - 24 * theme.scale)
    imgui.set_next_window_pos(imgui.ImVec2((left + size.x) / 2, bottom), imgui.Cond_.always, imgui.ImVec2(0.5, 1.0))
    imgui.set_next_window_size_constraints(imgui.ImVec2(0, 0), imgui.ImVec2(widest, size.y / 2))
    imgui.begin("messages", None, PLAIN_WINDOW | imgui.WindowFlags_.no_focus_on_appearing)
    imgui.push_text_wrap_pos(widest - 30 * theme.scale)
    for line in status.messages:
        imgui.text_colored(imgui.ImVec4(*theme.palette.warning), line)
    for text in filter(None, (status.done, hint)):
        imgui.text(text)
    if status.is_room:
        imgui.text("A room of several views.  Esc returns to the live scene, X adds a view.")
    elif status.is_capture:
        imgui.text("Captured.  Esc returns to the live scene, X captures again; hold B to compare.")
        if status.capture_note:
            imgui.text_disabled(status.capture_note)
    elif status.is_frozen:
        imgui.text("Frozen.  Space goes on.")
    imgui.pop_text_wrap_pos()
    if status.source_is_lost and status.source != "demo" and imgui.button("Show the demo"):
        controls.actions.append("show_demo")
    if status.offer and imgui.button(status.offer):
        controls.actions.append("download")
    if status.capture_offer and imgui.button(status.capture_offer):
        controls.actions.append("download_for_captures")
    bar = imgui.ImVec2(min(300 * theme.scale, widest - 28 * theme.scale), 0)
    if status.loading:
        imgui.progress_bar(-float(imgui.get_time()), bar, status.loading)
    if status.capturing:
        text, done = status.capturing
        imgui.progress_bar(-float(imgui.get_time()) if done is None else done, bar, text)
    if status.download:
        text, share = status.download
        imgui.progress_bar(share, bar, text)
    imgui.end()


def wipe_labels(share: float, theme: Theme) -> None:
    """What is left and right of the line at `share` of the window, near its top."""
    display, gap = imgui.get_io().display_size, 12 * theme.scale
    draw, line_x = imgui.get_foreground_draw_list(), share * display.x
    for text, is_left in (("captured", True), ("live", False)):
        width = imgui.calc_text_size(text).x
        corner = imgui.ImVec2(line_x - gap - width if is_left else line_x + gap, gap)
        dark, white = (imgui.get_color_u32(imgui.ImVec4(v, v, v, a)) for v, a in ((0, 0.6), (1, 1)))
        low = imgui.ImVec2(corner.x - gap / 2, corner.y - gap / 4)
        high = imgui.ImVec2(corner.x + width + gap / 2, corner.y + imgui.get_font_size() + gap / 4)
        draw.add_rect_filled(low, high, dark, gap / 3)
        draw.add_text(corner, white, text)
