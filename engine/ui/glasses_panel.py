"""The menu of stereo: what one looks at it with, and how the two pictures differ."""

from dataclasses import dataclass
from typing import Any

from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui

from engine.settings import Settings
from engine.settings.fields import declaration
from engine.settings.language import _, marked
from engine.settings.presets import PresetEntry
from engine.settings.stereo import CONVERGENCES, DEFAULT_EYE_DISTANCE, millimeters
from engine.status.commands import ApplyPreset, FillMonitor
from engine.ui import slider
from engine.ui.panels import PLAIN_WINDOW
from engine.ui.slider import Range
from engine.ui.widgets import Controls, combo, tooltip

TITLE = marked("3D glasses")
_WIDTH, _MARGIN = 340.0, 16.0
_USUAL_MM = 63.0
"""Distance between the eyes of adults."""
_SHARES, _MILLIMETERS = Range(0, 20, 1), Range(0, 200, 0)
_USUAL_M = 2.0
_METERS_AWAY = Range(0.1, 100.0, 2, is_logarithmic=True)
_UNIT_WIDTH = 2.6
"""Of the button with the unit, in heights of the font."""
_PLAIN_SETTINGS = ("stereo", "swap_eyes")
_OF_EYES = ("comfort", "eye_border")
_OF_QUILTS = ("quilt", "quilt_cone_deg")
_CONVERGENCES = {
    "pivot": marked("orbit center"), "near": marked("nearest"), "middle": marked("middle"), "far": marked("farthest")
}  # fmt: skip
_METERS = marked("distance")


@dataclass(frozen=True, slots=True)
class GlassesStatus:
    """What the menu shows."""

    settings: Settings
    devices: tuple[PresetEntry, ...]
    monitors: tuple[str, ...] = ()
    """Labels of the monitors, from the first one on."""
    is_fullscreen: bool = False


def window(status: GlassesStatus, controls: Controls) -> bool:
    """Draw the menu beside what it changes, at the right border; return whether it stays open."""
    size, width = imgui.get_io().display_size, _WIDTH * controls.theme.scale
    margin = _MARGIN * controls.theme.scale
    imgui.set_next_window_pos(imgui.ImVec2(size.x - margin, controls.top), imgui.Cond_.always, imgui.ImVec2(1.0, 0.0))
    width, height = min(width, size.x - 2 * margin), size.y - controls.top - margin
    imgui.set_next_window_size_constraints(imgui.ImVec2(width, 0), imgui.ImVec2(width, height))
    imgui.set_next_window_bg_alpha(1.0)  # it may lie over other panels
    imgui.begin("glasses", None, PLAIN_WINDOW)
    imgui.align_text_to_frame_padding()
    imgui.push_font(controls.theme.bold, 0)
    imgui.text(_(TITLE))
    imgui.pop_font()
    side = imgui.get_frame_height()
    imgui.same_line(imgui.get_window_width() - imgui.get_style().window_padding.x - side)
    is_closed = imgui.button(icons.ICON_FA_XMARK, imgui.ImVec2(side, 0))
    menu(status, controls)
    controls.right = imgui.get_window_pos().x - margin / 2
    imgui.end()
    return not is_closed


def menu(status: GlassesStatus, controls: Controls) -> None:
    """Draw the content of the menu into a window or a popup."""
    for device in status.devices:
        mark = icons.ICON_FA_CHECK if device.is_active else ""
        if imgui.selectable(f"{mark}##{device.name}", device.is_active, imgui.SelectableFlags_.no_auto_close_popups)[0]:
            controls.commands.append(ApplyPreset(device.name))
        if imgui.is_item_hovered(imgui.HoveredFlags_.delay_short):
            tooltip(_(device.meaning))
        imgui.same_line(1.8 * imgui.get_font_size())
        imgui.text(_(device.title))
    imgui.separator()
    _full_screen(status, controls)
    settings = status.settings
    for name in _PLAIN_SETTINGS:
        controls.setting(settings, name)
    if settings.stereo.stereo == "off":
        return
    if settings.stereo.stereo == "quilt":
        names = _OF_QUILTS
    else:
        eye_distance(settings, controls)
        names = _OF_EYES
    convergence(settings, controls)
    for name in names:
        controls.setting(settings, name)


