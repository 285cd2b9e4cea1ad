"""Views of one scene, with depth and cameras, fused into one cloud of points."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from engine.frames import DepthMap, Extrinsics, Image, Intrinsics
from engine.geometry.point_cloud import Array, Points, joined
from engine.geometry.world import is_measured

Mask = NDArray[np.bool_]

MOST_POINTS = 250_000
COARSER = (4, 2)
"""Distances between neighbors, in those of all points, at which the cloud can be drawn as well."""
EDGE = 0.04
"""Change of the slope of 1/z from one pixel to the next, as a share of 1/z, from which on a pixel lies on an edge. Of a
plane the slope is the same everywhere, however it is seen; between two surfaces it is not."""
AGREEMENT = 0.04
"""Share of the distance within which two views see the same surface, and beyond which one sees through the other's."""
_WIDEST = 4.0  # distance of neighbors, in that of a surface that faces the camera; what is flatter shows gaps
_Y_UP = np.diag([1.0, -1.0, -1.0])  # from OpenCV's axes to those of world.py


@dataclass(frozen=True, slots=True, eq=False)
class PosedView:
    """A picture, how far everything in it is, and where it was taken from; all views in one unit."""

    image: Image
    depth: DepthMap
    """(h, w), along the viewing axis; what is not above zero was not measured."""
    intrinsics: Intrinsics
    """(3, 3), at (h, w)."""
    extrinsics: Extrinsics
    """(3, 4), world to camera, OpenCV axes."""
    confidence: DepthMap | None = None
    """(h, w), large where the depth is sure; None: it is sure everywhere."""


def fuse(views: Sequence[PosedView], *, least_confident: float, most_points: int = MOST_POINTS) -> Points:
    """One cloud from all `views`, of which there is at least one, in the axes of `world.py` about the first camera.

    Left out is the share `least_confident` (0..1) of the pixels; what lies on edges, where depth is a mixture; and what
    more views see through than see. Then points that are closer together than pixels are become one.
    """
    threshold = _confidence_at(views, least_confident)
    kept = [_is_kept(view, threshold) for view in views]
    parts = [_seen_by(view, mask) for view, mask in zip(views, kept, strict=True)]
    votes = [np.zeros(len(part), np.int16) for part in parts]
    for judge, mask in zip(views, kept, strict=True):
        limits = _around(judge.depth, mask, np.minimum), _around(judge.depth, mask, np.maximum)
        for view, part, total in zip(views, parts, votes, strict=True):
            if view is not judge:
                np.add(total, _votes(judge, limits, part.places), out=total)
    cloud = joined([part.where(total >= 0) for part, total in zip(parts, votes, strict=True)])
    first = _Y_UP @ views[0].extrinsics
    return cloud.thinned(most_points).coarse_to_fine(*COARSER).seen_from(first[:, :3], first[:, 3])


def _confidence_at(views: Sequence[PosedView], share: float) -> float:
    """The confidence below which `share` of all measured pixels are."""
    known = [view.confidence[is_measured(view.depth, False)] for view in views if view.confidence is not None]
    return float(np.quantile(np.concatenate(known), share)) if known else 0.0


def _is_kept(view: PosedView, threshold: float) -> Mask:
    kept = is_measured(view.depth, False) & ~_is_edge(view.depth)
    return kept if view.confidence is None else kept & (view.confidence >= threshold)


def _is_edge(depth: DepthMap) -> Mask:
    """Where the surface bends or jumps within three pixels in a row or a column, (h, w)."""
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
    """The points that the pixels in `kept` (h, w) see, in the axes of the views' world."""
    h, w = view.depth.shape
    k = view.intrinsics
    x, y = (np.arange(w) + 0.5 - k[0, 2]) / k[0, 0], (np.arange(h)[:, None] + 0.5 - k[1, 2]) / k[1, 1]
    camera = np.stack([x * view.depth, y * view.depth, view.depth], -1)
    down, right = (step[kept] for step in np.gradient(camera, axis=(0, 1)))
    normals = np.cross(down, right)  # towards the camera: x right, y down, z forward
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
    """For each place (n, 3): 1 if `judge` sees a surface there, −1 if it sees through it, 0 if it cannot tell.

    limits: the nearest and the farthest (h, w) that it sees about each of its pixels.
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
    with np.errstate(invalid="ignore"):  # NaN where it cannot tell: no comparison holds
        through = there < nearest * (1 - AGREEMENT)
        same = ~through & (there <= farthest * (1 + AGREEMENT))
    votes[inside] = same.astype(np.int16) - through
    return votes


def _around(depth: DepthMap, kept: Mask, pick: np.ufunc) -> Array:
    """The nearest or farthest depth in the 3x3 pixels about each one: beside a silhouette a place may lie on either
    side of it. NaN, which both keep, where one of these tells nothing."""
    padded = np.pad(np.where(kept, depth, np.nan).astype(np.float32), 1, mode="edge")
    h, w = depth.shape
    result: Array = reduce(pick, (padded[y : y + h, x : x + w] for y in range(3) for x in range(3)))
    return result
