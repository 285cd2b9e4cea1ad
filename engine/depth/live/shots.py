"""Detection of cuts and camera motion, after which earlier frames say nothing about hidden parts of the scene."""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.frames import Image

SIZE_PX = (96, 54)
TEXTURE_LEVELS = 6.0
"""Where the gray level of the thumbnail changes by less from pixel to pixel, motion is invisible."""
MOVED = 0.35
"""A change of this share of the local slope corresponds to a shift of about that many pixels of the thumbnail."""
NOISE_LEVELS = 3.0
MOVING_CAMERA_SHARE = 0.4
"""If more of the textured pixels change, the camera moves; if fewer do, something moves in front of it."""


class ShotCounter:
    """A counter of shots. It compares each frame with the first of its shot, so that it notices a slow pan too.

    A shot ends at a cut, or when enough textured pixels have moved. While a camera pans, each frame is a shot of its
    own.
    """

    def __init__(self) -> None:
        self._first: NDArray[np.float32] | None = None
        self._slope: NDArray[np.float32] | None = None
        self._count = 0

    def update(self, image: Image, *, is_cut: bool) -> int:
        """Return the number of the shot that `image` (H, W, 3) belongs to."""
        small = cv2.resize(image, SIZE_PX, interpolation=cv2.INTER_AREA)
        gray = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
        if self._first is None or self._slope is None or is_cut or self._has_moved(gray):
            self._count += 1
            self._first = gray
            self._slope = np.maximum(*(np.abs(cv2.Sobel(gray, cv2.CV_32F, x, 1 - x)) / 8 for x in (0, 1)))
        return self._count

    def _has_moved(self, gray: NDArray[np.float32]) -> bool:
        assert self._first is not None
        assert self._slope is not None
        change = gray - self._first
        change -= np.median(change)  # exposure may change without motion
        textured = self._slope > TEXTURE_LEVELS
        if textured.mean() < 0.01:
            return False
        changed = np.abs(change) > np.maximum(MOVED * self._slope, NOISE_LEVELS)
        return bool(changed[textured].mean() > MOVING_CAMERA_SHARE)
