"""What travels between the threads: colour frames and depth frames, immutable and self-describing."""

from dataclasses import dataclass
from enum import Enum
from math import radians, tan

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""RGB, (H, W, 3), top-left origin."""

DepthMap = NDArray[np.float32]
"""(h, w), in the units of its `DepthKind`."""

Intrinsics = NDArray[np.float64]
"""(3, 3) pinhole matrix in pixels of the map it belongs to. Pixel (0, 0) covers 0..1, so its centre is at 0.5:
an undistorted camera has cx = w / 2. (OpenCV puts the centre at 0: subtract 0.5 from cx and cy to go there.)"""


class DepthKind(Enum):
    """The direction and the unit of a depth map."""

    DISPARITY = "disparity"
    """Inverse depth up to an unknown scale and shift; near is large. Video-Depth-Anything (relative), lite."""

    METRIC = "metric"
    """Metres along the viewing axis; near is small. 0, negative or not finite: nothing was measured."""

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
    depth: DepthMap | None = None
    """(h, w), any resolution."""
    kind: DepthKind | None = None
    intrinsics: Intrinsics | None = None
    """At the resolution of `image`."""


@dataclass(frozen=True, slots=True, eq=False)
class DepthRange:
    """What normalises a depth map: robust ends and middle in the map's own unit, followed over time."""

    low: float
    high: float
    median: float


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
    shot: int = 0
    """Counts up at a cut, and with each frame while the camera moves: what was seen before lies elsewhere now."""


def default_intrinsics(width_px: int, height_px: int, fov_deg: float) -> Intrinsics:
    """Pinhole matrix (3, 3) of a centred camera with a horizontal field of view of `fov_deg` degrees."""
    focal_px = width_px / 2 / tan(radians(fov_deg) / 2)
    return np.array([[focal_px, 0, width_px / 2], [0, focal_px, height_px / 2], [0, 0, 1]], np.float64)


def scale_intrinsics(matrix: Intrinsics, x: float, y: float) -> Intrinsics:
    """The same camera (3, 3) for a picture whose sides are `x` and `y` times as long."""
    return np.diag([x, y, 1.0]) @ matrix
