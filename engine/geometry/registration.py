"""Depth maps of a camera that stands where the color camera stands, but sees more or less than that."""

import numpy as np

from engine.frames import DepthMap, Intrinsics


def registered(depth: DepthMap, camera: Intrinsics, colors: Intrinsics) -> DepthMap:
    """Return a depth map (h, w) as large as `depth` that shows what the color camera sees; NaN where `depth` ends.

    camera, colors: (3, 3), of the depth camera and the color camera, in shares of the width and height of their
    pictures. Both have the same axes and the same center. Each pixel is the nearest one, so that nothing is made up
    between a near and a far surface.
    """
    height, width = depth.shape
    x = ((np.arange(width) + 0.5) / width - colors[0, 2]) / colors[0, 0] * camera[0, 0] + camera[0, 2]
    y = ((np.arange(height) + 0.5) / height - colors[1, 2]) / colors[1, 1] * camera[1, 1] + camera[1, 2]
    columns, rows = np.floor(x * width).astype(int), np.floor(y * height).astype(int)
    inside = np.ix_((rows >= 0) & (rows < height), (columns >= 0) & (columns < width))
    found = np.full_like(depth, np.nan)
    found[inside] = depth[np.ix_(rows.clip(0, height - 1), columns.clip(0, width - 1))][inside]
    return found
