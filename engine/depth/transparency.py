"""Depth of images with transparent parts, where the surface is cut."""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.frames import DepthMap, Frame

REMOVED = np.float32(-3e38)
"""Depth that is not drawn; `shaders/include/world.glsl` has the same number. Gaps, which may be filled, have others."""
_UNSURE = 3.0
"""Pixels of the network's map along the cut, in which it mixes what is visible with the background behind."""


def enlarged(depth: DepthMap, frame: Frame) -> DepthMap:
    """Return depth at the size of the geometry if parts of `frame` are transparent, so that the cut is as fine."""
    size = frame.geometry_px
    if frame.is_opaque is None or depth.shape[1] >= size[0]:
        return depth
    return np.asarray(cv2.resize(depth, size, interpolation=cv2.INTER_LINEAR), np.float32)


def up_to_the_cut(depth: DepthMap, frame: Frame, scale: float = 1.0) -> DepthMap:
    """Return the depth of a network, in which the depth along a cut is that of the visible part.

    `scale`: pixels of `depth` to one of the network's.
    """
    if frame.is_opaque is None:
        return depth
    shown = visible(frame.is_opaque, depth.shape)
    inside = cv2.distanceTransform(shown.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5) > _UNSURE * scale
    # what is too thin to have an inside keeps its own depth
    _, nearest = cv2.distanceTransformWithLabels(
        (~inside).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    if not inside.any():
        return depth
    values = np.zeros(nearest.max() + 1, np.float32)
    values[nearest[inside]] = depth[inside]
    reach, _ = cv2.distanceTransformWithLabels((~inside).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.where(inside | (reach > 2 * _UNSURE * scale), depth, values[nearest])


def without_transparent(depth: DepthMap, frame: Frame) -> DepthMap:
    """Return depth (h, w) that is REMOVED where `frame` is transparent."""
    if frame.is_opaque is None:
        return depth
    return np.where(visible(frame.is_opaque, depth.shape), depth, REMOVED)


def visible(is_opaque: NDArray[np.bool_] | None, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return where a frame is opaque, at the resolution `shape` (h, w)."""
    if is_opaque is None:
        return np.ones(shape, np.bool_)
    share = cv2.resize(is_opaque.astype(np.float32), shape[::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(share >= 0.5)
