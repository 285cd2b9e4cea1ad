"""How well an inverse depth map fits the truth, once its unknown scale and shift have been found."""

from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from engine.geometry.line_fit import weighted_line
from engine.models.lite import Lite
from training.batches import as_input
from training.loss import NEAREST
from training.shards import Shard

Array = NDArray[np.floating[Any]]
EDGE_RATIO = 1.12
"""Depth that changes by this factor between neighbors is a silhouette."""
EDGE_REACH = 2
"""Pixels that a silhouette may be off."""
RANKED = 20_000
"""About how many pixels the rank correlation looks at."""


@dataclass(frozen=True)
class Fit:
    """AbsRel and δ1 of depth, rank correlation ρ, and L1 of inverse depth over its mean absolute deviation."""

    abs_rel: float
    delta1: float
    rank: float
    error: float


def mean(fits: list[Fit]) -> Fit:
    return Fit(*(float(np.mean(values)) for values in zip(*(asdict(fit).values() for fit in fits), strict=True)))


def aligned(predicted: Array, truth: Array) -> Array:
    """`predicted` (N,) on the line nearest to `truth` (N,) in squares; the truth's mean if that line falls."""
    x, y = predicted.astype(np.float64), truth.astype(np.float64)
    gain, bias = weighted_line(x, y, np.ones_like(x), gain_for_constant=0.0)
    return gain * x + bias if gain > 0 else np.full_like(y, y.mean())


def capped(truth: Array) -> NDArray[np.float64]:
    """`truth` cut off at its quantile NEAREST."""
    return np.minimum(truth, np.quantile(truth, NEAREST)).astype(np.float64)


def fit(predicted: Array, disparity: Array, offset: float = 0.0) -> Fit:
    """Of a map against the truth where that is finite and positive; inverse depth is disparity + offset."""
    known = np.isfinite(disparity) & (disparity > 0)
    p, d = predicted[known], disparity[known].astype(np.float64)
    a = aligned(p, d)
    inverse, truth = np.maximum(a + offset, 0.05 * np.median(d + offset)), d + offset
    ratio = truth / inverse  # of depth to true depth
    step = max(1, len(d) // RANKED)
    return Fit(
        abs_rel=float(np.mean(np.abs(ratio - 1))),
        delta1=float(np.mean(np.maximum(ratio, 1 / ratio) < 1.25)),
        rank=_rank_correlation(p[::step], d[::step]),
        error=float(np.mean(np.abs(a - d)) / np.mean(np.abs(d - np.median(d)))),
    )


def held_out_error(network: Lite, shard: Shard, count: int = 96) -> float:
    """Mean of L1 over mean absolute deviation for some frames of a shard."""
    return float(np.mean([relative_error(p, t) for p, t in predictions(network, shard, count)]))


def relative_error(predicted: Array, truth: Array) -> float:
    """L1 of inverse depth after alignment, over the truth's mean absolute deviation; the nearest are cut off."""
    t = capped(truth)
    a = aligned(predicted.ravel(), t.ravel())
    return float(np.mean(np.abs(a - t.ravel())) / (np.mean(np.abs(t - np.median(t))) + 1e-9))


def predictions(network: Lite, shard: Shard, count: int) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Prediction and truth at 192x256 of `count` frames spread over a shard."""
    pairs = []
    for i in np.linspace(0, len(shard) - 1, min(count, len(shard))).astype(int):
        pairs.append(prediction(network, shard.pictures[i], shard.inverse[i]))
    return pairs


@torch.no_grad()
def prediction(
    network: Lite, picture: NDArray[np.uint8], inverse: NDArray[np.floating[Any]]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Prediction and truth at 192x256 for one picture (H, W, 3) and its inverse depth (H, W)."""
    small = cv2.resize(picture, (256, 192), interpolation=cv2.INTER_AREA)
    truth = cv2.resize(inverse.astype(np.float32), (256, 192), interpolation=cv2.INTER_NEAREST_EXACT)
    return network(as_input(small[None]))[0].numpy(), truth


def edges(inverse: Array, ratio: float = EDGE_RATIO) -> NDArray[np.bool_]:
    """Silhouettes of a positive inverse depth map (H, W): the nearer side of a jump, one pixel wide."""
    found = np.zeros(inverse.shape, bool)
    safe = np.maximum(inverse, 0.02 * np.quantile(inverse, 0.9) + 1e-6)
    for axis in (0, 1):
        a, b = (safe[1:], safe[:-1]) if axis == 0 else (safe[:, 1:], safe[:, :-1])
        jump_a, jump_b = a / b > ratio, b / a > ratio
        if axis == 0:
            found[1:] |= jump_a
            found[:-1] |= jump_b
        else:
            found[:, 1:] |= jump_a
            found[:, :-1] |= jump_b
    return found


def edge_fit(predicted: Array, truth: Array) -> tuple[float, float]:
    """Precision and recall of silhouettes within EDGE_REACH pixels, after alignment of `predicted` to `truth`."""
    found, real = drawn_edges(predicted, truth), edges(capped(truth))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * EDGE_REACH + 1,) * 2)
    near_real = cv2.dilate(real.astype(np.uint8), disc) > 0
    near_found = cv2.dilate(found.astype(np.uint8), disc) > 0
    return float(near_real[found].mean()) if found.any() else 0.0, float(near_found[real].mean()) if real.any() else 1.0


def drawn_edges(predicted: Array, truth: Array) -> NDArray[np.bool_]:
    """Silhouettes of a smooth map (H, W), after alignment to `truth`: where depth changes by EDGE_RATIO over three
    pixels, at the steepest of them."""
    t = capped(truth)
    inverse = np.maximum(aligned(predicted.ravel(), t.ravel()), 0).reshape(t.shape)
    safe = np.log(np.maximum(inverse, 0.02 * np.quantile(inverse, 0.9) + 1e-6)).astype(np.float32)
    found = np.zeros(inverse.shape, bool)
    for dx, dy in ((1, 0), (0, 1)):
        kernel = np.zeros((3, 3), np.float32)
        kernel[1 - dy, 1 - dx], kernel[1 + dy, 1 + dx] = -1, 1
        slope = np.abs(cv2.filter2D(safe, -1, kernel, borderType=cv2.BORDER_REPLICATE))
        line = np.ones((1, 3) if dx else (3, 1), np.uint8)
        found |= (slope > np.log(EDGE_RATIO)) & (slope >= cv2.dilate(slope, line))
    return found


def _rank_correlation(a: Array, b: Array) -> float:
    """Spearman's ρ; 0 for a constant."""
    if np.ptp(a) == 0:
        return 0.0
    return float(np.corrcoef(_ranks(a), _ranks(b))[0, 1])


def _ranks(values: Array) -> NDArray[np.float64]:
    """The place of each value in their order; equal ones share the mean of theirs."""
    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[group]
