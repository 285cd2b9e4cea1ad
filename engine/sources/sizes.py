"""How large frames are: their colors, and the smaller version that geometry is computed from."""

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.frames import Frame
from engine.sources.base import Source, fit_px

Level = TypeVar("Level", np.uint8, np.uint16)
"""A value of red, green or blue."""

GEOMETRY_RES = 640
"""Longest side of the geometry where `max_res` is 0: depth networks see no more, and finer meshes take long to draw."""


def read(source: Source, max_res: int) -> Frame | None:
    """Read the next frame of `source`, and crop it. `max_res` limits colors and geometry; 0 limits both as is best."""
    frame = source.read(max_res or source.auto_res)
    if frame is None:
        return None
    frame = source.crop.applied(frame)
    return frame if max_res else with_proxy(frame)


def with_proxy(frame: Frame) -> Frame:
    """Return `frame` with a proxy if its image is larger than its geometry should be."""
    height, width = frame.image.shape[:2]
    size = fit_px(width, height, GEOMETRY_RES)
    if size == (width, height) or frame.proxy is not None:
        return frame
    deep_proxy = None if frame.deep is None else halved_to(frame.deep, size)
    return replace(frame, proxy=halved_to(frame.image, size), deep_proxy=deep_proxy)


def halved_to(image: NDArray[Level], size: tuple[int, int]) -> NDArray[Level]:
    """Scale `image` (H, W, C), of 8 or 16 bits, down to `size` = (width, height).

    Halving by area is fast and other factors are not: halving first takes a third of the time, and hardly flickers.
    """
    import cv2  # late: to know the kinds of sources takes no decoder

    while image.shape[1] >= 2 * size[0] and image.shape[0] >= 2 * size[1]:
        height, width = image.shape[0] // 2, image.shape[1] // 2
        even = image[: 2 * height, : 2 * width]
        image = np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), image.dtype)
    if (image.shape[1], image.shape[0]) == size:
        return image
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), image.dtype)
