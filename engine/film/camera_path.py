"""Camera paths: where the camera is at each moment of a film, relative to where the picture was taken from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import cos, degrees, pi, radians, remainder, sin
from typing import Literal, Protocol, get_args

from pyglm import glm

from engine.errors import InputError
from engine.navigation.camera import Camera

PathName = Literal["swing", "orbit", "circle", "dolly", "zoom", "vertigo", "rise"]
PATH_NAMES: tuple[PathName, ...] = get_args(PathName)
Easing = Literal["smooth", "linear"]

CLOSER_PER_DEG = 0.03
"""Dolly and vertigo go this share of the way to the pivot for each degree of amplitude; zoom magnifies as much."""
_CLOSEST = 0.9  # share of the way to the pivot: there the camera stops
_CIRCLE_PITCH = 0.5  # height of the ellipse of `circle`, as a share of its width


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the camera is, relative to the camera of the picture."""

    yaw_deg: float = 0.0
    """Around the pivot; positive is to the right of the scene."""
    pitch_deg: float = 0.0
    """Positive is above the scene."""
    closer: float = 0.0
    """Share of the way to the pivot; negative is back."""
    zoom: float = 1.0
    """Focal length, relative to that of the picture."""
    right: float = 0.0
    """How far the pivot has moved, as a share of its distance in the picture."""
    up: float = 0.0
    forward: float = 0.0

    @classmethod
    def of(cls, camera: Camera, home: Camera) -> "Pose":
        """Return the pose of `camera`, where `home` is that of the picture."""
        moved = (glm.vec3(camera.pivot) - glm.vec3(home.pivot)) / home.distance
        return cls(
            remainder(degrees(camera.yaw_rad - home.yaw_rad), 360),
            degrees(camera.pitch_rad - home.pitch_rad),
            1 - camera.distance / home.distance,
            camera.zoom / home.zoom,
            *(float(glm.dot(moved, axis)) for axis in (home.right, home.up, -home.backward)),
        )

    def camera(self, home: Camera) -> Camera:
        """Return the camera in this pose, where `home` is that of the picture."""
        orbited = home.orbited(radians(self.yaw_deg), radians(self.pitch_deg))
        moved = home.distance * (self.right * home.right + self.up * home.up - self.forward * home.backward)
        x, y, z = glm.vec3(home.pivot) + moved
        distance, zoom = home.distance * (1 - min(self.closer, _CLOSEST)), home.zoom * self.zoom
        return replace(orbited, pivot=(x, y, z), distance=distance, zoom=zoom)


class CameraPath(Protocol):
    """A path of the camera."""

    is_closed: bool
    """Whether the end joins the beginning."""
    is_limited: bool
    """Whether its amplitude may be reduced to keep holes small, and its pictures magnified to hide the border."""

    def pose(self, share: float, amplitude: float) -> Pose:
        """Return the pose at `share` (0 to 1) of the duration, with `amplitude` times the wanted deviation.

        Paths of different amplitude have the same shape.
        """


@dataclass(frozen=True, slots=True)
class _Course:
    """The shape of a named path."""

    pose: Callable[[float, float], Pose]
    """Takes the amplitude in degrees, and the phase: 0 to 1 over the film."""
    is_periodic: bool
    """Whether it comes back to where it began by itself."""


def _dolly(deg: float, phase: float) -> Pose:
    return Pose(closer=CLOSER_PER_DEG * deg * phase)


def _zoom(deg: float, phase: float) -> Pose:
    return Pose(zoom=1 + CLOSER_PER_DEG * deg * phase)


def _vertigo(deg: float, phase: float) -> Pose:
    """Move back and zoom in, so that what is at the distance of the pivot keeps its size."""
    back = CLOSER_PER_DEG * deg * phase
    return Pose(closer=-back, zoom=1 + back)


_COURSES: dict[PathName, _Course] = {
    "swing": _Course(lambda deg, phase: Pose(yaw_deg=deg * sin(2 * pi * phase)), is_periodic=True),
    "orbit": _Course(lambda deg, phase: Pose(yaw_deg=deg * (2 * phase - 1)), is_periodic=False),
    "circle": _Course(
        lambda deg, phase: Pose(deg * sin(2 * pi * phase), deg * _CIRCLE_PITCH * cos(2 * pi * phase)), is_periodic=True
    ),
    "dolly": _Course(_dolly, is_periodic=False),
    "zoom": _Course(_zoom, is_periodic=False),
    "vertigo": _Course(_vertigo, is_periodic=False),
    "rise": _Course(lambda deg, phase: Pose(pitch_deg=deg * (2 * phase - 1)), is_periodic=False),
}


class NamedPath:
    """One of PATH_NAMES. With `is_loop` the camera goes there and back, if the path does not close by itself."""

    is_limited = True

    def __init__(self, name: str, *, amplitude_deg: float, easing: Easing = "smooth", is_loop: bool = False) -> None:
        """Raises InputError if there is no path of that name."""
        if name not in PATH_NAMES:
            raise InputError(f"there is no path {name!r}; choose one of {', '.join(PATH_NAMES)}, or give a TOML file")
        self._course, self._amplitude_deg, self._easing = _COURSES[name], amplitude_deg, easing
        self._returns = is_loop and not self._course.is_periodic
        self.is_closed = is_loop or self._course.is_periodic

    def pose(self, share: float, amplitude: float) -> Pose:
        phase = share
        if self._returns:
            phase = 1 - abs(1 - 2 * share)
        if not self._course.is_periodic:
            phase = eased(phase, self._easing)
        return self._course.pose(self._amplitude_deg * amplitude, phase)


def eased(share: float, easing: Easing) -> float:
    """Return the part of the way that is done after `share` of the time. "smooth" starts and ends at rest."""
    return share if easing == "linear" else (1 - cos(pi * share)) / 2


def shares(count: int, *, is_closed: bool) -> list[float]:
    """Return when each of `count` frames is shown, as a share of the duration.

    The frame after the last is the first one again if the path is closed, so that a loop shows no frame twice.
    """
    last = count if is_closed else max(count - 1, 1)
    return [index / last for index in range(count)]
