"""The lens, in the camera section: what is known of the camera that took the frames, and fields to enter it."""

from typing import Any

from imgui_bundle import imgui

from engine.geometry.intrinsics import UNKNOWN
from engine.settings import DepthSettings, Settings
from engine.settings.fields import declaration
from engine.settings.language import _, marked
from engine.status.commands import LoadCalibration
from engine.status.snapshot import CameraStatus
from engine.ui.widgets import Controls

_FOCAL, _CENTER, _SIZE = (
    ("focal_length_x", "focal_length_y"),
    ("principal_point_x", "principal_point_y"),
    ("calibrated_width", "calibrated_height"),
)
_LABELS = {_FOCAL: marked("Focal length (px)"), _CENTER: marked("Center (px)"), _SIZE: marked("Calibrated at (px)")}
_ORIGINS = {"known": marked("known"), "predicted": marked("from a capture"), "assumed": marked("assumed")}
_FILE_HELP = marked("An OpenCV calibration file: YAML, XML or JSON. You can also drop it on the window.")


class CameraPanel:
    """Keeps what is being typed: a number counts once it is complete."""

    def __init__(self) -> None:
        self._typed: dict[tuple[str, str], list[Any]] = {}
        self._path = ""

    def draw(
        self, settings: Settings, camera: CameraStatus | None, size_px: tuple[int, int] | None, controls: Controls
    ) -> None:
        """Draw the fields. `size_px`: the size of the source's frames, in pixels of their geometry."""
        if camera is not None:
            _now(camera, controls)
            if camera.is_of_source:
                imgui.text_disabled(_("The source supplies its camera."))
                return
        controls.setting(settings, "fov_deg")
        for pair in _LABELS:
            self._numbers(pair, settings.depth, size_px, controls)
        controls.label(_("Calibration file"), _(_FILE_HELP))
        is_done, self._path = imgui.input_text_with_hint(
            "##camera file", _("path, then Enter"), self._path, imgui.InputTextFlags_.enter_returns_true
        )
        imgui.set_item_tooltip(_(_FILE_HELP))
        if is_done and self._path.strip():
            controls.commands.append(LoadCalibration(self._path.strip()))
        if any(getattr(settings.depth, name) != value for name, value in UNKNOWN.items()) and imgui.button(
            _("Forget this camera"), imgui.ImVec2(-1, 0)
        ):
            controls.change(**UNKNOWN)

    def _numbers(
        self, pair: tuple[str, str], settings: DepthSettings, size_px: tuple[int, int] | None, controls: Controls
    ) -> None:
        """Draw two number fields in a row."""
        helps = [declaration(name).help for name in pair]
        controls.label(_(_LABELS[pair]), helps[0])
        values = self._typed.get(pair, [getattr(settings, name) for name in pair])
        if pair is _SIZE:
            changed, values = imgui.input_int2(f"##{pair[0]}", values, imgui.InputTextFlags_.auto_select_all)
        else:
            form, flags = "%.1f", imgui.InputTextFlags_.auto_select_all
            changed, values = imgui.input_float2(f"##{pair[0]}", values, form, flags)
        imgui.set_item_tooltip("\n".join(helps))
        if changed:
            self._typed[pair] = values
        if not imgui.is_item_deactivated_after_edit() or pair not in self._typed:
            return
        changes = dict(zip(pair, self._typed.pop(pair), strict=True))
        if pair is not _SIZE and size_px is not None and not settings.calibrated_width:
            # the numbers are meant for the frame as it is now, and still hold when another size is chosen
            changes.update(zip(_SIZE, size_px, strict=True))
        controls.change(**changes)


def _now(camera: CameraStatus, controls: Controls) -> None:
    controls.label(_("Now"))
    origin = _(_ORIGINS[camera.origin])
    text = _("{angle}° wide, {origin}").format(angle=f"{camera.fov_deg:.1f}", origin=origin)
    if camera.origin == "assumed":
        imgui.text_colored(imgui.ImVec4(*controls.theme.palette.warning), text)
        imgui.set_item_tooltip(_("No calibration is known, so lengths across the picture are uncalibrated."))
    else:
        imgui.text(text)
