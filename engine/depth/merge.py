"""Merging of two depth maps of one image: the shape of a coarse one, the outlines of a fine one.

A network that sees a small image gets the shape right and outlines wrong; of a large one, the other way around. The
idea is Miangoleh et al.'s (2021, "Boosting Monocular Depth Estimation Models to High-Resolution via Content-Adaptive
Multi-Resolution Merging"), whose merging is a network. Here a guided filter merges (He et al. 2013, "Guided Image
Filtering").
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.frames import DepthMap

FINE_SCALE = 2
"""The fine map is computed from an image this many times as large."""
_WINDOW = 1 / 7  # side of the windows, as a share of the map's short side
_FLAT = 1e-3  # variance in a window, as a share of that of the whole fine map, below which it has no outlines
_MISFIT = 1e-2  # variance left after a fit, as a share of that of the whole coarse map, that halves its weight

_UNRELATED = 1e-3  # correlation below which the gain goes to zero

Array = NDArray[np.float32]


def merged(coarse: DepthMap, fine: DepthMap) -> DepthMap:
    """Return `coarse` (h, w) with the outlines of `fine` (H, W), at the size of `fine`.

    In each window, `fine` is fitted to `coarse` by a scale and a shift. A pixel is the mean of the fits of all windows
    around it; those that fit better count more. So neither the scale nor the shift of `fine` matters. The coarse
    outlines lie beside the fine ones, which lowers the correlation and, by least squares, would flatten the result;
    half of that is made up for.
    """
    size = fine.shape[1], fine.shape[0]
    shape, outlines = _standard(cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR)), _standard(fine)
    radius = max(1, round(min(size) * _WINDOW / 2))

    def mean(values: Array) -> Array:
        found: Array = cv2.blur(values, (2 * radius + 1,) * 2, borderType=cv2.BORDER_REFLECT)
        return found

    shape_mean, outlines_mean = mean(shape), mean(outlines)
    shape_variance = mean(shape * shape) - shape_mean**2
    outlines_variance = mean(outlines * outlines) - outlines_mean**2
    covariance = mean(shape * outlines) - shape_mean * outlines_mean
    correlation = np.abs(covariance) / np.sqrt((shape_variance + _FLAT) * (outlines_variance + _FLAT))
    gain = covariance / (outlines_variance + _FLAT) / np.sqrt(correlation + _UNRELATED)
    shift = shape_mean - gain * outlines_mean
    misfit = shape_variance - 2 * gain * covariance + gain**2 * outlines_variance
    weight = 1 / (np.maximum(misfit, 0) + _MISFIT)
    both = (mean(weight * gain) * outlines + mean(weight * shift)) / mean(weight)
    result: DepthMap = (both * _deviation(coarse) + coarse.mean()).astype(np.float32)
    return result


def _standard(values: DepthMap) -> Array:
    """Return `values` with mean 0 and deviation 1."""
    standard: Array = ((values - values.mean()) / _deviation(values)).astype(np.float32)
    return standard


def _deviation(values: DepthMap) -> float:
    return float(values.std()) or 1.0
