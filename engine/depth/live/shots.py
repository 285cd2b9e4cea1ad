"""Tells when what was seen before no longer lies where it was seen: a cut, or a camera that moves."""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.frames import Image

SIZE_PX = (96, 54)
TEXTURE_LEVELS = 6.0
"""Where a thumbnail's gray level changes by less from pixel to pixel, motion cannot be seen."""
MOVED = 0.35
"""A change of this share of the local slope means a shift of about that many pixels of the thumbnail."""
NOISE_LEVELS = 3.0
MOST = 0.4
"""Share of the textured places that change when the camera moves, and not when something moves in front of it."""


class ShotCounter:
    """Compares each picture with the first of its shot, so that a slow pan adds up.

    A shot ends at a cut, and as soon as most textured places of the picture have moved. While a camera pans, each
    picture is a shot of its own.
    """

    def __init__(self) -> None:
        self._first: NDArray[np.float32] | None = None
        self._slope: NDArray[np.float32] | None = None
        self._count = 0

    def update(self, image: Image, *, is_cut: bool) -> int:
        """The number of the shot that `image` (H, W, 3) belongs to."""
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
        change -= np.median(change)  # the exposure may have
        textured = self._slope > TEXTURE_LEVELS
        if textured.mean() < 0.01:
            return False
        changed = np.abs(change) > np.maximum(MOVED * self._slope, NOISE_LEVELS)
        return bool(changed[textured].mean() > MOST)
