"""The loss: inverse depth compared without its unknown scale and shift.

Both maps are normalized by their median and mean absolute deviation, compared by L1, and their difference's gradients
are penalised at four scales (Ranftl et al. 2020, https://arxiv.org/abs/1907.01341, §5).
"""

import numpy as np
import torch
from torch import Tensor

CLAMP = 6.0
"""No single pixel counts more than this many deviations."""
NEAREST = 0.985
"""Truth beyond this quantile counts as the quantile: a hand before the lens must not squeeze the rest."""
GRADIENT_WEIGHT = 0.5
STRIDES = (1, 2, 4, 8)
JUMP = 0.15
"""Deviations by which pixels side by side differ across a silhouette; a floor reaches that only over many."""
JUMP_WEIGHT = 6.0
"""How much more a difference across a silhouette counts: by L1 alone whoever doubts where one runs draws none."""


def loss(predicted: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
    """(B, H, W) each -> the loss, and its L1 part alone, in deviations of the truth."""
    target = normalized(capped(truth))
    rest = normalized(predicted) - target
    level = rest.abs().clamp_max(CLAMP).mean()
    slope = rest.new_zeros(())
    for dim in (1, 2):
        jumps = target.diff(dim=dim).abs() > JUMP
        for stride in STRIDES:
            coarse = np.s_[:, ::stride, ::stride]
            across = jumps.unfold(dim, stride, stride).any(-1)  # a jump anywhere between two coarse neighbors
            across = across[:, :, ::stride] if dim == 1 else across[:, ::stride]
            weight = 1 + (JUMP_WEIGHT - 1) * across
            slope = slope + (weight * rest[coarse].diff(dim=dim).abs()).mean()
    return level + GRADIENT_WEIGHT * slope, level


def normalized(depth: Tensor) -> Tensor:
    """Median 0 and mean absolute deviation 1 for each map (B, H, W)."""
    flat = depth.flatten(1)
    middle = flat[:, ::5].median(1, keepdim=True).values
    spread = (flat - middle).abs().mean(1, keepdim=True).clamp_min(1e-4)
    return ((flat - middle) / spread).view_as(depth)


def capped(truth: Tensor) -> Tensor:
    """Each map (B, H, W) cut off at its own quantile NEAREST."""
    limit = torch.quantile(truth.flatten(1)[:, ::9], NEAREST, dim=1)
    return torch.minimum(truth, limit[:, None, None])
