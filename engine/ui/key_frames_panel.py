"""The list of key frames of a camera path."""

from dataclasses import dataclass

from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui

from engine.navigation.bindings import localized
from engine.settings.language import _
from engine.status.commands import GoToKeyFrame, RemoveKeyFrame, SwapKeyFrames, TimeKeyFrame
from engine.ui.panels import PLAIN_WINDOW
from engine.ui.widgets import Controls, note

_WIDTH, _MARGIN = 320.0, 16.0
_TIME_WIDTH = 62.0


@dataclass(frozen=True, slots=True)
class KeyFrameRow:
    """One key frame."""

    at_s: float
    yaw_deg: float
    pitch_deg: float


@dataclass(frozen=True, slots=True)
class KeyFrameList:
    """What the list shows."""

    rows: tuple[KeyFrameRow, ...] = ()
    is_flying: bool = False


def window(shown: KeyFrameList, key: str, controls: Controls) -> bool:
    """Draw the list at the right, beside the menu of stereo if there is room; return whether it stays open.

    key: the key that sets a key frame.
    """
    size, scale = imgui.get_io().display_size, controls.theme.scale
    margin = _MARGIN * scale
    width = min(_WIDTH * scale, size.x - 2 * margin)
    right = controls.right if controls.right - width >= margin else size.x - margin
    imgui.set_next_window_pos(imgui.ImVec2(right, controls.top), imgui.Cond_.always, imgui.ImVec2(1.0, 0.0))
    imgui.set_next_window_size_constraints(imgui.ImVec2(width, 0), imgui.ImVec2(width, size.y - controls.top - margin))
    imgui.set_next_window_bg_alpha(1.0)  # it may lie over other panels
    imgui.begin("key frames", None, PLAIN_WINDOW)
    imgui.align_text_to_frame_padding()
    imgui.push_font(controls.theme.bold, 0)
    imgui.text(_("Camera path"))
    imgui.pop_font()
    side = imgui.get_frame_height()
    imgui.same_line(imgui.get_window_width() - imgui.get_style().window_padding.x - side)
    is_closed = imgui.button(icons.ICON_FA_XMARK, imgui.ImVec2(side, 0))
    imgui.set_item_tooltip(_("Close"))
    for index, row in enumerate(shown.rows):
        imgui.push_id(index)
        _row(index, row, len(shown.rows), controls)
        imgui.pop_id()
    if len(shown.rows) < 2:
        note(_("Go to a view and press {key}, twice at least.").format(key=localized(key)))
    else:
        _buttons(shown, controls)
    controls.right = min(controls.right, imgui.get_window_pos().x - margin / 2)
    imgui.end()
    return not is_closed


def _row(index: int, row: KeyFrameRow, count: int, controls: Controls) -> None:
    """Draw one key frame: its time, where it looks from, and what can be done with it."""
    scale, side = controls.theme.scale, imgui.get_frame_height()
    imgui.set_next_item_width(_TIME_WIDTH * scale)
    at_s = imgui.input_float("##at", row.at_s, 0, 0, "%.1f s")[1]
    if imgui.is_item_deactivated_after_edit():
        controls.commands.append(TimeKeyFrame(index, at_s))
    controls.mark_focus()
    imgui.set_item_tooltip(_("When the camera passes it, in seconds"))
    imgui.same_line()
    imgui.text_disabled(f"{round(row.yaw_deg)}°  {round(row.pitch_deg)}°")
    imgui.set_item_tooltip(_("To the right, and above"))
    gap = imgui.get_style().item_inner_spacing.x
    imgui.same_line(imgui.get_window_width() - imgui.get_style().window_padding.x - 4 * side - 3 * gap)
    for icon, hint, command, is_possible in (
        (icons.ICON_FA_LOCATION_CROSSHAIRS, _("Go there"), GoToKeyFrame(index), True),
        (icons.ICON_FA_ARROW_UP, _("Earlier"), SwapKeyFrames(index - 1), index > 0),
        (icons.ICON_FA_ARROW_DOWN, _("Later"), SwapKeyFrames(index), index < count - 1),
        (icons.ICON_FA_TRASH, _("Remove"), RemoveKeyFrame(index), True),
    ):
        imgui.begin_disabled(not is_possible)
        if imgui.button(icon, imgui.ImVec2(side, 0)):
            controls.commands.append(command)
        imgui.end_disabled()
        controls.mark_focus()
        imgui.set_item_tooltip(hint)
        imgui.same_line(0, gap)
    imgui.new_line()


def _buttons(shown: KeyFrameList, controls: Controls) -> None:
    label = f"{icons.ICON_FA_STOP}  {_('Stop')}" if shown.is_flying else f"{icons.ICON_FA_PLAY}  {_('Fly')}"
    if imgui.button(f"{label}##fly"):
        controls.invoke("fly_key_frames")
    imgui.set_item_tooltip(_("Fly through all of them"))
    imgui.same_line()
    if imgui.button(_("Save")):
        controls.invoke("save_key_frames")
    imgui.set_item_tooltip(_("As a file for the command render"))
    imgui.same_line()
    if imgui.button(_("Render…")):
        controls.invoke("render_key_frames")
    imgui.set_item_tooltip(_("As a film of a photo or a capture"))
    imgui.same_line()
    side = imgui.get_frame_height()
    if imgui.button(f"{icons.ICON_FA_TRASH}##all", imgui.ImVec2(side, 0)):
        controls.invoke("forget_key_frames")
    imgui.set_item_tooltip(_("Remove all"))
