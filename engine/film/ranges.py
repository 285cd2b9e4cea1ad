"""Depth ranges of a whole video, known before the first frame is drawn: nothing pumps when something near comes by."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.export.depth_spool import DepthSpool
from engine.frames import DepthRange

Array = NDArray[np.float64]

SMOOTHED_S = 2.0
"""Standard deviation of the Gaussian that ranges are smoothed with, as far back as ahead."""
_CUT_OFF = 3  # standard deviations


def smoothed_ranges(
    spool: DepthSpool, cuts: Sequence[int], frames_per_s: float, percentiles: tuple[float, float]
) -> list[DepthRange]:
    """Return the range of each frame, smoothed over time within its shot. `cuts`: the first frame of each other one."""
    ends = np.array([_ends(spool.range(index, index + 1, percentiles)) for index in range(len(spool))])  # (N, 3)
    for start, stop in pairwise([0, *cuts, len(spool)]):
        ends[start:stop] = _smoothed(ends[start:stop], SMOOTHED_S * frames_per_s)
    return [DepthRange(low, high, median) for low, median, high in ends.tolist()]


def _ends(span: DepthRange) -> tuple[float, float, float]:
    return span.low, span.median, span.high


def _smoothed(values: Array, deviation: float) -> Array:
    """Return `values` (N, 3) smoothed along N. At the ends the average is of what there is."""
    reach = min(int(_CUT_OFF * deviation), len(values) - 1)
    kernel = np.exp(-0.5 * np.square(np.arange(-reach, reach + 1) / max(deviation, 1e-9)))
    weight = _convolved(np.ones(len(values)), kernel)
    return np.stack([_convolved(column, kernel) / weight for column in values.T], -1)


def _convolved(values: Array, kernel: Array) -> Array:
    reach = len(kernel) // 2
    return np.asarray(np.convolve(values, kernel)[reach : reach + len(values)])
