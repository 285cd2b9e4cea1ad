"""Rectified stereo pairs with true disparity: two real pictures of one scene."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.frames import Image, Intrinsics
from training import truth

BASELINE = 0.1
"""Distance between the cameras in world units. Any would do: it only sets the unit of depth."""

Map = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pair:
    """What is at x in the left picture is at x − disparity in the right one, in the same row."""

    name: str
    left: Image
    right: Image
    disparity: Map
    """(H, W) in pixels, 0 where it is unknown."""
    focal_px: float
    center_px: tuple[float, float]
    """Of the left camera; pixel (0, 0) covers 0..1."""
    offset: float
    """Inverse depth is disparity + offset, in units of 1 / (BASELINE · focal_px)."""

    @cached_property
    def inverse(self) -> Map:
        """Inverse depth (H, W) without gaps, in pixels of disparity."""
        return without_gaps(self.disparity) + self.offset

    @property
    def depth(self) -> NDArray[np.float32]:
        """Depth (H, W) without gaps."""
        return (BASELINE * self.focal_px / self.inverse).astype(np.float32)

    @property
    def measured_depth(self) -> NDArray[np.float32]:
        """Depth (H, W), 0 where it is unknown."""
        return np.where(self.disparity > 0, self.depth, 0).astype(np.float32)

    @property
    def camera(self) -> Intrinsics:
        """The left camera (3, 3)."""
        (cx, cy), f = self.center_px, self.focal_px
        return np.array([[f, 0, cx], [0, f, cy], [0, 0, 1]], np.float64)

    @property
    def right_camera(self) -> Intrinsics:
        """The right camera (3, 3), BASELINE to the right of the left one."""
        return self.camera + np.array([[0, 0, self.offset], [0, 0, 0], [0, 0, 0]])


def motorcycle() -> Pair:
    """Middlebury 2014, as scikit-image ships it."""
    from skimage import data

    left, right, disparity = data.stereo_motorcycle()
    known = np.nan_to_num(disparity.astype(np.float64), posinf=0)
    return Pair("Motorcycle", left, right, known, 994.978, (311.693, 255.377), truth.motorcycle().offset)


def aloe(opencv_data: Path) -> Pair:
    """Middlebury 2006. `opencv_data` is the folder examples/data of Debian's opencv-doc."""
    known = truth.aloe(opencv_data)
    right = cv2.imread(str(opencv_data / "aloeR.jpg"), cv2.IMREAD_COLOR_RGB)
    if right is None:
        raise FileNotFoundError(opencv_data / "aloeR.jpg")
    left, disparity = known.pictures[0], known.disparities[0].astype(np.float64)
    return Pair("Aloe", left, right, disparity, 3740.0, (641.0, 555.0), known.offset)


def without_gaps(disparity: Map) -> Map:
    """Continue the farther side into what is not above 0: of the left and right ends of a gap, then of upper and
    lower ends.
    """
    if (disparity > 0).all():
        return disparity
    rows = _farther_end(disparity)
    return rows if (rows > 0).all() else np.where(rows > 0, rows, _farther_end(rows.T).T)


def _farther_end(disparity: Map) -> Map:
    known = np.where(disparity > 0, disparity, np.inf)
    ends = np.minimum(_last_known(known), _last_known(known[:, ::-1])[:, ::-1])
    return np.where(np.isfinite(ends), ends, 0)


def _last_known(values: Map) -> Map:
    """Replace infinity by the last finite value to its left, if there is one."""
    columns = np.where(np.isfinite(values), np.arange(values.shape[1]), 0)
    return np.take_along_axis(values, np.maximum.accumulate(columns, axis=1), axis=1)
