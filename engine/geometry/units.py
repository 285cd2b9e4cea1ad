"""The ruler: two points of the scene, and what a length in it means."""

from dataclasses import dataclass
from math import dist

from engine.frames import DepthFrame
from engine.geometry.world import units_of
from engine.settings import SceneSettings

Place = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Scale:
    """What a length in the scene means."""

    units_per_m: float | None
    """World units for each meter; None where lengths have no unit."""
    is_calibrated: bool
    """Whether the camera is known, so that lengths across the picture are as right as depth is."""
    reason: str = ""
    """Why there is no unit, and what gives one."""

    def text(self, length_m: float) -> str:
        """A length as it is shown."""
        if length_m < 1:
            text = f"{length_m * 100:.1f} cm"
        else:
            text = f"{length_m:.2f} m" if length_m < 100 else f"{length_m:.0f} m"
        return text if self.is_calibrated else f"{text}  (uncalibrated)"


def scale_of(frame: DepthFrame, settings: SceneSettings) -> Scale:
    """What lengths mean in the scene of `frame`."""
    if settings.projection == "relief":
        return Scale(None, False, "A relief has no true lengths: choose the perspective projection to measure.")
    if settings.invert_depth:
        return Scale(None, False, "Inverted depth has no true lengths: turn invert depth off to measure.")
    if not frame.is_metric:
        return Scale(
            None, False,
            "Relative depth has no unit. Metric depth gives one: turn metric on, or capture with a metric network.",
        )  # fmt: skip
    return Scale(units_of(frame, settings), frame.camera != "assumed")


@dataclass(frozen=True, slots=True)
class Ruler:
    """What was clicked so far: nothing, one end, or both, in meters about the camera of the picture."""

    ends: tuple[Place, ...] = ()

    def with_end(self, place: Place) -> "Ruler":
        """With one more end; the third begins anew."""
        return Ruler((*self.ends, place)) if len(self.ends) < 2 else Ruler((place,))

    @property
    def length_m(self) -> float | None:
        """Between both ends."""
        return dist(*self.ends) if len(self.ends) == 2 else None
