"""Point clouds of oriented discs."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """n points; the creator defines axes and unit."""

    places: Array
    """(n, 3)"""
    normals: Array
    """(n, 3), unit normals of the surface, toward the camera that saw it."""
    colors: NDArray[np.uint8]
    """(n, 3), RGB"""
    sizes: Array
    """(n,), distances to the neighbors."""
    coarser: tuple[tuple[int, int], ...] = ()
    """(step, count), coarsest first: the first `count` points are a coarser version of the whole cloud, with `step`
    times the distance between neighbors."""

    def __len__(self) -> int:
        return len(self.places)

    def where(self, kept: NDArray[np.bool_]) -> "Points":
        """Return the points where `kept` (n,) is true."""
        return Points(self.places[kept], self.normals[kept], self.colors[kept], self.sizes[kept])

    def seen_from(self, rotation: NDArray[np.float64], shift: NDArray[np.float64]) -> "Points":
        """Return the points after `rotation` (3, 3), then `shift` (3,)."""
        places, normals = self.places @ rotation.T + shift, self.normals @ rotation.T
        return replace(self, places=places.astype(np.float32), normals=normals.astype(np.float32))

    def coarse_to_fine(self, *steps: int) -> "Points":
        """Reorder the points so that the first ones form `coarser` clouds with these `steps`, largest first.

        Machines that cannot draw all points in time draw one of these.
        """
        if not len(self):
            return self
        cells = (self.places - self.places.min(0)) / max(float(self.sizes.min()), 1e-12)
        order, coarser = np.arange(0), []
        for step in steps:
            _, found = np.unique(_keys(np.floor(cells / step).astype(np.int64)), return_index=True)
            order = np.concatenate([order, np.setdiff1d(found, order)])
            coarser.append((step, len(order)))
        order = np.concatenate([order, np.setdiff1d(np.arange(len(self)), order)])
        arrays = (self.places[order], self.normals[order], self.colors[order], self.sizes[order])
        return Points(*arrays, tuple(coarser))

    def thinned(self, most: int) -> "Points":
        """Reduce to at most `most` points by averaging those that share a grid cell, as small as that allows."""
        if not len(self):
            return self
        cell = float(np.quantile(self.sizes, 0.25))
        while True:
            keys = _keys(np.floor((self.places - self.places.min(0)) / cell).astype(np.int64))
            order = np.argsort(keys, kind="stable")
            first = np.flatnonzero(np.diff(keys[order], prepend=-1))
            if len(first) <= most:
                break
            cell *= (
                1.1 * (len(first) / most) ** 0.5
            )  # points lie on surfaces: twice the cell size leaves a quarter of them
        count = np.diff(first, append=len(self))[:, None]

        def mean(values: NDArray[np.float32] | NDArray[np.uint8]) -> NDArray[np.float64]:
            total: NDArray[np.float64] = np.add.reduceat(values[order], first, axis=0, dtype=np.float64)
            return total / count

        normals = mean(self.normals)
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
        return Points(
            mean(self.places).astype(np.float32),
            normals.astype(np.float32),
            np.rint(mean(self.colors)).astype(np.uint8),
            np.maximum(np.minimum.reduceat(self.sizes[order], first), np.float32(cell)),
        )


def _keys(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a unique number for each cell (n, 3)."""
    _, deep, high = cells.max(0) + 1
    keys: NDArray[np.int64] = (cells[:, 0] * deep + cells[:, 1]) * high + cells[:, 2]
    return keys


def joined(parts: list[Points]) -> Points:
    """Concatenate at least one cloud."""
    places, normals, colors, sizes = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("places", "normals", "colors", "sizes")
    )
    return Points(places, normals, colors, sizes)
