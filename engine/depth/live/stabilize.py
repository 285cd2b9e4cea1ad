"""Stabilization of a stream of depth maps: cut detection, a smoothed range, and a filter against flicker."""

from math import exp

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.frames import DepthKind, DepthMap, DepthRange, Image
from engine.geometry.line_fit import weighted_line
from engine.geometry.world import is_measured

Array = NDArray[np.float32]


def blend_for(step_s: float, time_constant_s: float) -> float:
    """Return the weight of the new value in an exponential filter, independent of the frame rate."""
    return 1.0 if time_constant_s <= 0 else 1 - exp(-max(step_s, 0.0) / time_constant_s)


class CutDetector:
    """A detector of scene cuts."""

    THRESHOLD = 28.0
    """A cut changes the thumbnail by more than this, as a mean absolute difference in gray levels."""
    RATIO = 3.0
    """A cut also changes it this many times more than recent frames did: fast motion is not a cut."""

    def __init__(self) -> None:
        self._thumbnail: Array | None = None
        self._usual_change = 0.0

    def update(self, image: Image) -> bool:
        """Return whether `image` (H, W, 3) begins a new scene. The first frame does not."""
        thumbnail: Array = cv2.resize(image, (32, 18), interpolation=cv2.INTER_AREA).astype(np.float32)
        previous, self._thumbnail = self._thumbnail, thumbnail
        if previous is None:
            return False
        change = float(np.abs(thumbnail - previous).mean())
        usual, self._usual_change = self._usual_change, 0.8 * self._usual_change + 0.2 * change
        is_cut: bool = change > max(self.THRESHOLD, self.RATIO * usual)
        if is_cut:
            self._usual_change = usual
        return is_cut


class RangeTracker:
    """Percentiles of the depth maps, smoothed over time, so that a single outlier does not move the scene."""

    def __init__(self) -> None:
        self._ends: NDArray[np.float64] | None = None
        self._time_s = 0.0

    def update(
        self,
        depth: DepthMap,
        kind: DepthKind,
        time_s: float,
        *,
        percentiles: tuple[float, float],
        time_constant_s: float,
    ) -> DepthRange:
        """Return the range after `depth` (h, w) at the time `time_s`."""
        sample = depth[2::4, 2::4] if depth.size > 4096 else depth
        sample = sample[is_measured(sample, kind is DepthKind.DISPARITY)]
        if sample.size:
            ends = np.percentile(sample, (percentiles[0], 50.0, percentiles[1])).astype(np.float64)
            if self._ends is None:
                self._ends = ends
            else:
                self._ends += blend_for(time_s - self._time_s, time_constant_s) * (ends - self._ends)
            self._time_s = time_s
        low, median, high = self._ends if self._ends is not None else (0.0, 0.5, 1.0)
        return DepthRange(float(low), float(high), float(median))


class TemporalFilter:
    """A filter against the flicker of a network that sees one frame at a time. It does not smear what moves.

    Scale and shift of the new depth map are first aligned to the filtered one on the pixels where the image is still
    (robust least squares). Then each pixel moves towards its new value by a share that grows with motion in the image
    and with jumps in depth.
    """

    TIME_CONSTANT_S = 0.26
    """The time constant of pixels where nothing moves."""
    MOTION_LEVELS = 6.0
    """Change of the blurred image, in gray levels, that counts as full motion."""
    JUMP = (0.1, 0.3)
    """Change in depth, as a share of the range, from which the new value starts to win, and at which it wins."""
    PULL = 0.03
    """Share by which the alignment returns to none at each frame, so that it cannot drift away."""

    def __init__(self) -> None:
        self._depth: Array | None = None
        self._gray: Array | None = None
        self._range = 1.0
        self._time_s = 0.0

    def update(self, depth: DepthMap, image: Image, time_s: float) -> DepthMap:
        """Return the filtered depth map (h, w). `image` (H, W, 3) is what it was computed from, at any size."""
        gray = _soft_gray(image, depth.shape)
        if self._depth is None or self._gray is None or self._depth.shape != depth.shape:
            low, high = np.percentile(depth[2::4, 2::4], (2, 98))
            self._range = float(high - low) + 1e-6
            self._depth, self._gray, self._time_s = depth.astype(np.float32), gray, time_s
            return self._depth
        motion = cv2.GaussianBlur(cv2.absdiff(gray, self._gray), (0, 0), 2) / self.MOTION_LEVELS
        np.clip(motion, 0, 1, out=motion)
        gain, offset = self._alignment(depth, 1 - motion)
        change = depth * gain + offset - self._depth
        jump = (np.abs(change) / self._range - self.JUMP[0]) / (self.JUMP[1] - self.JUMP[0])
        still = blend_for(time_s - self._time_s, self.TIME_CONSTANT_S)
        share = np.clip(np.maximum(motion, jump), still, 1)
        self._depth, self._gray, self._time_s = self._depth + share * change, gray, time_s
        return self._depth

    def _alignment(self, depth: DepthMap, stillness: Array) -> tuple[np.float32, np.float32]:
        """Return gain and offset that bring `depth` closest to the filtered map. Motion and outliers count less."""
        assert self._depth is not None
        new = depth[2::4, 2::4].ravel().astype(np.float64)
        old = self._depth[2::4, 2::4].ravel().astype(np.float64)
        weight = stillness[2::4, 2::4].ravel().astype(np.float64) + 1e-3
        gain, offset = 1.0, 0.0
        for _ in range(2):
            gain, offset = weighted_line(new, old, weight, gain_for_constant=1.0)  # then a shift alone
            residual = np.abs(gain * new + offset - old)
            weight = weight / (1 + (residual / (np.median(residual) + 1e-6)) ** 2)
        gain = (1 - self.PULL) * min(max(gain, 0.8), 1.25) + self.PULL
        return np.float32(gain), np.float32((1 - self.PULL) * offset)


def _soft_gray(image: Image, shape: tuple[int, ...]) -> Array:
    """Return `image` as blurred gray levels (h, w), so that sensor noise is not taken for motion."""
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    if gray.shape != shape:
        gray = cv2.resize(gray, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    blurred: Array = cv2.GaussianBlur(gray, (0, 0), 1.5).astype(np.float32)
    return blurred
