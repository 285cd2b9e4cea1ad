"""The bar of what one does most: open, capture, export, replay, and look at it in stereo."""

from collections.abc import Mapping

from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui

from engine.navigation.bindings import localized
from engine.settings.language import _, marked
from engine.ui.panels import PLAIN_WINDOW
from engine.ui.widgets import Controls

ACTIONS = (
    (
        icons.ICON_FA_FOLDER_OPEN,
        marked("Open"),
        "show_start",
        marked("A photo, a video, a camera, the screen, or a recent one"),
    ),
    (
        icons.ICON_FA_CAMERA,
        marked("Capture"),
        "capture",
        marked("Make a 3D model of this moment"),
    ),
    (icons.ICON_FA_SHARE_FROM_SQUARE, marked("Export"), "export", marked("Save it as a mesh, points or depth")),
    (icons.ICON_FA_CLOCK_ROTATE_LEFT, marked("Replay"), "toggle_replay", marked("See the last seconds again")),
    (
        icons.ICON_FA_GLASSES,
        marked("3D glasses"),
        "toggle_glasses",
        marked("Stereo for screens and headsets"),
    ),
)
"""Icon, label, action and tooltip."""
_GAP = 4.0


def draw(keys: Mapping[str, str], controls: Controls, left: float) -> float:
    """Draw the bar at the upper border, right of `left`; only its icons where there is little room; return its
    lower end.

    keys: the key of each action.
    """
    theme, size, style = controls.theme, imgui.get_io().display_size, imgui.get_style()
    gap, padding = _GAP * theme.scale, style.window_padding.x / 2
    room = size.x - left - style.window_padding.x
    texts = [f"{icon}  {_(label)}" for icon, label, _action, _hint in ACTIONS]
    widths = [imgui.calc_text_size(text).x + 2 * style.frame_padding.x for text in texts]
    if sum(widths) + gap * (len(texts) - 1) + 2 * padding > room:
        texts = [icon for icon, _label, _action, _hint in ACTIONS]
        widths = [imgui.get_frame_height() + 2 * theme.scale] * len(texts)
    imgui.set_next_window_pos(
        imgui.ImVec2((left + size.x - style.window_padding.x) / 2, style.window_padding.y), imgui.Cond_.always,
        imgui.ImVec2(0.5, 0.0),
    )  # fmt: skip
    imgui.push_style_var(imgui.StyleVar_.window_padding, imgui.ImVec2(padding, padding))
    imgui.begin("actions", None, PLAIN_WINDOW | imgui.WindowFlags_.no_focus_on_appearing)
    imgui.pop_style_var()
    imgui.push_style_color(imgui.Col_.button, imgui.ImVec4(0, 0, 0, 0))
    imgui.push_style_var(imgui.StyleVar_.frame_border_size, 0)
    for text, width, (_icon, _label, action, hint) in zip(texts, widths, ACTIONS, strict=True):
        if imgui.button(f"{text}##{action}", imgui.ImVec2(width, 0)):
            controls.invoke(action if action in keys else "focus_panel")
        controls.mark_focus()
        imgui.set_item_tooltip(f"{_(hint)}   {localized(keys.get(action, ''))}".rstrip())
        imgui.same_line(0, gap)
    imgui.pop_style_var()
    imgui.pop_style_color()
    bottom = float(imgui.get_window_pos().y + imgui.get_window_height())
    imgui.end()
    return bottom
