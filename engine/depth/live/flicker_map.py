"""A map of where depth flickers: how much it changes from map to map, apart from what moves in the picture."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.depth.live.stabilize import blend_for
from engine.depth.live.time_warp import pixel_grid, small_gray
from engine.frames import DepthFrame, DepthMap
from engine.settings.colormaps import COLORMAPS, FLICKER_COLORS, MOST_FLICKER, SAMPLES

TIME_CONSTANT_S = 0.5
GAP_S = 2.0
"""After a longer time without depth, the map starts over."""
EXPLAINED_LEVELS = 10
"""Where the gray level differs by more from where the pixel was, it shows something else."""
_DARKER = 0.55

Array = NDArray[np.float32]


class FlickerMap:
    """The temporal standard deviation of normalized depth (0 far to 1 near) over the last maps.

    It is taken from the differences of successive maps, so that depth which changes slowly does not count. What moves
    in the picture is followed by optical flow; what comes into sight starts at 0.
    """

    def __init__(self) -> None:
        self.deviation: DepthMap | None = None
        """(h, w), smaller than the depth map; 0 where nothing is known yet. None before the second map."""
        self._last: tuple[DepthFrame, NDArray[np.uint8], Array] | None = None
        self._variance: Array | None = None

    def update(self, frame: DepthFrame) -> None:
        """Take the newest depth map."""
        gray = small_gray(frame.frame.geometry_image)
        span = max(frame.range.high - frame.range.low, 1e-12)
        normalized = (frame.depth - frame.range.low) / span
        depth: Array = cv2.resize(normalized, gray.shape[::-1], interpolation=cv2.INTER_AREA)
        last, self._last = self._last, (frame, gray, depth)
        if last is None or not _goes_on(last[0], frame) or last[1].shape != gray.shape:
            self._variance = self.deviation = None
            return
        step_s = frame.frame.time_s - last[0].frame.time_s
        before, variance, is_known = _followed(last[1], gray, last[2], self._variance)
        change = np.nan_to_num((depth - before) ** 2 / 2)  # of two maps: twice the variance
        share = np.where(variance > 0, blend_for(step_s, TIME_CONSTANT_S), 1).astype(np.float32)
        self._variance = np.where(is_known, variance + share * (change - variance), 0).astype(np.float32)
        self.deviation = np.sqrt(self._variance)


def _goes_on(before: DepthFrame, now: DepthFrame) -> bool:
    is_soon = 0 < now.frame.time_s - before.frame.time_s <= GAP_S
    return is_soon and now.frame.goes_on_from(before.frame) and now.model == before.model


def _followed(
    before: NDArray[np.uint8], now: NDArray[np.uint8], depth: Array, variance: Array | None
) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return earlier depth and variance where their pixels are now, and which pixels were seen before."""
    height, width = now.shape
    variance = np.zeros_like(depth) if variance is None else variance
    if np.abs(cv2.absdiff(before, now)).max() > EXPLAINED_LEVELS:  # else nothing moves
        flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST).calc(now, before, None)
        at = pixel_grid(height, width) + flow
        before, depth, variance = (
            cv2.remap(old, at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            for old in (before, depth, variance)
        )
    off = cv2.blur(cv2.absdiff(before, now), (3, 3))
    return depth, variance, off <= EXPLAINED_LEVELS


def heated(frame: DepthFrame, deviation: DepthMap | None) -> DepthFrame:
    """Return `frame` with other colors to show: the picture in gray, and how much depth deviates (h, w) over it.

    Geometry follows the picture as before.
    """
    image = frame.frame.geometry_image
    height, width = image.shape[:2]
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None].astype(np.float32) / 255 * _DARKER
    share = np.zeros((height, width), np.float32)
    if deviation is not None:
        share = cv2.resize(np.minimum(deviation / MOST_FLICKER, 1), (width, height), interpolation=cv2.INTER_LINEAR)
    table = np.array(COLORMAPS[FLICKER_COLORS], np.float32)
    heat = table[np.rint(share * (SAMPLES - 1)).astype(int)]
    weight = np.minimum(2 * share, 1)[..., None]
    colors = np.rint((gray + weight * (heat - gray)) * 65535).astype(np.uint16)
    return replace(frame, frame=replace(frame.frame, deep=colors, deep_proxy=None))
