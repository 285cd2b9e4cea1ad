"""Depth frames to test with."""

import numpy as np

from engine.frames import DepthFrame, DepthKind, DepthRange, Frame, default_intrinsics, scale_intrinsics


def depth_frame(
    depth: np.ndarray,
    image: np.ndarray | None = None,
    kind: DepthKind = DepthKind.DISPARITY,
    span: tuple[float, float, float] | None = None,
    fov_deg: float = 60,
) -> DepthFrame:
    """A depth frame as the worker would make it; `span` is low, median, high, by default the map's own."""
    h, w = depth.shape
    image = np.full((h, w, 3), 128, np.uint8) if image is None else image
    low, median, high = span or (float(depth.min()), float(np.median(depth)), float(depth.max()))
    height, width = image.shape[:2]
    k = scale_intrinsics(default_intrinsics(width, height, fov_deg), w / width, h / height)
    frame = Frame(image, 0, 0.0, "test")
    return DepthFrame(frame, depth.astype(np.float32), kind, k, DepthRange(low, high, median), "test", camera="assumed")


def checker(width: int, height: int, cell: int = 8) -> np.ndarray:
    """A picture in which every place looks different enough to see where it went."""
    y, x = np.mgrid[0:height, 0:width]
    tiles = ((x // cell + y // cell) % 2) * 90
    return np.stack(
        [x * 160 // max(width - 1, 1) + tiles, y * 160 // max(height - 1, 1) + tiles, 60 + tiles], -1
    ).astype(np.uint8)
