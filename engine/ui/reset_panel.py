"""A way back for who has lost the scene."""

from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui

from engine.navigation.bindings import LABEL_OF
from engine.settings.language import _
from engine.ui.panels import PLAIN_WINDOW
from engine.ui.widgets import Controls


def draw(controls: Controls, left: float) -> None:
    """Draw a button below the bar of actions, in the middle of what is right of `left`."""
    middle = (left + imgui.get_io().display_size.x) / 2
    imgui.set_next_window_pos(imgui.ImVec2(middle, controls.top), imgui.Cond_.always, imgui.ImVec2(0.5, 0.0))
    imgui.begin("reset", None, PLAIN_WINDOW | imgui.WindowFlags_.no_focus_on_appearing)
    if imgui.button(f"{icons.ICON_FA_HOUSE}  {_('Reset view')} ({LABEL_OF['reset_camera']})"):
        controls.invoke("reset_camera")
    controls.mark_focus()
    imgui.end()
