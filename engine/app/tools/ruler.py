"""The ruler at work: clicks on the scene become ends, and both are brought back to where they are seen. And what there
is to say of the camera."""

from engine.app.view_state import ViewState
from engine.frames import DepthFrame, DepthKind
from engine.geometry.calibration import StreamCalibration
from engine.geometry.intrinsics import fov_deg
from engine.geometry.units import Place, Ruler, Scale, scale_of
from engine.settings import SceneSettings
from engine.status.facts import CalibrationFacts, CameraFacts, RulerMarks


class RulerTool:
    """Main thread only."""

    def __init__(self, stage: ViewState) -> None:
        self._stage = stage
        self._ruler = Ruler()
        self._source_id = ""
        self.is_on = False

    def toggle(self) -> None:
        """Take up the ruler, or put it away."""
        self.is_on, self._ruler = not self.is_on, Ruler()

    def clear(self) -> bool:
        """Forget the ends, then put the ruler away; False if there was none."""
        if not self.is_on:
            return False
        self.is_on, self._ruler = bool(self._ruler.ends), Ruler()
        return True

    def click(self, u: float, v: float, settings: SceneSettings) -> None:
        """Put an end where the surface is seen at (u, v), shares of the picture."""
        place = self._stage.pick(u, v)
        units = self._scale(settings).units_per_m
        if self.is_on and place is not None and units is not None:
            self._ruler = self._ruler.with_end(_scaled(place, 1 / units))

    def marks(self, pointer: tuple[float, float] | None, settings: SceneSettings) -> RulerMarks | None:
        """What is to be shown, the depth under `pointer` included; None if there is no ruler."""
        shown = self._stage.shown
        if not self.is_on or shown is None:
            return None
        if shown.frame.source_id != self._source_id:  # what was measured is not there any more
            self._source_id, self._ruler = shown.frame.source_id, Ruler()
        scale = self._scale(settings)
        if scale.units_per_m is None:
            return RulerMarks(hint=scale.reason)
        length_m = self._ruler.length_m
        return RulerMarks(
            lines=tuple(
                zip(*(self._stage.spots(_scaled(end, scale.units_per_m)) for end in self._ruler.ends), strict=True)
            ),
            label=scale.text(length_m) if length_m is not None else None,
            pointer=pointer,
            pointer_label=self._depth_at(pointer, scale) if pointer is not None else None,
            hint="" if self._ruler.ends else "Click two points of the scene to measure between them.",
        )

    def _scale(self, settings: SceneSettings) -> Scale:
        assert self._stage.shown is not None
        return scale_of(self._stage.shown, settings)

    def _depth_at(self, pointer: tuple[float, float], scale: Scale) -> str | None:
        """How far what is seen there is from the source's camera, along its axis; None beside the surface."""
        place = self._stage.pick(*pointer)
        if place is None or scale.units_per_m is None:
            return None
        return scale.text(-place[2] / scale.units_per_m)


def camera_facts(shown: DepthFrame) -> CameraFacts:
    """What is known of the camera that took a frame."""
    angle = fov_deg(shown.intrinsics, shown.depth.shape[1])
    return CameraFacts(shown.camera, angle, is_of_source=shown.frame.intrinsics is not None)


def calibration_facts(calibration: StreamCalibration) -> CalibrationFacts:
    """How a stream is calibrated."""
    fit = calibration.disparity
    return CalibrationFacts(fit.residual if fit else None, fit is not None and fit.kind is DepthKind.METRIC)


def _scaled(place: Place, factor: float) -> Place:
    x, y, z = place
    return x * factor, y * factor, z * factor
