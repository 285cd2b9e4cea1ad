"""The virtual camera."""

from imgui_bundle import imgui

from engine.settings.language import _, marked
from engine.ui.widgets import Controls


def draw(name: str | None, controls: Controls) -> None:
    """Draw a button, and the `name` of the virtual camera while it is on."""
    controls.heading(marked("Virtual camera"))
    if imgui.button(_("Stop") if name else _("Send the picture"), imgui.ImVec2(-1, 0)):
        controls.invoke("toggle_virtual_camera")
    controls.mark_focus()
    imgui.set_item_tooltip(_("Other programs see the scene, without the panels, as a webcam"))
    if name:
        imgui.text_disabled(_("sends to {name}").format(name=name))
