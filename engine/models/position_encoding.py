"""Sinusoidal position encoding of feature maps (Vaswani et al. 2017, §3.5, in two dimensions)."""

import torch
from torch import Tensor

_BASE = 100.0
_STRENGTH = 0.1  # small, so that the features dominate


def add_position_encoding_(x: Tensor, aspect: float) -> Tensor:
    """Add a position encoding to a map (B, C, h, w), in place.

    The first half of the channels encodes the column, the second half the row.
    `aspect` is width / height of the image. Positions are in units of half its diagonal, so that the encoding does not
    depend on the resolution.
    """
    half = x.shape[1] // 2
    diagonal = (aspect**2 + 1) ** 0.5
    x[:, :half] += _encoding(x.shape[3], aspect / diagonal, half).to(x).T[:, None, :]
    x[:, half:] += _encoding(x.shape[2], 1 / diagonal, half).to(x).T[:, :, None]
    return x


def _encoding(count: int, span: float, channels: int) -> Tensor:
    """Encode the centers of `count` pixels between -span and span: (count, channels), sines before cosines."""
    edge = span * (count - 1) / count
    positions = torch.linspace(-edge, edge, count).double()
    rates = _BASE ** -(torch.arange(channels // 2, dtype=torch.float64) / (channels // 2))
    angles = positions[:, None] * rates
    return torch.cat([angles.sin(), angles.cos()], 1).mul_(_STRENGTH).float()
