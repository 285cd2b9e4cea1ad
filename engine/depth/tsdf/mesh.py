"""One colored mesh from several views: a truncated signed distance field (TSDF), block by block, and surface nets.

All views are at hand, so a block is sampled, meshed and forgotten. Memory is that of `_CHUNK` blocks and of the mesh.
Curless and Levoy 1996 describe the field, Gibson 1998 the nets: a vertex for each cell that the surface crosses, a
square for each edge of the grid that it crosses.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from engine.depth.tsdf.view import TRUNCATION, SampledView
from engine.geometry.fusion import Y_UP, Mask, PosedView, confidence_at
from engine.geometry.mesh import ColoredMesh
from engine.geometry.point_cloud import Array

MOST_BLOCKS = 16_000
"""About a million vertices. Larger scenes get larger voxels."""
_BLOCK = 8  # cells along an edge of a block
_CHUNK = 1024  # blocks in work at once
_BITS = 21  # of a key, for each axis
_CORNERS = np.array(list(product((0, 1), repeat=3)))
_EDGES = [(a, b) for a, b in product(range(8), repeat=2) if a < b and np.abs(_CORNERS[a] - _CORNERS[b]).sum() == 1]


def fuse_mesh(
    views: Sequence[PosedView],
    *,
    least_confident: float = 0.0,
    most_blocks: int = MOST_BLOCKS,
    watch: Callable[[float], None] = lambda share: None,
) -> ColoredMesh:
    """Fuse at least one view into a mesh, in the axes of `world.py` with the first camera at the origin.

    A voxel is as large as a pixel at the median depth, or larger, so that at most `most_blocks` blocks of 8 x 8 x 8
    voxels hold the surface. Leaves out what was not measured, the share `least_confident` (0..1) of the pixels, and
    pixels on edges, where depth is a mixture. Where nobody looked there is no surface. Calls `watch` with the share
    that is done, 0..1.
    """
    threshold = confidence_at(views, least_confident)
    # places far from the world's origin, as those of a map, would lose digits
    home = np.linalg.inv(np.vstack([views[0].extrinsics, (0, 0, 0, 1)]))
    cameras = [SampledView.of(replace(view, extrinsics=view.extrinsics @ home), threshold) for view in views]
    blocks, voxel = _blocks(cameras, most_blocks)
    builder = _Builder(cameras, voxel)
    for start in range(0, len(blocks), _CHUNK):
        builder.add(blocks[start : start + _CHUNK])
        watch(min((start + _CHUNK) / len(blocks), 1.0))
    mesh, y_up = builder.mesh(), Y_UP.diagonal().astype(np.float32)
    return replace(mesh, points=mesh.points * y_up, normals=mesh.normals * y_up)


def _blocks(cameras: Sequence[SampledView], most: int) -> tuple[NDArray[np.int64], float]:
    """Return the blocks (n, 3) that hold surfaces, in order, and the size of a voxel."""
    footprints = [camera.depth / min(camera.intrinsics[0, 0], camera.intrinsics[1, 1]) for camera in cameras]
    measured = np.concatenate([footprint[np.isfinite(footprint)] for footprint in footprints])
    if not measured.size:
        return np.empty((0, 3), np.int64), 1.0
    voxel = float(np.median(measured))
    places = np.concatenate([camera.places() for camera in cameras])
    while True:
        reach = (_CORNERS * 3 - 1.5).astype(np.float32) * np.float32(voxel)  # the vertices around a crossing, and noise
        keys = np.unique(np.concatenate([_keys_of_blocks(places + step, voxel) for step in reach]))
        if len(keys) <= most:
            return _unkeyed(keys), voxel
        voxel *= 1.05 * (len(keys) / most) ** 0.5  # surfaces: twice the size leaves a quarter of the blocks


def _keys_of_blocks(places: Array, voxel: float) -> NDArray[np.int64]:
    keys = _key(np.floor(places * np.float32(1 / (_BLOCK * voxel))).astype(np.int64))
    return np.unique(keys[np.diff(keys, prepend=-1) != 0])  # neighbors share a block: 4 times as fast


class _Builder:
    """Samples blocks and collects what they add to the mesh."""

    def __init__(self, cameras: Sequence[SampledView], voxel: float) -> None:
        self._cameras, self._voxel = cameras, voxel
        self._vertices: list[tuple[NDArray[np.int64], Array, Array, NDArray[np.uint8]]] = []
        """Keys of cells, places, normals and colors."""
        self._crossed: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]] = []
        """Lower ends of edges that the surface crosses, their axes, and whether the upper end is outside."""

    def add(self, blocks: NDArray[np.int64]) -> None:
        """Add what `blocks` (n, 3) hold. The samples on the faces between two blocks are the same in both."""
        n = _BLOCK + 1
        local = np.stack(np.meshgrid(*[np.arange(n)] * 3, indexing="ij"), -1).reshape(-1, 3)
        field, known = self._sampled(blocks, local)
        field, known = field.reshape(-1, n, n, n), known.reshape(-1, n, n, n)
        self._cross(blocks, field, known)
        corners = [np.s_[:, x : x + _BLOCK, y : y + _BLOCK, z : z + _BLOCK] for x, y, z in _CORNERS]
        inside = sum((field[at] < 0).astype(np.int8) for at in corners)
        whole = np.logical_and.reduce([known[at] for at in corners])
        block, *cell = np.nonzero(whole & (inside > 0) & (inside < 8))
        values = np.stack([field[at][block, *cell] for at in corners], -1)
        if not len(block):
            return
        cells = blocks[block] * _BLOCK + np.stack(cell, -1)
        places = ((cells + _net(values)) * self._voxel).astype(np.float32)
        slopes = values @ (2.0 * _CORNERS - 1)
        normals = (slopes / np.maximum(np.linalg.norm(slopes, axis=1, keepdims=True), 1e-12)).astype(np.float32)
        self._vertices.append((_key(cells), places, normals, self._colors(places)))

    def mesh(self) -> ColoredMesh:
        """Return everything as one mesh, in the axes of the cameras' world."""
        if not self._vertices:
            nothing = np.empty((0, 3), np.float32)
            return ColoredMesh(
                nothing, nothing, np.empty((0, 3), np.uint8), np.empty((0, 3), np.uint32), self._voxel
            )  # fmt: skip
        keys, points, normals, colors = (np.concatenate(part) for part in zip(*self._vertices, strict=True))
        order = np.argsort(keys)
        keys = keys[order]
        squares = np.concatenate([self._squares(keys, *crossed) for crossed in self._crossed])
        used, squares = np.unique(squares, return_inverse=True)
        squares = squares.reshape(-1, 4).astype(np.uint32)
        triangles = np.take(squares, [0, 1, 2, 0, 2, 3], 1).reshape(-1, 3)
        order = order[used]
        return ColoredMesh(points[order], normals[order], colors[order], triangles, self._voxel)

    def _sampled(self, blocks: NDArray[np.int64], local: NDArray[np.int64]) -> tuple[Array, Mask]:
        """Return the field at the corners `local` (m, 3) of the cells of blocks, and where it is known, (n, m)."""
        total = np.zeros((len(blocks), len(local)), np.float32)
        weights = np.zeros_like(total)
        limit = TRUNCATION * self._voxel
        for camera in self._cameras:
            turn, shift = camera.extrinsics[:, :3] * self._voxel, camera.extrinsics[:, 3]
            origins, steps = (blocks * _BLOCK) @ turn.T + shift, local @ turn.T
            x, y, z = ((origins[:, None, i] + steps[None, :, i]).astype(np.float32) for i in range(3))
            distance, weight = camera.distances(x, y, z, limit)
            total += weight * distance
            weights += weight
        known = weights > 0
        return np.divide(total, weights, out=total, where=known), known

    def _cross(self, blocks: NDArray[np.int64], field: Array, known: Mask) -> None:
        below = field < 0
        for axis in range(3):
            lower: list[slice] = [slice(0, _BLOCK)] * 3
            upper = lower.copy()
            upper[axis] = slice(1, _BLOCK + 1)
            low, high = (slice(None), *lower), (slice(None), *upper)
            block, *at = np.nonzero((below[low] != below[high]) & known[low] & known[high])
            ends = blocks[block] * _BLOCK + np.stack(at, -1)
            self._crossed.append((ends, np.full(len(ends), axis), below[low][block, *at]))

    @staticmethod
    def _squares(
        keys: NDArray[np.int64], ends: NDArray[np.int64], axes: NDArray[np.int64], is_upward: NDArray[np.bool_]
    ) -> NDArray[np.int64]:
        """Return the squares (n, 4) of vertex numbers around edges, where all four cells have a vertex."""
        steps = np.eye(3, dtype=np.int64)
        one, two = steps[(axes + 1) % 3], steps[(axes + 2) % 3]
        cells = np.stack([ends - one - two, ends - two, ends, ends - one], 1)
        cells = np.where(is_upward[:, None, None], cells, cells[:, ::-1])
        wanted = _key(cells.reshape(-1, 3))
        found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        there = (keys[found] == wanted).reshape(-1, 4).all(1)
        squares: NDArray[np.int64] = found.reshape(-1, 4)[there]
        return squares

    def _colors(self, places: Array) -> NDArray[np.uint8]:
        """Return the colors of vertices (n, 3): from the views that see them, most from those that see them best."""
        columns = 256
        padded = np.resize(places, (-(-len(places) // columns) * columns, 3))
        total = np.zeros((len(padded) // columns, columns, 3), np.float32)
        weights = np.zeros_like(total[..., 0])
        limit = TRUNCATION * self._voxel
        for camera in self._cameras:
            seen = padded @ camera.extrinsics[:, :3].T + camera.extrinsics[:, 3]
            x, y, z = seen.astype(np.float32).T.reshape(3, -1, columns)
            distance, weight = camera.distances(x, y, z, limit)
            weight = weight**2 * np.where(distance < limit, 1, np.float32(1e-6))
            total += weight[..., None] * camera.colors(x, y, z)
            weights += weight
        mean = total / np.maximum(weights, 1e-30)[..., None]
        colors: NDArray[np.uint8] = np.rint(mean).astype(np.uint8).reshape(-1, 3)[: len(places)]
        return colors


def _net(values: Array) -> NDArray[np.float64]:
    """Return the mean of the places where the surface crosses the edges of cells, (n, 3), each 0..1.

    values: (n, 8), the field at `_CORNERS`.
    """
    total, count = np.zeros((len(values), 3)), np.zeros((len(values), 1))
    for a, b in _EDGES:
        crosses = ((values[:, a] < 0) != (values[:, b] < 0))[:, None]
        share = (values[:, a] / np.where(crosses[:, 0], values[:, a] - values[:, b], 1))[:, None]
        total += np.where(crosses, _CORNERS[a] + share * (_CORNERS[b] - _CORNERS[a]), 0)
        count += crosses
    return total / count


def _key(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a unique number for each cell or block (n, 3); the order is that of x, then y, then z."""
    shifted = cells + (1 << (_BITS - 1))
    keys: NDArray[np.int64] = (shifted[:, 0] << 2 * _BITS) | (shifted[:, 1] << _BITS) | shifted[:, 2]
    return keys


def _unkeyed(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    parts = [(keys >> shift) & ((1 << _BITS) - 1) for shift in (2 * _BITS, _BITS, 0)]
    return np.stack(parts, -1) - (1 << (_BITS - 1))
