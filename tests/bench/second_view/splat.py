"""The baselines: the left picture's pixels as points, moved to the right camera and drawn with a depth buffer."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.frames import Image
from tests.bench.second_view.pairs import Map, Pair

FINER = 2
"""Points for each pixel along each side."""
ONE_SURFACE = 1.02
"""Points behind the nearest one by less than this factor count as visible, too: their mean is drawn."""
STEP = 0.03
"""Inverse depth is interpolated between pixels unless that changes it by more than this share."""


@dataclass(frozen=True, eq=False)
class Splat:
    picture: Image
    inverse: Map
    """Inverse depth of the nearest point in each pixel of the right picture, 0 where none landed."""
    landed: NDArray[np.bool_]


def splat(pair: Pair) -> Splat:
    """Draw the points of `pair` as the right camera sees them."""
    height, width = pair.left.shape[:2]
    size = (width * FINER, height * FINER)
    colors = cv2.resize(pair.left, size, interpolation=cv2.INTER_LINEAR).reshape(-1, 3).astype(np.float64)
    even, nearest_px = (
        cv2.resize(pair.inverse, size, interpolation=how) for how in (cv2.INTER_LINEAR, cv2.INTER_NEAREST)
    )
    inverse = np.where(np.abs(nearest_px / even - 1) < STEP, even, nearest_px).ravel()
    y, x = ((axis.ravel() + 0.5) / FINER - 0.5 for axis in np.mgrid[: size[1], : size[0]])
    column, row = np.rint(x - (inverse - pair.offset)).astype(int), np.rint(y).astype(int)
    inside = (column >= 0) & (column < width)
    at, inverse, colors = row[inside] * width + column[inside], inverse[inside], colors[inside]
    nearest = np.zeros(height * width)
    np.maximum.at(nearest, at, inverse)
    front = inverse * ONE_SURFACE > nearest[at]
    count = np.bincount(at[front], minlength=height * width)
    sums = [np.bincount(at[front], colors[front, channel], height * width) for channel in range(3)]
    picture = np.stack(sums, -1) / np.maximum(count, 1)[:, None]
    shape = (height, width)
    return Splat(
        np.rint(picture).astype(np.uint8).reshape(*shape, 3), nearest.reshape(shape), (count > 0).reshape(shape)
    )


def telea(points: Splat) -> Image:
    """Fill the rest by OpenCV's inpainting (Telea 2004)."""
    return cv2.inpaint(points.picture, (~points.landed).astype(np.uint8), 3, cv2.INPAINT_TELEA).astype(np.uint8)


def push_pull(points: Splat) -> Image:
    """Fill the rest by the pyramid of Gortler et al. (1996)."""
    filled = _pyramid(points.picture.astype(np.float32), points.landed.astype(np.float32))
    return np.where(points.landed[..., None], points.picture, filled).astype(np.uint8)


def _pyramid(color: NDArray[np.float32], weight: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = weight.shape
    if min(height, width) == 1 or weight.min() >= 1:
        return color
    half = (-(-width // 2), -(-height // 2))
    share = cv2.resize(weight, half, interpolation=cv2.INTER_AREA)
    mean = (
        cv2.resize(color * weight[..., None], half, interpolation=cv2.INTER_AREA) / np.maximum(share, 1e-6)[..., None]
    )
    coarse = _pyramid(mean, np.minimum(4 * share, 1))
    enlarged = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return color * weight[..., None] + enlarged * (1 - weight[..., None])
