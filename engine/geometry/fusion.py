"""Fusing several views of a scene, with depth and cameras, into one point cloud."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from engine.frames import DepthFrame, DepthMap, Extrinsics, Image, Intrinsics
from engine.geometry.point_cloud import Array, Points, joined
from engine.geometry.world import is_measured

Mask = NDArray[np.bool_]

MOST_POINTS = 250_000
COARSER = (4, 2)
"""Spacings of the coarser versions of the cloud, relative to that of all points."""
EDGE = 0.04
"""A pixel lies on an edge if the slope of 1/z changes by more than this share of 1/z from one pixel to the next. On a
plane, at any angle, the slope is constant."""
AGREEMENT = 0.04
"""Two views see the same surface if their distances differ by less than this share. Otherwise one sees through it."""
_WIDEST = 4.0  # largest spacing, relative to a surface that faces the camera; flatter surfaces show gaps
Y_UP = np.diag([1.0, -1.0, -1.0])  # OpenCV axes to those of world.py


@dataclass(frozen=True, slots=True, eq=False)
class PosedView:
    """A picture with its depth and its camera pose; all views share one unit."""

    image: Image
    depth: DepthMap
    """(h, w), along the viewing axis; values that are not above zero are missing."""
    intrinsics: Intrinsics
    """(3, 3), at the resolution (h, w)."""
    extrinsics: Extrinsics
    """(3, 4), world to camera, OpenCV axes."""
    confidence: DepthMap | None = None
    """(h, w), large where depth is reliable; None if it is reliable everywhere."""

    @classmethod
    def of(cls, frame: DepthFrame) -> "PosedView":
        """Return a frame with a pose and depth in meters as a view."""
        assert frame.frame.pose is not None
        to_camera = np.linalg.inv(frame.frame.pose)[:3].astype(np.float64)
        return cls(frame.frame.image, frame.depth, frame.intrinsics, to_camera)


def fuse(views: Sequence[PosedView], *, least_confident: float, most_points: int = MOST_POINTS) -> Points:
    """Fuse at least one view into a point cloud, in the axes of `world.py` with the first camera at the origin.

    Removes the share `least_confident` (0..1) of the pixels, pixels on edges, where depth is a mixture, and points that
    more views see through than see. Then merges points that are closer together than pixels.
    """
    threshold = confidence_at(views, least_confident)
    kept = [is_kept(view, threshold) for view in views]
    parts = [_seen_by(view, mask) for view, mask in zip(views, kept, strict=True)]
    votes = [np.zeros(len(part), np.int16) for part in parts]
    for judge, mask in zip(views, kept, strict=True):
        limits = _around(judge.depth, mask, np.minimum), _around(judge.depth, mask, np.maximum)
        for view, part, total in zip(views, parts, votes, strict=True):
            if view is not judge:
                np.add(total, _votes(judge, limits, part.places), out=total)
    cloud = joined([part.where(total >= 0) for part, total in zip(parts, votes, strict=True)])
    first = Y_UP @ views[0].extrinsics
    return cloud.thinned(most_points).coarse_to_fine(*COARSER).seen_from(first[:, :3], first[:, 3])


def confidence_at(views: Sequence[PosedView], share: float) -> float:
    """Return the confidence below which the given share of all measured pixels lies."""
    known = [view.confidence[is_measured(view.depth, False)] for view in views if view.confidence is not None]
    return float(np.quantile(np.concatenate(known), share)) if known else 0.0


def is_kept(view: PosedView, threshold: float) -> Mask:
    kept = is_measured(view.depth, False) & ~_is_edge(view.depth)
    return kept if view.confidence is None else kept & (view.confidence >= threshold)


def _is_edge(depth: DepthMap) -> Mask:
    """Return where the surface bends or jumps within three pixels of a row or column, (h, w)."""
    nearness = 1 / np.where(is_measured(depth, False), depth, np.inf)
    edges = []
    for values in (nearness, nearness.T):
        bent = np.abs(np.diff(values, 2, axis=0)) > EDGE * values[1:-1]
        edge = np.zeros(values.shape, bool)
        for start in range(3):
            edge[start : start + len(bent)] |= bent
        edges.append(edge)
    return edges[0] | edges[1].T


def _seen_by(view: PosedView, kept: Mask) -> Points:
    """Return the points that the pixels in `kept` (h, w) see, in the axes of the views' world."""
    h, w = view.depth.shape
    k = view.intrinsics
    x, y = (np.arange(w) + 0.5 - k[0, 2]) / k[0, 0], (np.arange(h)[:, None] + 0.5 - k[1, 2]) / k[1, 1]
    camera = np.stack([x * view.depth, y * view.depth, view.depth], -1)
    down, right = (step[kept] for step in np.gradient(camera, axis=(0, 1)))
    normals = np.cross(down, right)  # toward the camera; axes: x right, y down, z forward
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
    smallest = view.depth[kept] / min(k[0, 0], k[1, 1])
    spacing = np.maximum(np.linalg.norm(down, axis=1), np.linalg.norm(right, axis=1))
    rows, columns = np.nonzero(kept)
    height, width = view.image.shape[:2]
    colors = view.image[((rows + 0.5) * height / h).astype(int), ((columns + 0.5) * width / w).astype(int)]
    sizes = np.clip(spacing, smallest, _WIDEST * smallest).astype(np.float32)
    back = view.extrinsics[:, :3].T
    return Points(camera[kept], normals, colors, sizes).seen_from(back, -back @ view.extrinsics[:, 3])


def _votes(judge: PosedView, limits: tuple[Array, Array], places: Array) -> NDArray[np.int16]:
    """Return for each place (n, 3): 1 if `judge` sees a surface there, −1 if it sees through it, 0 if it cannot tell.

    limits: the nearest and the farthest depth (h, w) around each pixel of `judge`.
    """
    camera = places @ judge.extrinsics[:, :3].T + judge.extrinsics[:, 3]
    z = camera[:, 2]
    ahead = z > 1e-6
    h, w = judge.depth.shape
    pixels = (camera @ judge.intrinsics.T)[:, :2] / np.where(ahead, z, 1)[:, None]
    columns, rows = np.floor(pixels).T
    inside = ahead & (columns >= 0) & (columns < w) & (rows >= 0) & (rows < h)
    at, there = (rows[inside].astype(int), columns[inside].astype(int)), z[inside]
    nearest, farthest = (limit[at] for limit in limits)
    votes = np.zeros(len(places), np.int16)
    with np.errstate(invalid="ignore"):  # NaN means unknown: all comparisons are false
        through = there < nearest * (1 - AGREEMENT)
        same = ~through & (there <= farthest * (1 + AGREEMENT))
    votes[inside] = same.astype(np.int16) - through
    return votes


def _around(depth: DepthMap, kept: Mask, pick: np.ufunc) -> Array:
    """Return the nearest or farthest depth in the 3x3 pixels around each one; NaN if one of them is missing.

    Next to a silhouette a place may lie on either side of it.
    """
    padded = np.pad(np.where(kept, depth, np.nan).astype(np.float32), 1, mode="edge")
    h, w = depth.shape
    result: Array = reduce(pick, (padded[y : y + h, x : x + w] for y in range(3) for x in range(3)))
    return result
