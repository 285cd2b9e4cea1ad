"""The heads of Depth-Anything-3 (https://arxiv.org/abs/2511.10647, §3): depth, and a second branch for rays.

Both use the same features; each fuses them by itself.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from engine.models.dpt import Fusion, Readout, enlarge, in_float32, merge
from engine.models.position_encoding import add_position_encoding_


class DenseHead(nn.Module):
    """The depth head: fused map (B, C, h, w) -> for each readout, (B, c, *size) float32, before any activation."""

    def __init__(self, channels: int, outputs: Sequence[int]) -> None:
        super().__init__()
        self.narrow = nn.Conv2d(channels, channels // 2, 3, padding=1)
        self.readouts = nn.ModuleList(Readout(channels // 2, count) for count in outputs)

    def forward(self, x: Tensor, size: tuple[int, int], aspect: float | None = None) -> list[Tensor]:
        """With `aspect`, width / height of the image, a position encoding is added."""
        x = enlarge(self.narrow(x), size)
        if aspect is not None:
            add_position_encoding_(x, aspect)
        return [readout(x) for readout in self.readouts]


class RayHead(nn.Module):
    """The ray head: features, fine to coarse -> rays (B, h, w, 6) and their confidence (B, h, w), float32.

    Maps are at 8 times the patch grid. A ray is a direction and an origin.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        half = channels // 2
        self.fuse = nn.ModuleList(Fusion(channels, has_skip=level < 3) for level in range(4))
        self.narrow = nn.Sequential(
            *(nn.Conv2d(*((half, channels) if i % 2 else (channels, half)), 3, padding=1) for i in range(5))
        )
        self.refine = nn.Conv2d(half, 32, 3, padding=1)
        self.norm = nn.LayerNorm(32)
        self.out = nn.Conv2d(32, 7, 1)

    def forward(self, levels: Sequence[Tensor], aspect: float) -> tuple[Tensor, Tensor]:
        x = add_position_encoding_(self.narrow(merge(self.fuse, levels)), aspect)
        x = self.norm(self.refine(x).permute(0, 2, 3, 1)).relu_().permute(0, 3, 1, 2)
        values = in_float32(self.out, x).permute(0, 2, 3, 1)  # (B, h, w, 7)
        return values[..., :6], torch.exp(values[..., 6]) + 1
