"""Depth maps in 16 bits a value."""

import numpy as np
from numpy.typing import NDArray

from engine.frames import DepthFrame, DepthKind, DepthMap
from engine.geometry.world import is_measured

STEPS = 65534
"""From the minimum of a map, code 1, to its maximum. Code 0 is what was not measured."""

Codes = NDArray[np.uint16]


def coded(depth: DepthMap) -> tuple[Codes, float, float]:
    """Return a map (h, w) in equal steps between its own minimum and maximum, and these two.

    What is not finite is not measured. The error is at most half a step.
    """
    finite = np.isfinite(depth)
    low, high = float(depth.min(where=finite, initial=np.inf)), float(depth.max(where=finite, initial=-np.inf))
    if not low <= high:
        low = high = 0.0  # nothing was measured
    scale = STEPS / (high - low) if high > low else 0.0
    codes = np.where(finite, 1.5 + (depth - np.float32(low)) * scale, 0).astype(np.uint16)
    return codes, low, high


def measured_codes(frame: DepthFrame) -> tuple[Codes, float, float]:
    """Return what `coded` does for the depth of `frame`, where it holds values."""
    measured = is_measured(frame.depth, frame.kind is DepthKind.DISPARITY)
    return coded(np.where(measured, frame.depth, np.float32(np.nan)))


def decoded(codes: Codes, low: float, high: float) -> DepthMap:
    """Return the map (h, w) of which `coded` gave these; NaN where it was not measured."""
    depth = (codes.astype(np.float32) - 1) * np.float32((high - low) / STEPS) + np.float32(low)
    return np.where(codes == 0, np.float32(np.nan), depth)
