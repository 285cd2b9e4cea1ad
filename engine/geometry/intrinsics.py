"""Intrinsics of the source's camera: known from the source or the user, or assumed."""

from dataclasses import dataclass
from math import atan, degrees
from typing import Any

import numpy as np

from engine.errors import CalibrationError
from engine.frames import ASSUMED_FOV_DEG, CameraOrigin, Frame, Intrinsics, default_intrinsics, scale_intrinsics
from engine.settings import SHORTEST_FOCAL, DepthSettings, Settings
from engine.settings.fields import all_traits

CAMERA_SUFFIXES = (".yml", ".yaml", ".xml", ".json")
"""Suffixes of calibration files."""


@dataclass(frozen=True, slots=True)
class Lens:
    """A pinhole camera as OpenCV stores it, in pixels of a picture of `width_px` x `height_px`.

    The center of the first pixel is at 0, as in OpenCV; in `Intrinsics` it is at 0.5. Raises CalibrationError for
    impossible numbers.
    """

    fx: float
    fy: float
    cx: float
    cy: float
    width_px: int
    height_px: int

    def __post_init__(self) -> None:
        if min(self.width_px, self.height_px) < 1:
            raise CalibrationError("the picture's sides should be at least one pixel")
        if not (self.fx >= SHORTEST_FOCAL * self.width_px and self.fy >= SHORTEST_FOCAL * self.height_px):
            raise CalibrationError("the focal lengths should be pixels of a picture of that size; they are too short")
        if not (0 <= self.cx <= self.width_px and 0 <= self.cy <= self.height_px):
            raise CalibrationError("the principal point should lie within the picture; it is in pixels")

    @property
    def shares(self) -> Intrinsics:
        """The same camera (3, 3) in shares of the picture's width and height."""
        matrix = np.array([[self.fx, 0, self.cx + 0.5], [0, self.fy, self.cy + 0.5], [0, 0, 1]])
        return scale_intrinsics(matrix, 1 / self.width_px, 1 / self.height_px)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings for this camera."""
        return {
            "focal_length_x": self.fx, "focal_length_y": self.fy,
            "principal_point_x": self.cx, "principal_point_y": self.cy,
            "calibrated_width": self.width_px, "calibrated_height": self.height_px,
        }  # fmt: skip


UNKNOWN: dict[str, Any] = {
    name: DepthSettings.model_fields[name].default for name, traits in all_traits().items() if traits.describes_camera
}
"""The settings of an unknown camera."""


def camera_of(frame: Frame, settings: DepthSettings) -> tuple[Intrinsics, CameraOrigin]:
    """Return the intrinsics (3, 3) of `frame` in pixels of its geometry, and their origin.

    What the source knows comes first, then the user's focal length, then the user's field of view.
    """
    width_px, height_px = frame.geometry_px
    if frame.intrinsics is not None:
        height, width = frame.image.shape[:2]
        origin = frame.recorded.camera if frame.recorded else "known"
        return scale_intrinsics(frame.intrinsics, width_px / width, height_px / height), origin
    if settings.focal_length_x or settings.focal_length_y:
        matrix = _pinhole(settings, *whole_px(frame))  # as the camera took it
        matrix[:2, 2] -= frame.cropped[0] * width_px, frame.cropped[1] * height_px
        return matrix, "known"
    if settings.fov_deg:
        return default_intrinsics(width_px, height_px, settings.fov_deg), "known"
    return default_intrinsics(width_px, height_px, ASSUMED_FOV_DEG), "assumed"


def whole_px(frame: Frame) -> tuple[float, float]:
    """Return width and height that the geometry of `frame` would have if nothing had been cropped off."""
    (width, height), (left, top, right, bottom) = frame.geometry_px, frame.cropped
    return width * (1 + left + right), height * (1 + top + bottom)


def with_picture_size(settings: DepthSettings, width_px: int, height_px: int) -> DepthSettings:
    """Complete calibration numbers without a picture size by the given size.

    They were entered for the live frame, and have to mean the same at other resolutions of it.
    """
    if settings.calibrated_width or settings.calibrated_height:
        return settings
    return settings.model_copy(update={"calibrated_width": width_px, "calibrated_height": height_px})


def forget_camera(settings: Settings, before: Settings) -> Settings:
    """Remove from `settings` the camera of the source in `before`, if the source has changed.

    Measuring another source with it would give wrong lengths.
    """
    if settings.source.source == before.source.source:
        return settings
    old = {name: value for name, value in UNKNOWN.items() if _of(settings, name) == _of(before, name)}
    return settings.replace(**old)


def with_camera_of(other: Settings, settings: Settings) -> Settings:
    """Return `settings` with the camera of `other`, even if that is unknown."""
    return settings.replace(**{name: _of(other, name) for name in UNKNOWN})


def _of(settings: Settings, name: str) -> object:
    return getattr(settings.depth, name)


def fov_deg(intrinsics: Intrinsics, width_px: int) -> float:
    """Return the horizontal field of view of a camera (3, 3) with pictures `width_px` wide."""
    focal, center = float(intrinsics[0, 0]), float(intrinsics[0, 2])
    return degrees(atan(center / focal) + atan((width_px - center) / focal))


def _pinhole(settings: DepthSettings, width_px: float, height_px: float) -> Intrinsics:
    """Return the user's intrinsics, scaled from the calibrated size to a picture of this size."""
    x = width_px / (settings.calibrated_width or width_px)
    y = height_px / (settings.calibrated_height or height_px)
    if not settings.calibrated_width:  # one side tells the scale of both
        x = y
    elif not settings.calibrated_height:
        y = x
    fx, fy = settings.focal_length_x, settings.focal_length_y
    cx = (settings.principal_point_x + 0.5) * x if settings.principal_point_x else width_px / 2
    cy = (settings.principal_point_y + 0.5) * y if settings.principal_point_y else height_px / 2
    return np.array([[(fx or fy) * x, 0, cx], [0, (fy or fx) * y, cy], [0, 0, 1]], np.float64)
