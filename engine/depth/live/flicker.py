"""A measure of how much depth flickers where the image does not change."""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.depth.live.stabilize import blend_for
from engine.frames import DepthMap, DepthRange, Image

STILL_LEVELS = 2.0
"""Pixels whose gray level changes by less count as still."""
STEP = 4
"""Only every fourth pixel in both directions is used."""
TIME_CONSTANT_S = 2.0


class FlickerMeter:
    """Mean change of the normalized depth (0 far to 1 near) from map to map, over the last seconds."""

    def __init__(self) -> None:
        self._depth: NDArray[np.float32] | None = None
        self._gray: NDArray[np.uint8] | None = None
        self._time_s = 0.0
        self._flicker: float | None = None

    def update(self, depth: DepthMap, span: DepthRange, image: Image, time_s: float) -> float | None:
        """Return the flicker after `depth` (h, w) of `image` (H, W, 3) with the range `span`.

        None until two maps with still pixels were seen.
        """
        sample = (depth[::STEP, ::STEP] - span.low) / max(span.high - span.low, 1e-12)
        gray = cv2.cvtColor(cv2.resize(image, sample.shape[::-1], interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
        if self._depth is not None and self._gray is not None and self._depth.shape == sample.shape:
            still = cv2.absdiff(gray, self._gray) < STILL_LEVELS
            if still.mean() > 0.05:
                change = float(np.abs(sample - self._depth)[still].mean())
                share = 1.0 if self._flicker is None else blend_for(time_s - self._time_s, TIME_CONSTANT_S)
                self._flicker = change if self._flicker is None else self._flicker + share * (change - self._flicker)
        self._depth, self._gray, self._time_s = sample, gray, time_s
        return self._flicker
