"""The mark of a recording, at the upper right beside what is open there: time, size, and a button to stop it."""

from dataclasses import dataclass

from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui

from engine.navigation.bindings import Binding, localized
from engine.settings.language import _
from engine.ui.panels import PLAIN_WINDOW
from engine.ui.widgets import Controls

_RED = (0.93, 0.20, 0.18, 1.0)


@dataclass(frozen=True, slots=True)
class RecordingMark:
    """How far the recording is."""

    seconds: int
    size_bytes: int
    dropped: int
    """Frames that were left out."""


def draw(mark: RecordingMark, binding: Binding, controls: Controls, row: int = 0) -> None:
    """Draw the mark, which stays while panels and bars are hidden. `binding` stops the recording.

    `row`: another one may be above it.
    """
    top = controls.top + row * 2.2 * imgui.get_frame_height()
    imgui.set_next_window_pos(imgui.ImVec2(controls.right, top), imgui.Cond_.always, imgui.ImVec2(1.0, 0.0))
    imgui.set_next_window_bg_alpha(0.9)
    padding = imgui.get_style().window_padding.x / 2
    imgui.push_style_var(imgui.StyleVar_.window_padding, imgui.ImVec2(2 * padding, padding))
    imgui.begin(
        "recording in 3D" if row else "recording", None, PLAIN_WINDOW | imgui.WindowFlags_.no_focus_on_appearing
    )
    imgui.pop_style_var()
    imgui.align_text_to_frame_padding()
    imgui.text_colored(imgui.ImVec4(*_RED), f"{icons.ICON_FA_CIRCLE}  {'R' if row == 0 else '3D'}")
    imgui.same_line()
    imgui.text(f"{mark.seconds // 60}:{mark.seconds % 60:02d}   {mark.size_bytes / 1e6:.1f} MB")
    if mark.dropped:
        imgui.same_line()
        imgui.text_colored(imgui.ImVec4(*controls.theme.palette.warning), f"−{mark.dropped}")
        imgui.set_item_tooltip(_("Frames left out: {count}").format(count=mark.dropped))
    imgui.same_line()
    side = imgui.get_frame_height()
    if imgui.button(f"{icons.ICON_FA_STOP}##stop", imgui.ImVec2(side, 0)):
        controls.invoke(binding.action)
    imgui.set_item_tooltip(f"{_('Stop')}   {localized(binding.label)}")
    imgui.end()
