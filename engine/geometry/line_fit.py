"""Fitting a straight line by weighted least squares."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_CONSTANT = 1e-12  # variance relative to the mean square below which float32 values are constant


def weighted_line(x: Array, y: Array, weight: Array, *, gain_for_constant: float) -> tuple[float, float]:
    """Fit y = gain · x + bias to points (n,). Return gain and bias.

    gain_for_constant: the gain to return if `x` is constant.
    """
    total = weight.sum()
    x_mean, y_mean = weight @ x / total, weight @ y / total
    off = x - x_mean
    variance = weight @ np.square(off)
    is_constant = variance <= _CONSTANT * (weight @ np.square(x))
    gain = gain_for_constant if is_constant else weight @ (off * (y - y_mean)) / variance
    return float(gain), float(y_mean - gain * x_mean)
