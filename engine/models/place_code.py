"""Sinusoids that tell a feature map where in the picture each of its pixels is (Vaswani et al. 2017, §3.5, in 2D)."""

import torch
from torch import Tensor

_BASE = 100.0
_STRENGTH = 0.1  # small beside the features, so that the code hints and does not drown


def add_place_code_(x: Tensor, aspect: float) -> Tensor:
    """Add to a map (B, C, h, w), in place, a code of the column to its first C / 2 channels, of the row to the others.

    `aspect` is width / height of the picture. Its half diagonal is 1, so that a place has the same code in a crop of
    any resolution.
    """
    half = x.shape[1] // 2
    diagonal = (aspect**2 + 1) ** 0.5
    x[:, :half] += _code(x.shape[3], aspect / diagonal, half).to(x).T[:, None, :]
    x[:, half:] += _code(x.shape[2], 1 / diagonal, half).to(x).T[:, :, None]
    return x


def _code(count: int, span: float, channels: int) -> Tensor:
    """Codes (count, channels) of the centers of `count` pixels that divide -span … span; sines before cosines."""
    edge = span * (count - 1) / count
    places = torch.linspace(-edge, edge, count).double()
    rates = _BASE ** -(torch.arange(channels // 2, dtype=torch.float64) / (channels // 2))
    angles = places[:, None] * rates
    return torch.cat([angles.sin(), angles.cos()], 1).mul_(_STRENGTH).float()
