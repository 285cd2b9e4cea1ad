"""What the overlay shows of the camera, the calibration, the room and the ruler: plain data."""

from dataclasses import dataclass

from engine.frames import CameraOrigin


@dataclass(frozen=True, slots=True)
class CameraFacts:
    """The camera that took what is on screen."""

    origin: CameraOrigin
    fov_deg: float
    """Horizontal field of view."""
    is_of_source: bool
    """Whether the source itself tells it."""


@dataclass(frozen=True, slots=True)
class CalibrationFacts:
    """How the live scene is calibrated by a capture."""

    residual: float | None
    """Median share by which live depth is off the capture; None where only the camera is taken from it."""
    is_metric: bool


@dataclass(frozen=True, slots=True)
class ViewFacts:
    """One of the views that a room is made of."""

    source: str
    thumbnail: tuple[tuple[int, ...], ...]
    """Rows of colors as they are drawn: 0xAABBGGRR."""


@dataclass(frozen=True, slots=True)
class RulerMarks:
    """The ruler, in shares of the window from its top left corner."""

    lines: tuple[tuple[tuple[float, float] | None, ...], ...] = ()
    """For each look at the scene, as there are two in stereo, the ends: none, one or both. None: behind the eye."""
    label: str | None = None
    """The length between two ends."""
    pointer: tuple[float, float] | None = None
    pointer_label: str | None = None
    """The depth there."""
    hint: str = ""
    """What to do, or why nothing can be measured."""