def eye_distance(settings: Settings, controls: Controls) -> None:
    """Draw the slider of the distance between the eyes, and the choice of its unit."""
    value, spacing = settings.stereo.eye_distance, imgui.get_style().item_inner_spacing.x
    in_mm = millimeters(value)
    _label("eye_distance", controls)
    imgui.push_id("eye_distance")
    unit = "%" if in_mm is None else "mm"
    button = _UNIT_WIDTH * imgui.get_font_size() + spacing
    share = value if isinstance(value, float) else DEFAULT_EYE_DISTANCE
    new: float | str
    if in_mm is None:
        text = f"{100 * share:.1f}"
        changed, shown = slider.slider(_SHARES, 100 * share, text, controls.theme, after=button)
        new = round(shown / 100, 3)
    else:
        text = f"{in_mm:.0f}"
        changed, shown = slider.slider(_MILLIMETERS, in_mm, text, controls.theme, after=button)
        new = f"{max(shown, 0):.0f}mm"
    controls.mark_focus()
    if changed:
        controls.change(eye_distance=new)
    slider.number(text, controls.theme, after=button)
    imgui.same_line(0, spacing)
    if imgui.button(unit, imgui.ImVec2(-1, 0)):
        controls.change(eye_distance=f"{_USUAL_MM:.0f}mm" if in_mm is None else DEFAULT_EYE_DISTANCE)
    if imgui.is_item_hovered(imgui.HoveredFlags_.delay_short):
        tooltip(_("Percent of the distance to the orbit center, or millimeters where depth is in meters."))
    imgui.pop_id()


def convergence(settings: Settings, controls: Controls) -> None:
    """Draw the choice of what lies at the depth of the screen, with a slider for a distance in meters."""
    value = settings.stereo.convergence
    _label("convergence", controls)
    imgui.push_id("convergence")
    if combo("##", _(_METERS if isinstance(value, float) else _CONVERGENCES[value])):
        for name in CONVERGENCES:
            if imgui.selectable(_(_CONVERGENCES[name]), value == name)[0]:
                controls.change(convergence=name)
        if imgui.selectable(_(_METERS), isinstance(value, float))[0] and not isinstance(value, float):
            controls.change(convergence=_USUAL_M)
        imgui.end_combo()
    if isinstance(value, float):
        controls.label("")
        imgui.push_id("m")
        changed, shown = slider.slider(_METERS_AWAY, value, f"{value:.2f} m", controls.theme)
        imgui.pop_id()
        controls.mark_focus()
        if changed:
            controls.change(convergence=round(min(max(shown, _METERS_AWAY.low), _METERS_AWAY.high), 2))
        slider.number(f"{value:.2f} m", controls.theme)
    imgui.pop_id()


def _full_screen(status: GlassesStatus, controls: Controls) -> None:
    """Draw the switch of full screen; with several monitors, a list of them."""
    controls.label(_("Full screen"), _("F fills the monitor that the window is on."))
    if len(status.monitors) < 2:
        imgui.push_id("full")
        if controls.toggle(status.is_fullscreen)[0]:
            controls.invoke("toggle_fullscreen")
        controls.mark_focus()
        imgui.pop_id()
        return
    if combo("##full", _("on") if status.is_fullscreen else _("off")):
        if imgui.selectable(_("off"), not status.is_fullscreen)[0] and status.is_fullscreen:
            controls.invoke("toggle_fullscreen")
        for number, label in enumerate(status.monitors, start=1):
            if imgui.selectable(label, False)[0]:
                controls.commands.append(FillMonitor(number))
        imgui.end_combo()


def _label(name: str, controls: Controls) -> Any:
    declared = declaration(name)
    controls.label(declared.label, declared.help)
