"""Cubic enlargement without rounding inside, the standard that a processor's own implementation is compared with."""

import numpy as np
from numpy.typing import NDArray

_A = -0.75  # the cubic kernel's slope at distance 1, as in OpenCV


def enlarged(image: NDArray[np.uint8], rows: int, columns: int) -> NDArray[np.uint8]:
    """(H, W, C) -> (rows, columns, C), computed in float64 and rounded once at the end.

    OpenCV does this in single precision, with the instructions of the CPU that it runs on. Values near one half are
    therefore rounded to either side.
    """
    down, across = _weights(image.shape[0], rows), _weights(image.shape[1], columns)
    channels = [down @ image[:, :, c].astype(np.float64) @ across.T for c in range(image.shape[2])]
    return np.clip(np.rint(np.stack(channels, axis=-1)), 0, 255).astype(np.uint8)


def _weights(old: int, new: int) -> NDArray[np.float64]:
    """(new, old): how much each old sample counts in each new one."""
    matrix = np.zeros((new, old))
    for row in range(new):
        center = (row + 0.5) * old / new - 0.5
        first = int(np.floor(center)) - 1
        for tap in range(first, first + 4):  # samples outside repeat the border
            matrix[row, min(max(tap, 0), old - 1)] += _kernel(abs(center - tap))
    return matrix


def _kernel(distance: float) -> float:
    if distance < 1:
        return ((_A + 2) * distance - (_A + 3)) * distance**2 + 1
    return ((_A * distance - 5 * _A) * distance + 8 * _A) * distance - 4 * _A
