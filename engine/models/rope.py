"""Rotary position embedding in two dimensions (Su et al. 2021, https://arxiv.org/abs/2104.09864, §3.2).

Queries and keys are rotated by angles that grow with their positions, so that their product depends on the distance of
the positions only. Half of the channels rotate with the row, the other half with the column.
"""

from typing import NamedTuple

import torch
from torch import Tensor

_BASE = 100.0  # wavelengths go from 2π to almost 100 · 2π patches


class Rotation(NamedTuple):
    """Cosines and sines of the angles of N tokens, each (N, d) with d channels per head."""

    cos: Tensor
    sin: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        """Rotate queries or keys (B, heads, N, d)."""
        first, second = x.reshape(*x.shape[:-1], 2, 2, -1).unbind(-2)  # of each axis; each (B, heads, N, 2, d / 4)
        across = torch.stack([-second, first], -2).flatten(-3)  # rotated by a quarter turn
        return torch.addcmul(x * self.cos, across, self.sin)


def rotation(positions: Tensor, channels: int, like: Tensor) -> Rotation:
    """Return the rotation of tokens at `positions` (N, 2), row and column, with the format and device of `like`."""
    quarter = channels // 4
    rates = _BASE ** -(torch.arange(quarter, device=positions.device) / quarter)
    angles = positions[:, :, None] * rates  # (N, 2, d / 4)
    angles = angles[:, :, None].expand(-1, -1, 2, -1).flatten(1)  # (N, d): both of a pair rotate by the same angle
    return Rotation(angles.cos().to(like), angles.sin().to(like))


def grid_positions(rows: int, columns: int, device: torch.device) -> Tensor:
    """Return row and column of the patches, counted from 1: (1 + rows * columns, 2). Token 0 is at (0, 0)."""
    positions = torch.cartesian_prod(torch.arange(rows, device=device), torch.arange(columns, device=device)) + 1
    return torch.cat([positions.new_zeros(1, 2), positions]).float()
