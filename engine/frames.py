"""What travels between the threads: color frames and depth frames, immutable and self-describing."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from math import radians, tan
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError

Image = NDArray[np.uint8]
"""RGB, (H, W, 3), top-left origin."""

DepthMap = NDArray[np.float32]
"""(h, w), in the units of its `DepthKind`."""

Intrinsics = NDArray[np.float64]
"""(3, 3) pinhole matrix in pixels of the map it belongs to. Pixel (0, 0) covers 0..1, so its center is at 0.5:
an undistorted camera has cx = w / 2. (OpenCV puts the center at 0: subtract 0.5 from cx and cy to go there.)"""


Extrinsics = NDArray[np.float64]
"""(3, 4), world to camera, OpenCV axes: x right, y down, z forward."""

CameraOrigin = Literal["known", "predicted", "assumed"]
"""Where intrinsics come from: the source or the user, the network that computed the depth, or the default angle."""


class DepthKind(Enum):
    """The direction and the unit of a depth map."""

    DISPARITY = "disparity"
    """Inverse depth up to an unknown scale and shift; near is large. Video-Depth-Anything (relative), lite."""

    METRIC = "metric"
    """Meters along the viewing axis; near is small. 0, negative or not finite: nothing was measured."""

    RELATIVE_DEPTH = "relative"
    """Depth up to an unknown scale; near is small. Depth-Anything-3."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture from a source, and its depth where the source knows it."""

    image: Image
    index: int
    """Counts up within a source; gaps are frames that were dropped on the way."""
    time_s: float
    """When the picture was captured, on the clock of the program (`time.monotonic`)."""
    source_id: str
    """Tells the source from every other: of a file or a folder the whole path, for many are called IMG_1.jpg."""
    depth: DepthMap | None = None
    """(h, w), any resolution."""
    kind: DepthKind | None = None
    intrinsics: Intrinsics | None = None
    """At the resolution of `image`."""
    original: Callable[[], Image] | None = None
    """Gives the picture as large as the source had it, on any thread; None if `image` is that."""
    take: int = 0
    """Counts up where somebody jumps within a recording, or it begins anew: what came before says nothing of this."""

    def goes_on_from(self, other: "Frame") -> bool:
        """Whether this is a later picture of the same scene for all that is known: source, take and size agree."""
        return (self.source_id, self.take, self.image.shape) == (other.source_id, other.take, other.image.shape)


@dataclass(frozen=True, slots=True, eq=False)
class DepthRange:
    """What normalizes a depth map: robust ends and middle in the map's own unit, followed over time."""

    low: float
    high: float
    median: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How disparity, which has neither scale nor shift of its own, becomes distance: z = 1 / (gain · d + bias)."""

    gain: float
    """Above zero."""
    bias: float
    z_far: float
    """Nothing is farther: where gain · d + bias comes near zero it says no more than "far"."""
    kind: DepthKind
    """The unit of z. METRIC: meters; RELATIVE_DEPTH: medians of the depth it was fitted to."""
    residual: float
    """Median of |z / z_true − 1| over what it was fitted to."""


@dataclass(frozen=True, slots=True, eq=False)
class DepthFrame:
    """A depth map together with the very frame it was computed from."""

    frame: Frame
    depth: DepthMap
    kind: DepthKind
    intrinsics: Intrinsics
    """At the resolution of `depth`."""
    range: DepthRange
    model: str
    """Name of the network, or "source" for depth that came with the picture."""
    started_s: float
    done_s: float
    camera: CameraOrigin = "assumed"
    """Where `intrinsics` come from."""
    calibration: Calibration | None = None
    """For disparity: what gives it a scale, if anything does."""
    is_carried: bool = False
    """Whether the depth is that of an earlier picture, moved to this one."""
    shot: int = 0
    """Counts up at a cut, and with each frame while the camera moves: what was seen before lies elsewhere now."""

    @property
    def is_metric(self) -> bool:
        """Whether distances are meters."""
        kind = self.calibration.kind if self.calibration else self.kind
        return kind is DepthKind.METRIC


@dataclass(frozen=True, slots=True, eq=False)
class Capture:
    """A frame taken again by the best network at hand, and what that says beside depth."""

    frame: DepthFrame
    """The picture with its new depth (h, w), kind, camera, range and the name of the network."""
    confidence: DepthMap | None = None
    """(h, w), at least 1; large where the depth is sure. None where the network does not say."""
    extrinsics: Extrinsics | None = None
    """Where this view was taken from, in the unit of the depth; None where the network does not say."""
    live: DepthFrame | None = None
    """The same picture with the depth that was on screen when it was captured; None if there was none."""
    note: str | None = None
    """Why it is not the network that was wanted, for the user; None if it is."""


def checked_image(image: Any) -> Image:
    """Return `image` itself if it is uint8 RGB (H, W, 3). Raises InputError that says what it is instead."""
    wanted = "an image is a numpy array of uint8, RGB, (height, width, 3)"
    if isinstance(image, str | os.PathLike):
        raise InputError(f"{wanted}; {os.fspath(image)!r} is a path: da3d.load_image reads it, da3d.depth takes it")
    if not isinstance(image, np.ndarray):
        raise InputError(f"{wanted}; this is of type {type(image).__name__}: convert it with numpy.asarray")
    if image.ndim != 3 or image.shape[2] != 3 or not image.size:
        raise InputError(f"{wanted}; this has shape {image.shape}")
    if image.dtype != np.uint8:
        raise InputError(f"{wanted}; this is of {image.dtype}: scale it to 0 … 255 and convert it with astype")
    return image


def default_intrinsics(width_px: int, height_px: int, fov_deg: float) -> Intrinsics:
    """Pinhole matrix (3, 3) of a centered camera with a horizontal field of view of `fov_deg` degrees."""
    focal_px = width_px / 2 / tan(radians(fov_deg) / 2)
    return np.array([[focal_px, 0, width_px / 2], [0, focal_px, height_px / 2], [0, 0, 1]], np.float64)


def scale_intrinsics(matrix: Intrinsics, x: float, y: float) -> Intrinsics:
    """The same camera (3, 3) for a picture whose sides are `x` and `y` times as long."""
    return np.diag([x, y, 1.0]) @ matrix


def source_name(source_id: str) -> str:
    """What a source is called where it is shown: a file or a folder by the last part of its path, others in full."""
    return (os.path.basename(source_id) or source_id) if os.path.isabs(source_id) else source_id


def in_full(frame: Frame) -> Frame:
    """`frame` with its picture as large as the source had it."""
    if frame.original is None:
        return frame
    image = frame.original()
    (height, width), (h, w) = image.shape[:2], frame.image.shape[:2]
    intrinsics = frame.intrinsics
    if intrinsics is not None:
        intrinsics = scale_intrinsics(intrinsics, width / w, height / h)
    return replace(frame, image=image, intrinsics=intrinsics, original=None)
