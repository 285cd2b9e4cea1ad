"""The straight line through points: weighted least squares."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_CONSTANT = 1e-12  # variance in units of the mean square: what rounding to float32 leaves of a constant


def weighted_line(x: Array, y: Array, weight: Array, *, gain_for_constant: float) -> tuple[float, float]:
    """Gain and bias of the line y = gain · x + bias nearest to points (n,).

    gain_for_constant: the gain if `x` is constant, which leaves it open.
    """
    total = weight.sum()
    x_mean, y_mean = weight @ x / total, weight @ y / total
    off = x - x_mean
    variance = weight @ np.square(off)
    is_constant = variance <= _CONSTANT * (weight @ np.square(x))
    gain = gain_for_constant if is_constant else weight @ (off * (y - y_mean)) / variance
    return float(gain), float(y_mean - gain * x_mean)
