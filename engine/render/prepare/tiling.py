"""Masks and grids of values, reduced to tiles."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def by_tile(values: NDArray[Any], reduce: np.ufunc, side: int) -> NDArray[Any]:
    """Reduce `values` (h, w) over tiles of `side` x `side`; those at the end are smaller."""
    rows, columns = (np.arange(0, size, side) for size in values.shape)
    result: NDArray[Any] = reduce.reduceat(reduce.reduceat(values, rows, axis=0), columns, axis=1)
    return result


def halved(values: NDArray[Any], reduce: np.ufunc) -> NDArray[Any]:
    """Reduce `values` (h, w) over squares of 2x2: what `by_tile` does, quickly."""
    h, w = values.shape
    even = np.pad(values, ((0, h % 2), (0, w % 2)), mode="edge") if h % 2 or w % 2 else values
    rows = reduce(even[::2], even[1::2])
    result: NDArray[Any] = reduce(rows[:, ::2], rows[:, 1::2])
    return result


def spread(values: NDArray[Any], reduce: np.ufunc, by: int = 1) -> NDArray[Any]:
    """Reduce `values` (h, w) over the square that reaches `by` to every side: with `logical_or`, a dilation."""
    for axis in (0, 1):
        padded = np.pad(values, [(by, by) if axis == at else (0, 0) for at in (0, 1)], mode="edge")
        end = values.shape[axis]
        parts = [
            padded[start : start + end] if axis == 0 else padded[:, start : start + end] for start in range(2 * by + 1)
        ]
        values = reduce.reduce(parts)
    return values
