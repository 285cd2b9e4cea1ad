"""Rotary positions in two dimensions (Su et al. 2021, https://arxiv.org/abs/2104.09864, §3.2; here one half of the
channels turns with the row, the other with the column).

Queries and keys are rotated by angles that grow with their places, so that their product depends on how far apart the
places are, and not on where they are.
"""

from typing import NamedTuple

import torch
from torch import Tensor

_BASE = 100.0  # wavelengths go from 2π to almost 100 · 2π patches


class Rotation(NamedTuple):
    """Cosines and sines of the angles of N tokens, each (N, d), d being the channels of one head."""

    cos: Tensor
    sin: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        """Queries or keys (B, heads, N, d), turned."""
        first, second = x.reshape(*x.shape[:-1], 2, 2, -1).unbind(-2)  # of each axis; each (B, heads, N, 2, d / 4)
        across = torch.stack([-second, first], -2).flatten(-3)  # a quarter turn further
        return torch.addcmul(x * self.cos, across, self.sin)


def rotation(places: Tensor, channels: int, like: Tensor) -> Rotation:
    """What turns tokens at `places`, (N, 2) as row and column; in the number format and on the device of `like`."""
    quarter = channels // 4
    rates = _BASE ** -(torch.arange(quarter, device=places.device) / quarter)
    angles = places[:, :, None] * rates  # (N, 2, d / 4)
    angles = angles[:, :, None].expand(-1, -1, 2, -1).flatten(1)  # (N, d): both of a pair turn by the same angle
    return Rotation(angles.cos().to(like), angles.sin().to(like))


def grid_places(rows: int, columns: int, device: torch.device) -> Tensor:
    """Row and column, counted from 1, of the patches of a picture, (1 + rows * columns, 2); token 0 is at (0, 0)."""
    places = torch.cartesian_prod(torch.arange(rows, device=device), torch.arange(columns, device=device)) + 1
    return torch.cat([places.new_zeros(1, 2), places]).float()
