"""Buttons for captures, and how well they calibrate the live scene."""

from imgui_bundle import imgui

from engine.settings.language import _
from engine.status.snapshot import CalibrationStatus
from engine.ui.widgets import Controls


def buttons(controls: Controls) -> None:
    """Draw the buttons that save what is on screen."""
    width = (imgui.get_content_region_avail().x - imgui.get_style().item_spacing.x) / 2
    for title, action in ((_("Capture (X)"), "capture"), (_("Export… (Ctrl+E)"), "export")):
        if imgui.button(title, imgui.ImVec2(width, 0)):
            controls.invoke(action)
        controls.mark_focus()
        imgui.same_line()
    imgui.new_line()


def folder(controls: Controls) -> None:
    """Draw the buttons to choose the folder that captures and exports go to, and to see what was made."""
    for title, action in ((_("Choose a folder…"), "choose_captures_dir"), (_("Gallery (Ctrl+G)"), "show_gallery")):
        if imgui.button(title, imgui.ImVec2(-1, 0)):
            controls.invoke(action)
        controls.mark_focus()


def calibration(calibration: CalibrationStatus | None) -> None:
    """Draw how far live depth is off the capture that calibrates it."""
    if calibration is None:
        imgui.text_disabled(_("A capture (X) calibrates the live scene."))
    elif calibration.residual is None:
        imgui.text_disabled(_("Only the field of view comes from the capture."))
    else:
        unit = _("meters") if calibration.is_metric else _("no unit")
        text = _("Live depth is {share} % off the capture ({unit}).")
        imgui.text_disabled(text.format(share=f"{100 * calibration.residual:.1f}", unit=unit))
        imgui.set_item_tooltip(_("The median difference between live depth and the capture."))
