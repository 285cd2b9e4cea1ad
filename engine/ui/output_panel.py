"""Where the picture goes besides the window."""

from imgui_bundle import imgui

from engine.status.metrics import Status
from engine.ui.widgets import Controls


def output(status: Status, controls: Controls) -> None:
    """The virtual camera: a button, and its name while it is on."""
    if not controls.section("Virtual camera"):
        return
    sends = status.virtual_camera is not None
    if imgui.button("Stop" if sends else "Send the picture", imgui.ImVec2(-1, 0)):
        controls.actions.append("toggle_virtual_camera")
    imgui.set_item_tooltip("Other programs see the picture, without the panels, as if it came from a webcam")
    if sends:
        imgui.text_disabled(f"goes to {status.virtual_camera}")
