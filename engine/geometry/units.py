"""Measuring: the unit of lengths in a scene, and the ruler between two points."""

from dataclasses import dataclass
from math import dist

from engine.frames import DepthFrame
from engine.geometry.world import units_of
from engine.settings import SceneSettings

Place = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Scale:
    """The unit of lengths in the scene."""

    units_per_m: float | None
    """World units per meter; None where lengths have no unit."""
    is_calibrated: bool
    """Whether the camera is known, so that lengths across the picture are as exact as depth."""
    reason: str = ""
    """Why there is no unit, and how to get one."""

    def text(self, length_m: float) -> str:
        """Format a length."""
        if length_m < 1:
            text = f"{length_m * 100:.1f} cm"
        else:
            text = f"{length_m:.2f} m" if length_m < 100 else f"{length_m:.0f} m"
        return text if self.is_calibrated else f"{text}  (uncalibrated)"


def scale_of(frame: DepthFrame, settings: SceneSettings) -> Scale:
    """Return the unit of lengths in the scene of `frame`."""
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
    """The ends clicked so far, at most two, in meters relative to the picture's camera."""

    ends: tuple[Place, ...] = ()

    def with_end(self, place: Place) -> "Ruler":
        """Return the ruler with one more end. A third one starts over."""
        return Ruler((*self.ends, place)) if len(self.ends) < 2 else Ruler((place,))

    @property
    def length_m(self) -> float | None:
        """The distance between both ends."""
        return dist(*self.ends) if len(self.ends) == 2 else None
