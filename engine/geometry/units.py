"""Measuring: the unit of lengths in a scene, and the ruler between two points."""

from dataclasses import dataclass
from math import dist

import numpy as np

from engine.frames import DepthFrame, DepthKind
from engine.geometry.world import RELIEF_PLANE, is_measured, units_of
from engine.settings import SceneSettings
from engine.settings.language import _, marked

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
        return text if self.is_calibrated else f"{text}  ({_('uncalibrated')})"


def scale_of(frame: DepthFrame, settings: SceneSettings) -> Scale:
    """Return the unit of lengths in the scene of `frame`."""
    if settings.projection == "relief":
        return Scale(None, False, marked("A relief has no true lengths: choose the perspective projection to measure."))
    if settings.invert_depth:
        return Scale(None, False, marked("Swapped depth has no true lengths: switch Swap near and far off to measure."))
    if not frame.is_metric:
        return Scale(None, False, marked("This depth has no unit. Switch metric depth on (M) to measure in meters."))
    return Scale(units_of(frame, settings), frame.camera != "assumed")


def seen_at(frame: DepthFrame, place: Place, settings: SceneSettings) -> tuple[float, float]:
    """Return where the camera of `frame` sees `place`, in world units: shares of the picture across and down."""
    (rows, columns), k = frame.depth.shape, frame.intrinsics
    x, y, z = place
    distance = RELIEF_PLANE if settings.projection == "relief" else -z
    return (k[0, 0] * x / distance + k[0, 2]) / columns, (k[1, 2] - k[1, 1] * y / distance) / rows


def was_measured(frame: DepthFrame, place: Place, settings: SceneSettings) -> bool:
    """Return whether there is a depth in the map of `frame` where its camera sees `place`, in world units."""
    across, down = seen_at(frame, place, settings)
    rows, columns = frame.depth.shape
    depth = frame.depth[pixel(down, rows), pixel(across, columns)]
    return bool(is_measured(np.asarray(depth), frame.kind is DepthKind.DISPARITY))


def pixel(share: float, count: int) -> int:
    """Return the number of the pixel at `share` of `count` pixels, or of the closest one."""
    return min(max(int(share * count), 0), count - 1)


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
