"""One colored mesh from several views: a truncated signed distance field (TSDF), block by block, and surface nets.

All views are at hand, so a block is sampled, meshed and forgotten. Memory is that of `_CHUNK` blocks and of the mesh.
Curless and Levoy 1996 describe the field, Gibson 1998 the nets: a vertex for each cell that the surface crosses, a
square for each edge of the grid that it crosses.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.frames import DepthMap, Extrinsics, Image, Intrinsics
from engine.geometry.fusion import EDGE, Y_UP, Mask, PosedView, confidence_at, is_kept
from engine.geometry.mesh import ColoredMesh
from engine.geometry.point_cloud import Array
from engine.geometry.world import is_measured

MOST_BLOCKS = 16_000
"""About a million vertices. Larger scenes get larger voxels."""
TRUNCATION = 4.0
"""Voxels behind a surface about which a view still says how far they are from it."""
_BLOCK = 8  # cells along an edge of a block
_CHUNK = 1024  # blocks in work at once
_SMOOTH_PX = 7  # around a pixel, for its normal and against noise
_DEVIATIONS = 4.0  # of the noise: larger differences in depth are no noise
_JUMP = 0.02  # of 1/z, from the middle of a pixel to any place in it; more is an edge
_NEAR_EDGES = 1.2  # voxels behind a surface about which a view speaks next to an edge: it sees past it there
_AROUND_PX = 9  # size of what is next to an edge
_FLATTEST = 0.1  # cosine: surfaces that a view sees at smaller angles count as if they had this one
_BITS = 21  # of a key, for each axis
_CORNERS = np.array(list(product((0, 1), repeat=3)))
_EDGES = [(a, b) for a, b in product(range(8), repeat=2) if a < b and np.abs(_CORNERS[a] - _CORNERS[b]).sum() == 1]


@dataclass(frozen=True, slots=True, eq=False)
class _Camera:
    """A view, ready to be sampled."""

    field: NDArray[np.float32]
    """(h, w, 3): inverse depth, NaN where it is missing or a mixture; the cosine between surface and ray, for a ray of
    length 1 along the viewing axis; 1 next to an edge, 0 elsewhere."""
    image: Image
    intrinsics: Intrinsics
    extrinsics: Extrinsics

    @classmethod
    def of(cls, view: PosedView, least_confident: float) -> "_Camera":
        """`least_confident`: pixels with less confidence are left out."""
        h, w = view.depth.shape
        depth = _denoised(view.depth)
        # networks blur depth over some pixels of an edge, sensors over one
        kept = ~_is_between(depth) if view.confidence is None else is_kept(replace(view, depth=depth), least_confident)
        kept &= depth > 0
        k = view.intrinsics
        nearness = (1 / np.where(kept, depth, np.nan)).astype(np.float32)
        # 1/z is affine in the pixel on a plane, and its coefficients are the plane's normal
        down, right = np.gradient(_smooth(nearness, kept))
        x, y = (np.arange(w) + 0.5 - k[0, 2]) / k[0, 0], (np.arange(h)[:, None] + 0.5 - k[1, 2]) / k[1, 1]
        a, b = right * k[0, 0], down * k[1, 1]
        cosine = nearness / np.sqrt(a * a + b * b + (nearness - a * x - b * y) ** 2)
        around = cv2.dilate(_is_edge(depth).astype(np.float32), np.ones((_AROUND_PX, _AROUND_PX)))
        field = np.stack([nearness, np.maximum(cosine, _FLATTEST), around], -1)
        field[np.isnan(cosine)] = np.nan
        return cls(field.astype(np.float32), view.image, k, view.extrinsics)

    def distances(self, x: Array, y: Array, z: Array, limit: float) -> tuple[Array, Array]:
        """Return how far places are before the surface, from -limit, behind it, to limit; and how well this view
        knows, 0 if it does not. x, y, z: (rows, columns), in the camera's axes, each fewer than 32,767.
        """
        u, v = self._pixel(x, y, z)
        between = _sampled(self.field, u, v, np.nan)
        at = _sampled(self.field, u, v, np.nan, cv2.INTER_NEAREST)
        nearness, cosine, around = np.moveaxis(between, -1, 0)
        distance = (1 / nearness - z) * cosine
        is_cut = np.abs(nearness - at[..., 0]) > _JUMP * at[..., 0]
        with np.errstate(invalid="ignore"):  # NaN means unknown: all comparisons are false
            behind = np.where(around > 0, _NEAR_EDGES / TRUNCATION, 1) * limit
            is_free, is_known = distance > limit, (distance >= -behind) & (z > 0)
        is_known &= ~is_cut
        weight = np.where(is_known, np.where(is_free, 1, cosine) / (z * z), 0)
        return np.where(is_known, np.minimum(distance, limit), 0), weight

    def colors(self, x: Array, y: Array, z: Array) -> Array:
        """Return the colors (rows, columns, 3) that this view sees at places."""
        (h, w), (height, width) = self.field.shape[:2], self.image.shape[:2]
        u, v = self._pixel(x, y, z)
        return _sampled(self.image, (u + 0.5) * (width / w) - 0.5, (v + 0.5) * (height / h) - 0.5, 0).astype(np.float32)

    def _pixel(self, x: Array, y: Array, z: Array) -> tuple[Array, Array]:
        """Return columns and rows in the depth map, whose first pixel has its center at 0, as OpenCV counts."""
        k, ahead = self.intrinsics.astype(np.float32), np.maximum(z, np.float32(1e-6))
        return k[0, 0] * x / ahead + (k[0, 2] - 0.5), k[1, 1] * y / ahead + (k[1, 2] - 0.5)


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
    cameras = [_Camera.of(view, threshold) for view in views]
    blocks, voxel = _blocks(cameras, most_blocks)
    builder = _Builder(cameras, voxel)
    for start in range(0, len(blocks), _CHUNK):
        builder.add(blocks[start : start + _CHUNK])
        watch(min((start + _CHUNK) / len(blocks), 1.0))
    first = Y_UP @ views[0].extrinsics
    mesh = builder.mesh()
    points, normals = mesh.points @ first[:, :3].T + first[:, 3], mesh.normals @ first[:, :3].T
    return replace(mesh, points=points.astype(np.float32), normals=normals.astype(np.float32))


def _blocks(cameras: Sequence[_Camera], most: int) -> tuple[NDArray[np.int64], float]:
    """Return the blocks (n, 3) that hold surfaces, in order, and the size of a voxel."""
    depths = [np.reciprocal(camera.field[..., 0]) for camera in cameras]
    footprints = [depth / min(c.intrinsics[0, 0], c.intrinsics[1, 1]) for c, depth in zip(cameras, depths, strict=True)]
    measured = np.concatenate([footprint[np.isfinite(footprint)] for footprint in footprints])
    if not measured.size:
        return np.empty((0, 3), np.int64), 1.0
    voxel = float(np.median(measured))
    places = np.concatenate([_places(camera, depth) for camera, depth in zip(cameras, depths, strict=True)])
    while True:
        reach = (_CORNERS * 3 - 1.5).astype(np.float32) * np.float32(voxel)  # the vertices around a crossing, and noise
        keys = np.unique(np.concatenate([_keys_of_blocks(places + step, voxel) for step in reach]))
        if len(keys) <= most:
            return _unkeyed(keys), voxel
        voxel *= 1.05 * (len(keys) / most) ** 0.5  # surfaces: twice the size leaves a quarter of the blocks


def _keys_of_blocks(places: Array, voxel: float) -> NDArray[np.int64]:
    keys = _key(np.floor(places * np.float32(1 / (_BLOCK * voxel))).astype(np.int64))
    return np.unique(keys[np.diff(keys, prepend=-1) != 0])  # neighbors share a block: 4 times as fast


def _places(camera: _Camera, depth: DepthMap) -> Array:
    """Return where in the world the pixels of a view see a surface, (n, 3)."""
    k, pose = camera.intrinsics, camera.extrinsics
    rows, columns = np.nonzero(np.isfinite(depth))
    z = depth[rows, columns]
    seen = np.stack([(columns + 0.5 - k[0, 2]) / k[0, 0] * z, (rows + 0.5 - k[1, 2]) / k[1, 1] * z, z], -1)
    return ((seen - pose[:, 3]) @ pose[:, :3]).astype(np.float32)


class _Builder:
    """Samples blocks and collects what they add to the mesh."""

    def __init__(self, cameras: Sequence[_Camera], voxel: float) -> None:
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
        """Return everything as one mesh, in the axes of the views' world."""
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


