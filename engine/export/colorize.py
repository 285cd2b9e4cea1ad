"""A depth map as a picture: near is bright."""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.frames import Image

_GRAY = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)  # (256, 3)
_INFERNO = np.ascontiguousarray(cv2.applyColorMap(_GRAY[:, :1], cv2.COLORMAP_INFERNO)[:, 0, ::-1])  # (256, 3) RGB


def depth_picture(nearness: NDArray[np.floating], *, grayscale: bool) -> Image:
    """Nearness (H, W), 0 far to 1 near, as gray levels or in colors that grow brighter; (H, W, 3)."""
    levels = (np.clip(nearness, 0, 1) * 255 + 0.5).astype(np.uint8)
    picture: Image = (_GRAY if grayscale else _INFERNO)[levels]
    return picture


def side_by_side(left: Image, right: Image) -> Image:
    """Two pictures of one size (H, W, 3) as one (H, 2 W, 3); an odd width is made even, so that both halves are."""
    return np.concatenate((even(left), even(right)), axis=1)


def even(image: Image) -> Image:
    """`image` with its last row and column repeated where a side is odd, as videos with half the color need it."""
    height, width = image.shape[:2]
    return np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
