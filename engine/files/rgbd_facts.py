"""What an RGB-D recording says about its depth, as JSON (docs/recordings.md): a header, and a line for each frame."""

import json
from dataclasses import asdict, dataclass
from typing import Any, get_args

import numpy as np

from engine.errors import InputError
from engine.frames import (
    Calibration,
    CameraOrigin,
    DepthFrame,
    DepthKind,
    DepthRange,
    Intrinsics,
    Pose,
    scale_intrinsics,
)

ATTACHMENT = "rgbd.json"
"""Name of the header, which is attached to the file."""
LINES_TITLE = "depth facts"
"""Title of the text track with the lines."""
_FORMAT, _VERSION = "rgbd", 1


@dataclass(frozen=True, slots=True)
class Header:
    """What is the same for all frames."""

    kind: DepthKind
    camera: CameraOrigin
    model: str
    """The network that computed the depth; "source" if it was measured."""

    @classmethod
    def of(cls, frame: DepthFrame) -> "Header":
        return cls(frame.kind, frame.camera, frame.model)

    def to_json(self) -> bytes:
        facts = {"kind": self.kind.value, "camera": self.camera, "model": self.model}
        return json.dumps({"format": _FORMAT, "version": _VERSION, **facts}).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Header":
        """Raises InputError if it is of another format or a later version."""
        try:
            facts = json.loads(text)
            if facts["format"] != _FORMAT or facts["version"] > _VERSION:
                raise InputError(f"it is of {facts['format']} version {facts['version']}; update this program")
            camera = facts.get("camera", "assumed")
            if camera not in get_args(CameraOrigin):
                raise InputError(f"its camera is {camera!r}, not one of {', '.join(get_args(CameraOrigin))}")
            return cls(DepthKind(facts["kind"]), camera, str(facts.get("model", "source")))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"its {ATTACHMENT} cannot be read ({error})") from error


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """What changes from frame to frame."""

    low: float
    high: float
    """The depth of the lowest and the highest code."""
    range: DepthRange | None = None
    """None: that of the map."""
    intrinsics: Intrinsics | None = None
    """(3, 3), in pixels of the depth map; None if nobody knows them."""
    calibration: Calibration | None = None
    pose: Pose | None = None

    @classmethod
    def of(cls, frame: DepthFrame, low: float, high: float) -> "Line":
        camera = None if frame.camera == "assumed" else frame.intrinsics
        return cls(low, high, frame.range, camera, frame.calibration, frame.frame.pose)

    def to_json(self) -> bytes:
        facts: dict[str, Any] = {"low": self.low, "high": self.high}
        if self.range is not None:
            facts["range"] = [self.range.low, self.range.median, self.range.high]
        if self.intrinsics is not None:
            facts["camera"] = [self.intrinsics[at].item() for at in ((0, 0), (1, 1), (0, 2), (1, 2))]
        if self.calibration is not None:
            facts["calibration"] = {**asdict(self.calibration), "kind": self.calibration.kind.value}
        if self.pose is not None:
            facts["pose"] = self.pose[:3].ravel().tolist()
        return json.dumps(facts, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Line":
        """Raises InputError if that is no line of a recording."""
        try:
            facts = json.loads(text)
            span, camera, fit = facts.get("range"), facts.get("camera"), facts.get("calibration")
            pose = facts.get("pose")
            return cls(
                float(facts["low"]),
                float(facts["high"]),
                DepthRange(span[0], span[2], span[1]) if span else None,
                np.array([[camera[0], 0, camera[2]], [0, camera[1], camera[3]], [0, 0, 1]]) if camera else None,
                Calibration(**{**fit, "kind": DepthKind(fit["kind"])}) if fit else None,
                np.vstack([np.reshape(pose, (3, 4)), [0.0, 0.0, 0.0, 1.0]]) if pose else None,
            )
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise InputError(f"the line {text[:60]!r} cannot be read ({error})") from error

    def intrinsics_at(self, size: tuple[int, int], depth_size: tuple[int, int]) -> Intrinsics | None:
        """Return the camera for pictures of `size` (width, height), the depth map having `depth_size`."""
        if self.intrinsics is None:
            return None
        return scale_intrinsics(self.intrinsics, size[0] / depth_size[0], size[1] / depth_size[1])