def _denoised(depth: DepthMap) -> DepthMap:
    """Return a depth map without its noise, by a bilateral filter. What has no noise stays as it is.

    Sensors that triangulate have the same noise everywhere in inverse depth.
    """
    measured = is_measured(depth, False)
    nearness = (1 / np.where(measured, depth, np.inf)).astype(np.float32)
    if not measured.any():
        return nearness
    noise = float(np.median(np.abs(nearness - _smooth(nearness, measured))[measured]))
    # what was not measured is infinitely far, so it does not count for its neighbors
    smooth = cv2.bilateralFilter(nearness, _SMOOTH_PX, _DEVIATIONS * noise + 1e-12, _SMOOTH_PX / 3)
    without: DepthMap = np.divide(1, smooth, out=np.zeros_like(nearness), where=measured)
    return without


def _smooth(values: DepthMap, kept: Mask) -> DepthMap:
    """Return the means of what is `kept` around each pixel."""
    total = cv2.blur(np.where(kept, values, 0), (_SMOOTH_PX, _SMOOTH_PX))
    share = cv2.blur(kept.astype(np.float32), (_SMOOTH_PX, _SMOOTH_PX))
    result: DepthMap = total / np.maximum(share, 1e-6)
    return result


def _is_between(depth: DepthMap) -> Mask:
    """Return where depth is between that of its neighbors on both sides, far from either, (h, w)."""
    found = np.zeros(depth.shape, bool)
    for leaps, mask in ((_leaps(depth), found), (_leaps(depth.T), found.T)):
        mask[1:-1] |= leaps[1:] * leaps[:-1] > 0
    return found


