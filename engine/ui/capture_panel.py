"""How captures are made, and buttons for those who do not know the keys."""

from imgui_bundle import imgui

from engine.settings import Settings
from engine.ui.widgets import Controls

_SETTINGS = ("capture_model", "capture_res")


def making(settings: Settings, controls: Controls) -> None:
    """Two buttons and the settings, in whatever window is open."""
    width = (imgui.get_content_region_avail().x - imgui.get_style().item_spacing.x) / 2
    for title, action in (("Capture  (X)", "capture"), ("Export…  (Ctrl+E)", "export")):
        if imgui.button(title, imgui.ImVec2(width, 0)):
            controls.actions.append(action)
        imgui.same_line()
    imgui.new_line()
    for name in _SETTINGS:
        controls.setting(settings, name)
