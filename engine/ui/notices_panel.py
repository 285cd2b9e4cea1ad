"""The footer: notices, progress of loading and captures, and what can be done about them."""

from imgui_bundle import imgui

from engine.status.snapshot import Snapshot
from engine.ui.panels import PLAIN_WINDOW
from engine.ui.theme import Theme
from engine.ui.widgets import Controls

_WIDEST = 720.0
_NARROWEST = 280.0


def footer(snapshot: Snapshot, controls: Controls, left: float, bottom: float) -> None:
    """Draw the footer right of `left` and above `bottom`, unless there is nothing to say."""
    notices, capture, downloads = snapshot.notices, snapshot.capture, snapshot.downloads
    background = snapshot.network.loading or capture.progress or downloads.progress or downloads.offer
    if not (notices.warnings or notices.infos or background or capture.is_shown or snapshot.scene.is_frozen):
        return
    theme, size = controls.theme, imgui.get_io().display_size
    if size.x - left < _NARROWEST * theme.scale:
        left = 0.0
    widest = min(_WIDEST * theme.scale, size.x - left - 24 * theme.scale)
    imgui.set_next_window_pos(imgui.ImVec2((left + size.x) / 2, bottom), imgui.Cond_.always, imgui.ImVec2(0.5, 1.0))
    imgui.set_next_window_size_constraints(imgui.ImVec2(0, 0), imgui.ImVec2(widest, size.y / 2))
    imgui.begin("messages", None, PLAIN_WINDOW | imgui.WindowFlags_.no_focus_on_appearing)
    imgui.push_text_wrap_pos(widest - 30 * theme.scale)
    for line in notices.warnings:
        imgui.text_colored(imgui.ImVec4(*theme.palette.warning), line)
    for line in notices.infos:
        imgui.text(line)
    if capture.is_cloud:
        imgui.text("A scene of several views.  Esc returns to the live scene, X adds a view.")
    elif capture.is_shown:
        imgui.text("Captured.  Esc returns to the live scene, X captures again; hold B to compare.")
        if capture.note:
            imgui.text_disabled(capture.note)
    elif snapshot.scene.is_frozen:
        imgui.text("Frozen.  Space continues.")
    imgui.pop_text_wrap_pos()
    if snapshot.source.is_lost and snapshot.source.name != "demo" and imgui.button("Show the demo"):
        controls.invoke("show_demo")
    if downloads.offer and imgui.button(downloads.offer):
        controls.invoke("download")
    if downloads.capture_offer and imgui.button(downloads.capture_offer):
        controls.invoke("download_for_captures")
    bar = imgui.ImVec2(min(300 * theme.scale, widest - 28 * theme.scale), 0)
    if snapshot.network.loading:
        imgui.progress_bar(-float(imgui.get_time()), bar, f"loading {snapshot.network.loading}")
    for progress in filter(None, (capture.progress, downloads.progress)):
        text, share = progress
        imgui.progress_bar(-float(imgui.get_time()) if share is None else share, bar, text)
    imgui.end()


def wipe_labels(share: float, theme: Theme) -> None:
    """Label both sides of the line at `share` of the window's width, near its top."""
    display, gap = imgui.get_io().display_size, 12 * theme.scale
    draw, line_x = imgui.get_foreground_draw_list(), share * display.x
    for text, is_left in (("capture", True), ("live", False)):
        width = imgui.calc_text_size(text).x
        corner = imgui.ImVec2(line_x - gap - width if is_left else line_x + gap, gap)
        dark, white = (imgui.get_color_u32(imgui.ImVec4(v, v, v, a)) for v, a in ((0, 0.6), (1, 1)))
        low = imgui.ImVec2(corner.x - gap / 2, corner.y - gap / 4)
        high = imgui.ImVec2(corner.x + width + gap / 2, corner.y + imgui.get_font_size() + gap / 4)
        draw.add_rect_filled(low, high, dark, gap / 3)
        draw.add_text(corner, white, text)