def _is_edge(depth: DepthMap) -> Mask:
    """Return where depth differs much from that of a neighbor, (h, w)."""
    found = np.zeros(depth.shape, bool)
    for leaps, mask in ((_leaps(depth), found), (_leaps(depth.T), found.T)):
        mask[1:] |= leaps != 0
    return found


def _leaps(depth: DepthMap) -> NDArray[np.float32]:
    """Return the sign of large steps from each row to the next, (h - 1, w), else 0. Gaps are infinitely far."""
    nearness = (1 / np.where(depth > 0, depth, np.inf)).astype(np.float32)
    steps = np.diff(nearness, axis=0)
    leaps: NDArray[np.float32] = np.sign(steps) * (np.abs(steps) > EDGE * np.maximum(nearness[1:], nearness[:-1]))
    return leaps


def _sampled(
    picture: NDArray[np.floating] | Image, u: Array, v: Array, outside: float, how: int = cv2.INTER_LINEAR
) -> Array:
    border = (outside,) * 4
    result: Array = cv2.remap(picture, u, v, how, borderMode=cv2.BORDER_CONSTANT, borderValue=border)
    return result


def _key(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a unique number for each cell or block (n, 3); the order is that of x, then y, then z."""
    shifted = cells + (1 << (_BITS - 1))
    keys: NDArray[np.int64] = (shifted[:, 0] << 2 * _BITS) | (shifted[:, 1] << _BITS) | shifted[:, 2]
    return keys


def _unkeyed(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    parts = [(keys >> shift) & ((1 << _BITS) - 1) for shift in (2 * _BITS, _BITS, 0)]
    return np.stack(parts, -1) - (1 << (_BITS - 1))
