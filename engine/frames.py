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
DeepImage = NDArray[np.uint16]
"""The same in 16 bits."""

DepthMap = NDArray[np.float32]
"""(h, w), in the units of its `DepthKind`."""
Intrinsics = NDArray[np.float64]
"""(3, 3) pinhole matrix in pixels of the map it belongs to. Pixel (0, 0) covers 0..1, so its center is at 0.5:
an undistorted camera has cx = w / 2. (OpenCV puts the center at 0: subtract 0.5 from cx and cy to go there.)"""
Extrinsics = NDArray[np.float64]
"""(3, 4), world to camera, OpenCV axes: x right, y down, z forward."""
Pose = NDArray[np.float64]
"""(4, 4), camera to world, in meters, OpenCV axes as well: a rotation, and in the last column where the camera is."""

ASSUMED_FOV_DEG = 60.0
"""Horizontal field of view where nobody knows better."""
_SHORTEST_FOCAL = 0.04  # in widths of the picture, as in the settings, which are read without numpy
_PERCENTILES = (2.0, 98.0)  # of the measured depths, as in the settings
_NOT_GIVEN: Any = None

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


@dataclass(frozen=True, slots=True)
class StereoPair:
    """Two cameras that disparity in pixels of the depth map was measured with: z = f · baseline / (d + offset)."""

    baseline_m: float
    offset_px: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture from a source, and its depth where the source knows it."""

    image: Image
    """The colors that are shown."""
    index: int = 0
    """Counts up within a source; gaps are frames that were dropped on the way."""
    time_s: float = 0.0
    """When the picture was captured, on the clock of the program (`time.monotonic`)."""
    source_id: str = "array"
    """Tells the source from every other: of a file or a folder the whole path, for many are called IMG_1.jpg."""
    depth: DepthMap | None = None
    """(h, w), any resolution."""
    kind: DepthKind | None = None
    stereo: StereoPair | None = None
    """What makes meters of disparity that came with the picture; None if it is no disparity in pixels."""
    intrinsics: Intrinsics | None = None
    """At the resolution of `image`."""
    is_opaque: NDArray[np.bool_] | None = None
    """(h, w), any resolution: where the picture can be seen. None: everywhere. Elsewhere there is no surface."""
    original: Callable[[], Image] | None = None
    """Gives the picture as large as the source had it, on any thread; None if `image` is that."""
    position_s: float | None = None
    """Where the picture is in its recording, in seconds from the first one; None if there is no recording."""
    take: int = 0
    """Counts up at every seek and restart of a recording: others say nothing about this one. Below 0: replay."""
    proxy: Image | None = None
    """A smaller version of `image`, of the same shape, for all work on geometry; None if `image` is small enough."""
    deep: DeepImage | None = None
    deep_proxy: DeepImage | None = None
    """For films of more than 8 bits: what to show instead of `image` and `proxy`, in SDR or in HDR."""
    is_still: bool = False
    """Whether the source shows nothing else, so that its depth may take time."""
    cropped: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    """What was cropped off at the left, top, right and bottom, in terms of the width and height of `image`."""
    recorded: "RecordedDepth | None" = None
    """What a recording knows about its `depth`; None for all other sources."""
    pose: Pose | None = None
    """Where the camera was, in a world that all frames of the source share; None where nobody knows."""

    @property
    def geometry_image(self) -> Image:
        """The picture that depth is computed from."""
        return self.image if self.proxy is None else self.proxy

    @property
    def geometry_px(self) -> tuple[int, int]:
        """Width and height of the geometry: the pixels that settings count, whatever size the colors have."""
        height, width = self.geometry_image.shape[:2]
        return width, height

    def goes_on_from(self, other: "Frame") -> bool:
        """Whether this is a later picture of the same scene for all that is known: source, take and size agree."""
        return (self.source_id, self.take, self.image.shape) == (other.source_id, other.take, other.image.shape)


@dataclass(frozen=True, slots=True, eq=False)
class DepthRange:
    """What normalizes a depth map: robust ends and middle in the map's own unit, followed over time."""

    low: float
    high: float
    median: float

    @classmethod
    def of(cls, depth: DepthMap, kind: DepthKind) -> "DepthRange":
        """Return the range of one depth map (h, w) by itself. Raises InputError if nothing in it was measured."""
        measured = depth[np.isfinite(depth) & ((depth > 0) | (kind is DepthKind.DISPARITY))]
        if not measured.size:
            raise InputError(f"the depth map holds no measured {kind.value} value: all are 0, negative or not finite")
        low, median, high = np.percentile(measured, (_PERCENTILES[0], 50, _PERCENTILES[1]))
        return cls(float(low), float(high), float(median))


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
class RecordedDepth:
    """What was known about a depth map when it was recorded, so that it is shown as it was."""

    model: str
    """Name of the network that computed it, or "source"."""
    range: DepthRange
    camera: CameraOrigin
    calibration: Calibration | None = None


