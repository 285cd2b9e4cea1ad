"""The camera that took the pictures: what is known of it, and fields to tell it."""

from typing import Any

from imgui_bundle import imgui

from engine.geometry.intrinsics import UNKNOWN
from engine.navigation.events import CameraFileChosen
from engine.settings import DepthSettings, Settings
from engine.settings.fields import declaration
from engine.status.facts import CameraFacts
from engine.status.metrics import Status
from engine.ui.widgets import Controls

_FOCAL, _CENTER, _SIZE = (
    ("focal_length_x", "focal_length_y"),
    ("principal_point_x", "principal_point_y"),
    ("calibrated_width", "calibrated_height"),
)
_LABELS = {_FOCAL: "focal length (px)", _CENTER: "principal point", _SIZE: "of a picture of"}
_ORIGINS = {"known": "known", "predicted": "from a capture", "assumed": "assumed"}
_FILE_HELP = "A calibration file as OpenCV writes it: YAML, XML or JSON. It can be dropped on the window, too."


class CameraPanel:
    """A section of the panel. Numbers hold when they are complete, so it keeps what is being typed."""

    def __init__(self) -> None:
        self._typed: dict[tuple[str, str], list[Any]] = {}
        self._path = ""

    def draw(self, settings: Settings, status: Status, controls: Controls) -> None:
        if not controls.section("Camera"):
            return
        if status.camera is not None:
            _facts(status.camera, controls)
            if status.camera.is_of_source:
                imgui.text_disabled("The source itself tells its camera.")
                return
        controls.setting(settings, "fov_deg", zero="not known")
        for pair in _LABELS:
            self._numbers(pair, settings.depth, status, controls)
        controls.label("calibration file", _FILE_HELP)
        is_done, self._path = imgui.input_text_with_hint(
            "##camera file", "path, then Enter", self._path, imgui.InputTextFlags_.enter_returns_true
        )
        imgui.set_item_tooltip(_FILE_HELP)
        if is_done and self._path.strip():
            controls.events.append(CameraFileChosen(self._path.strip()))
        if any(getattr(settings.depth, name) != value for name, value in UNKNOWN.items()) and imgui.button(
            "Forget this camera", imgui.ImVec2(-1, 0)
        ):
            controls.changes.update(UNKNOWN)

    def _numbers(self, pair: tuple[str, str], settings: DepthSettings, status: Status, controls: Controls) -> None:
        """Two numbers in a row."""
        helps = [declaration(name).help for name in pair]
        controls.label(_LABELS[pair], helps[0])
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
        controls.changes.update(zip(pair, self._typed.pop(pair), strict=True))
        if pair is not _SIZE and status.source_px is not None and not (settings.calibrated_width or 0):
            # they are meant for the picture as it is now, and go on to hold when another size is chosen
            controls.changes.update(zip(_SIZE, status.source_px, strict=True))


def _facts(camera: CameraFacts, controls: Controls) -> None:
    controls.label("now")
    text = f"{camera.fov_deg:.1f}° wide, {_ORIGINS[camera.origin]}"
    if camera.origin == "assumed":
        imgui.text_colored(imgui.ImVec4(*controls.theme.palette.warning), text)
        imgui.set_item_tooltip("Nobody told, so what is measured across the picture is uncalibrated.")
    else:
        imgui.text(text)
