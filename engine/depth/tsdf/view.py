"""One view of several, as a field: how far places are before the surface that it sees."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.frames import DepthMap, Extrinsics, Image, Intrinsics
from engine.geometry.fusion import EDGE, Mask, PosedView, is_kept
from engine.geometry.point_cloud import Array
from engine.geometry.world import is_measured

TRUNCATION = 4.0
"""Voxels behind a surface about which a view still says how far they are from it."""
_JUMP = 0.02  # of 1/z, from the middle of a pixel to any place in it; more is an edge
_NEAR_EDGES = 1.2  # voxels behind a surface about which a view speaks next to an edge: it sees past it there
_AROUND_PX = 9  # size of what is next to an edge
_SMOOTH_PX = 7  # around a pixel, for its normal and against noise
_DEVIATIONS = 4.0  # of the noise: larger differences in depth are no noise
_FLATTEST = 0.1  # cosine: surfaces that a view sees at smaller angles count as if they had this one


@dataclass(frozen=True, slots=True, eq=False)
class SampledView:
    """A view, ready to be sampled."""

    field: NDArray[np.float32]
    """(h, w, 3): inverse depth, NaN where it is missing or a mixture; the cosine between surface and ray, for a ray of
    length 1 along the viewing axis; 1 next to an edge, 0 elsewhere."""
    image: Image
    intrinsics: Intrinsics
    extrinsics: Extrinsics

    @classmethod
    def of(cls, view: PosedView, least_confident: float) -> "SampledView":
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

    @property
    def depth(self) -> DepthMap:
        """(h, w), NaN where it is missing."""
        depth: DepthMap = np.reciprocal(self.field[..., 0])
        return depth

    def places(self) -> Array:
        """Return where in the world the pixels see a surface, (n, 3)."""
        k, pose, depth = self.intrinsics, self.extrinsics, self.depth
        rows, columns = np.nonzero(np.isfinite(depth))
        z = depth[rows, columns]
        seen = np.stack([(columns + 0.5 - k[0, 2]) / k[0, 0] * z, (rows + 0.5 - k[1, 2]) / k[1, 1] * z, z], -1)
        places: Array = ((seen - pose[:, 3]) @ pose[:, :3]).astype(np.float32)
        return places

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
        weight = np.where(is_known, np.where(is_free, 1, cosine) / np.maximum(z * z, 1e-12), 0)
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