@dataclass(frozen=True, slots=True, eq=False)
class DepthFrame:
    """A depth map and the very frame it is of; `kind` is enough beside them. Raises InputError for what cannot be."""

    frame: Frame
    depth: DepthMap
    """(h, w). Numbers of another type become float32."""
    kind: DepthKind
    intrinsics: Intrinsics = _NOT_GIVEN
    """At the resolution of `depth`. Left out: the camera of `frame`, or else one that looks 60 degrees wide."""
    range: DepthRange = _NOT_GIVEN
    """Left out: that of `depth`; values that are not finite are then replaced, as the depth thread does."""
    model: str = "source"
    """Name of the network, or "source" for depth that came with the picture."""
    started_s: float = 0.0
    done_s: float = 0.0
    camera: CameraOrigin = _NOT_GIVEN
    """Where `intrinsics` come from. Left out: "assumed" if nobody gave them, else "known"."""
    calibration: Calibration | None = None
    """For disparity: what gives it a scale, if anything does."""
    is_warped: bool = False
    """Whether the depth is that of an earlier picture, moved to this one."""
    shot: int = 0
    """Counts up at a cut, and with each frame while the camera moves: then all that was seen lies elsewhere."""

    def __post_init__(self) -> None:
        depth = _checked_depth(self.depth)
        if self.range is _NOT_GIVEN:
            _check_shape(depth, self.frame.image)
            span = DepthRange.of(depth, self.kind)
            depth = np.where(np.isfinite(depth), depth, np.float32(span.low if self.kind is DepthKind.DISPARITY else 0))
            object.__setattr__(self, "range", span)
        if depth is not self.depth:
            object.__setattr__(self, "depth", depth)
        given = self.intrinsics is not _NOT_GIVEN
        if not given:
            object.__setattr__(self, "intrinsics", _camera_of(self.frame, depth))
        _check_matrix(self.intrinsics)
        if self.camera is _NOT_GIVEN:  # the depth thread says it, and shows whatever camera the user wants
            _check_camera(self.intrinsics, depth)
            is_known = given or self.frame.intrinsics is not None
            object.__setattr__(self, "camera", "known" if is_known else "assumed")

    @property
    def is_metric(self) -> bool:
        """Whether distances are meters."""
        return (self.calibration or self).kind is DepthKind.METRIC

    @property
    def is_rough(self) -> bool:
        """Whether edges lie so far from where they should that the picture knows better: in depth of `lite`."""
        return self.model == "lite"


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


def _checked_depth(depth: Any) -> DepthMap:
    if not isinstance(depth, np.ndarray) or depth.ndim != 2 or not depth.size or depth.dtype.kind not in "fiu":
        what = f"{depth.dtype} {depth.shape}" if isinstance(depth, np.ndarray) else type(depth).__name__
        raise InputError(f"a depth map is a numpy array of numbers, (height, width); this is {what}")
    return depth if depth.dtype == np.float32 else depth.astype(np.float32)


def _check_shape(depth: DepthMap, image: Image) -> None:
    (h, w), (height, width) = depth.shape, checked_image(image).shape[:2]
    if not 2 / 3 < (w / h) / (width / height) < 3 / 2:
        raise InputError(f"the depth map ({w}x{h}) is not of the same shape as its image ({width}x{height})")


def _camera_of(frame: Frame, depth: DepthMap) -> Intrinsics:
    (height, width), (h, w) = frame.image.shape[:2], depth.shape
    matrix = default_intrinsics(width, height, ASSUMED_FOV_DEG) if frame.intrinsics is None else frame.intrinsics
    return scale_intrinsics(matrix, w / width, h / height)


def _check_matrix(matrix: Any) -> None:
    if not isinstance(matrix, np.ndarray) or matrix.shape != (3, 3) or not np.isfinite(matrix).all():
        raise InputError("intrinsics are a numpy array of numbers, (3, 3): [[fx, 0, cx], [0, fy, cy], [0, 0, 1]]")
    if matrix[2].tolist() != [0, 0, 1] or matrix[1, 0] != 0:
        raise InputError(f"the last row of intrinsics is 0, 0, 1, and what is below the diagonal 0; this is {matrix}")


def _check_camera(matrix: Intrinsics, depth: DepthMap) -> None:
    h, w = depth.shape
    fx, fy, cx, cy = matrix[0, 0], matrix[1, 1], matrix[0, 2], matrix[1, 2]
    told = f"focal lengths {fx:g}, {fy:g} and center {cx:g}, {cy:g} for a depth map of {w}x{h}"
    if fx < _SHORTEST_FOCAL * w or fy <= 0:
        raise InputError(f"no camera has {told}: leave intrinsics out where they are not known")
    if not (0 <= cx <= w and 0 <= cy <= h):
        raise InputError(f"{told}: intrinsics are in pixels of the depth map; scale_intrinsics brings them there")


def default_intrinsics(width_px: int, height_px: int, fov_deg: float) -> Intrinsics:
    """Pinhole matrix (3, 3) of a centered camera with a horizontal field of view of `fov_deg` degrees."""
    focal_px = width_px / 2 / tan(radians(fov_deg) / 2)
    return np.array([[focal_px, 0, width_px / 2], [0, focal_px, height_px / 2], [0, 0, 1]], np.float64)


def scale_intrinsics(matrix: Intrinsics, x: float, y: float) -> Intrinsics:
    """The same camera (3, 3) for a picture whose sides are `x` and `y` times as long."""
    return np.diag([x, y, 1.0]) @ matrix


def in_full(frame: Frame) -> Frame:
    """`frame` with its picture, and its geometry, as large as the source had it."""
    if frame.original is None:
        return frame if frame.proxy is None else replace(frame, proxy=None, deep_proxy=None)
    image, matrix = frame.original(), frame.intrinsics
    (height, width), (h, w) = image.shape[:2], frame.image.shape[:2]
    larger = None if matrix is None else scale_intrinsics(matrix, width / w, height / h)
    return replace(frame, image=image, intrinsics=larger, original=None, proxy=None, deep=None)
