"""Sixteen bits as eight, with a pattern where bands would be."""

import numpy as np
from numpy.typing import NDArray

_BAYER = np.array([[0]])
for _ in range(3):
    _BAYER = np.block([[4 * _BAYER, 4 * _BAYER + 2], [4 * _BAYER + 3, 4 * _BAYER + 1]])
_THRESHOLDS = (4 * _BAYER + 2).astype(np.uint16)
"""An ordered dither (Bayer 1973), 8 x 8, in 1/256."""


def dithered(pixels: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Return 16 bits (H, W, C) as 8 bits."""
    height, width = pixels.shape[:2]
    thresholds = np.tile(_THRESHOLDS, (-(-height // 8), -(-width // 8)))[:height, :width, None]
    scaled = pixels - (pixels >> 8)  # times 255 / 256, so that nothing overflows
    scaled += thresholds
    scaled >>= 8
    return scaled.astype(np.uint8)
