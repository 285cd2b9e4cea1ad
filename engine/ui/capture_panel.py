"""The Capture section: buttons, the settings of captures, and calibration of the live scene."""

from imgui_bundle import imgui

from engine.settings import Settings
from engine.status.snapshot import CalibrationStatus
from engine.ui.widgets import Controls

_SETTINGS = ("capture_model", "capture_res")


def draw(settings: Settings, calibration: CalibrationStatus | None, controls: Controls) -> None:
    """Draw the content of the section."""
    width = (imgui.get_content_region_avail().x - imgui.get_style().item_spacing.x) / 2
    for title, action in (("Capture  (X)", "capture"), ("Export…  (Ctrl+E)", "export")):
        if imgui.button(title, imgui.ImVec2(width, 0)):
            controls.invoke(action)
        imgui.same_line()
    imgui.new_line()
    for name in _SETTINGS:
        controls.setting(settings, name)
    controls.setting(settings, "calibrate")
    if settings.capture.calibrate:
        _calibration(calibration)


def _calibration(calibration: CalibrationStatus | None) -> None:
    if calibration is None:
        imgui.text_disabled("A capture (X) calibrates the live scene.")
    elif calibration.residual is None:
        imgui.text_disabled("Only the field of view comes from the capture.")
    else:
        unit = "meters" if calibration.is_metric else "no unit"
        imgui.text_disabled(f"Live depth is {100 * calibration.residual:.1f} % off the capture ({unit}).")
        imgui.set_item_tooltip("The median difference between live depth and the capture.")
