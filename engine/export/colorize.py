"""Depth maps as color images: near is bright."""

from typing import Any, overload

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.frames import DeepImage, Image

_GRAY = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)  # (256, 3)
_INFERNO = np.ascontiguousarray(cv2.applyColorMap(_GRAY[:, :1], cv2.COLORMAP_INFERNO)[:, 0, ::-1])  # (256, 3) RGB


def colorize(nearness: NDArray[np.floating], *, grayscale: bool) -> Image:
    """Turn nearness (H, W), 0 far to 1 near, into gray levels or colors of rising brightness, (H, W, 3)."""
    levels = (np.clip(nearness, 0, 1) * 255 + 0.5).astype(np.uint8)
    image: Image = (_GRAY if grayscale else _INFERNO)[levels]
    return image


def side_by_side(left: Image, right: Image) -> Image:
    """Join two images of the same size (H, W, 3) into one (H, 2 W, 3). Odd sides are padded."""
    return np.concatenate((pad_to_even(left), pad_to_even(right)), axis=1)


@overload
def pad_to_even(image: Image) -> Image: ...
@overload
def pad_to_even(image: DeepImage) -> DeepImage: ...
def pad_to_even(image: NDArray[Any]) -> NDArray[Any]:
    """Repeat the last row and column of `image` where a side is odd, for videos with half the color resolution."""
    height, width = image.shape[:2]
    return np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
