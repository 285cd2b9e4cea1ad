"""Buttons for captures, and how well they calibrate the live scene."""

from imgui_bundle import imgui

from engine.status.snapshot import CalibrationStatus
from engine.ui.widgets import Controls


def buttons(controls: Controls) -> None:
    """Draw the buttons that save what is on screen."""
    width = (imgui.get_content_region_avail().x - imgui.get_style().item_spacing.x) / 2
    for title, action in (("Capture  (X)", "capture"), ("Export…  (Ctrl+E)", "export")):
        if imgui.button(title, imgui.ImVec2(width, 0)):
            controls.invoke(action)
        imgui.same_line()
    imgui.new_line()


def calibration(calibration: CalibrationStatus | None) -> None:
    """Draw how far live depth is off the capture that calibrates it."""
    if calibration is None:
        imgui.text_disabled("A capture (X) calibrates the live scene.")
    elif calibration.residual is None:
        imgui.text_disabled("Only the field of view comes from the capture.")
    else:
        unit = "meters" if calibration.is_metric else "no unit"
        imgui.text_disabled(f"Live depth is {100 * calibration.residual:.1f} % off the capture ({unit}).")
        imgui.set_item_tooltip("The median difference between live depth and the capture.")
