"""Camera paths from key frames in a TOML file."""

import tomllib
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Annotated

import numpy as np
import tomli_w
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.errors import InputError
from engine.files.atomic import complete_file
from engine.film.camera_path import Easing, Pose
from engine.settings.complaints import complaint

Array = NDArray[np.float64]

_Share = Annotated[float, Field(ge=-5, le=5)]
_DIGITS = 4


class KeyFrame(BaseModel):
    """Where the camera is at one moment."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    at: float = Field(ge=0)
    """Seconds from the beginning."""
    yaw: float = Field(0.0, ge=-180, le=180)
    """Degrees around the middle of the scene's depth; positive is to the right."""
    pitch: float = Field(0.0, ge=-89, le=89)
    """Degrees; positive is above."""
    closer: float = Field(0.0, ge=-5, le=0.9)
    """Share of the way to the middle of the depth; negative is back."""
    zoom: float = Field(1.0, ge=0.2, le=10)
    """Magnification."""
    right: _Share = 0.0
    """How far the point that the camera goes around has moved, as a share of the way to the middle of the depth."""
    up: _Share = 0.0
    forward: _Share = 0.0

    @classmethod
    def of(cls, pose: Pose, at: float) -> "KeyFrame":
        """Return the key frame of `pose`. Raises InputError if the camera is too far away for one."""
        yaw, pitch, *others = (round(value, _DIGITS) for value in astuple(pose))
        names = ("closer", "zoom", "right", "up", "forward")
        try:
            return cls(at=at, yaw=yaw, pitch=pitch, **dict(zip(names, others, strict=True)))
        except ValidationError as error:
            raise InputError(f"the camera is too far from the scene for a key frame: {complaint(error)}") from None

    @property
    def pose(self) -> Pose:
        """Where the camera is, without the time."""
        return Pose(self.yaw, self.pitch, self.closer, self.zoom, self.right, self.up, self.forward)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    easing: Easing = "smooth"
    """smooth: the camera passes each key frame without a corner. linear: straight from one to the next."""
    key: tuple[KeyFrame, ...] = Field(min_length=2)


class KeyFramePath:
    """A path through key frames. A closed one goes from the last back to the first, in the mean time between two."""

    is_limited = False

    def __init__(self, keys: Sequence[KeyFrame], *, easing: Easing = "smooth", is_loop: bool = False) -> None:
        """Raises InputError for times that do not rise."""
        times = np.array([key.at for key in keys])
        if (np.diff(times) <= 0).any():
            raise InputError("the times `at` of key frames must rise from one to the next")
        values = np.array(
            [(key.yaw, key.pitch, key.closer, np.log(key.zoom), key.right, key.up, key.forward) for key in keys]
        )
        if is_loop:
            times = np.append(times, times[-1] + np.diff(times).mean())
            values = np.concatenate([values, values[:1]])
        self._times, self._values, self._easing, self.is_closed = times - times[0], values, easing, is_loop
        self._slopes = _slopes(self._times, values, is_closed=is_loop)

    @property
    def seconds(self) -> float:
        """The duration of the path."""
        return float(self._times[-1])

    def pose(self, share: float, amplitude: float) -> Pose:
        """Return the pose at `share` (0 to 1) of the duration. `amplitude` has no effect."""
        now = share * self.seconds
        at = min(max(int(np.searchsorted(self._times, now, "right")) - 1, 0), len(self._times) - 2)
        step = self._times[at + 1] - self._times[at]
        t = (now - self._times[at]) / step
        before, after = self._values[at], self._values[at + 1]
        if self._easing == "linear":
            found = before + t * (after - before)
        else:  # a cubic Hermite spline
            found = (
                (2 * t**3 - 3 * t**2 + 1) * before + (t**3 - 2 * t**2 + t) * step * self._slopes[at]
                + (3 * t**2 - 2 * t**3) * after + (t**3 - t**2) * step * self._slopes[at + 1]
            )  # fmt: skip
        yaw, pitch, closer, log_zoom, *moved = found.tolist()
        return Pose(yaw, pitch, closer, float(np.exp(log_zoom)), *moved)


def save_key_frames(path: Path, keys: Sequence[KeyFrame]) -> None:
    """Write a path as a TOML file. Raises OutputError."""
    tree = {"key": [key.model_dump(exclude_defaults=True) for key in keys]}
    with complete_file(path) as temporary:
        temporary.write_text(tomli_w.dumps(tree), encoding="utf-8")


def load_key_frames(path: Path, *, is_loop: bool) -> KeyFramePath:
    """Read a path from a TOML file. Raises InputError, naming the file and what is wrong."""
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
        file = _File.model_validate(tree)
    except ValidationError as error:
        raise InputError(f"{path}: {complaint(error)}") from None
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} cannot be read ({getattr(error, 'strerror', None) or error}); see docs/films.md"
        ) from None
    try:
        return KeyFramePath(file.key, easing=file.easing, is_loop=is_loop)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _slopes(times: Array, values: Array, *, is_closed: bool) -> Array:
    """Return the change a second at each key frame: between its neighbors, and none at the ends of an open path."""
    slopes = np.zeros_like(values)
    slopes[1:-1] = (values[2:] - values[:-2]) / (times[2:] - times[:-2])[:, None]
    if is_closed:
        around = (times[1] - times[0]) + (times[-1] - times[-2])
        slopes[0] = slopes[-1] = (values[1] - values[-2]) / around
    return slopes
