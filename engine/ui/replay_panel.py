"""The line that tells a replay from the live scene, with buttons to save it and to leave it."""

from dataclasses import dataclass

from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui

from engine.navigation.bindings import Binding, localized
from engine.settings.language import _
from engine.ui.panels import PLAIN_WINDOW
from engine.ui.widgets import Controls

NAME = "replay"


@dataclass(frozen=True, slots=True)
class ReplayMark:
    """What is replayed."""

    ago_s: float | None
    """How long before the replay began the frame on screen was seen; None if the live scene is on screen."""
    saved: float | None
    """How much of it is written to a file, 0 to 1; None if it is not being saved."""


def draw(mark: ReplayMark, saving: Binding, controls: Controls) -> None:
    """Draw the line below the bar of actions; it stays while panels and bars are hidden. `saving`: the key for it."""
    middle = (controls.left + controls.right) / 2
    imgui.set_next_window_pos(imgui.ImVec2(middle, controls.top), imgui.Cond_.always, imgui.ImVec2(0.5, 0.0))
    imgui.set_next_window_bg_alpha(0.9)
    padding = imgui.get_style().window_padding.x / 2
    imgui.push_style_var(imgui.StyleVar_.window_padding, imgui.ImVec2(2 * padding, padding))
    imgui.begin(NAME, None, PLAIN_WINDOW | imgui.WindowFlags_.no_focus_on_appearing)
    imgui.pop_style_var()
    imgui.align_text_to_frame_padding()
    imgui.text_colored(imgui.ImVec4(*controls.theme.palette.accent_bright), icons.ICON_FA_CLOCK_ROTATE_LEFT)
    if mark.ago_s is not None:
        imgui.same_line()
        imgui.text(_("Replay, {seconds} s ago · {key}: live").format(seconds=f"{mark.ago_s:.1f}", key="Esc"))
    imgui.same_line()
    if mark.saved is not None:
        imgui.text_disabled(_("saving, {percent} %").format(percent=round(100 * mark.saved)))
    elif imgui.button(f"{icons.ICON_FA_FLOPPY_DISK}  {_('Save')}##save"):
        controls.invoke(saving.action)
    if mark.saved is None:
        controls.mark_focus()
        imgui.set_item_tooltip(f"{_('Save the last seconds as a recording in 3D')}   {localized(saving.label)}")
        imgui.same_line()
        if imgui.button(f"{icons.ICON_FA_XMARK}##live", imgui.ImVec2(imgui.get_frame_height(), 0)):
            controls.invoke("toggle_replay")
        controls.mark_focus()
        imgui.set_item_tooltip(_("Back to live"))
    controls.top = imgui.get_window_pos().y + imgui.get_window_height() + padding
    imgui.end()
