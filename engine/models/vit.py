"""DINOv2 vision transformer (Oquab et al. 2023, arxiv.org/abs/2304.07193), the encoder of the Depth Anything family.

Patches of 14x14 pixels, a class token, learnt positions resampled to the picture's grid, pre-norm blocks, layer scale.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

PATCH = 14
"""Side of a patch in pixels; both sides of the input must be multiples of it."""

_TRAINED_GRID = 37  # patches per side in training: pictures of 518x518
_RESAMPLE_OFFSET = 0.1  # added to the grid before the scale is taken; part of what the checkpoints were trained with


class Attention(nn.Module):
    """Multi-head self-attention over the tokens of one picture."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        batch, tokens, width = x.shape
        qkv = self.qkv(x).view(batch, tokens, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind()  # each (B, heads, N, C / heads)
        y = F.scaled_dot_product_attention(q, k, v)
        mixed: Tensor = self.out(y.transpose(1, 2).reshape(batch, tokens, width))
        return mixed  # (B, N, C)


class Block(nn.Module):
    """Attention and MLP, each normed before, scaled per channel after, and added to its input."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attention = Attention(width, heads)
        self.scale1 = nn.Parameter(torch.ones(width))
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.scale2 = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        x = torch.addcmul(x, self.scale1, self.attention(self.norm1(x)))
        return torch.addcmul(x, self.scale2, self.mlp(self.norm2(x)))  # (B, N, C)


class ViT(nn.Module):
    """(B, 3, H, W) -> for each tapped block, its patch tokens after the final norm, (B, H/14 * W/14, C)."""

    def __init__(self, width: int, depth: int, heads: int, taps: tuple[int, ...]) -> None:
        super().__init__()
        self.taps = taps
        self.patches = nn.Conv2d(3, width, PATCH, PATCH)
        self.class_token = nn.Parameter(torch.zeros(1, 1, width))
        self.positions = nn.Parameter(torch.zeros(1, 1 + _TRAINED_GRID**2, width))
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(width, eps=1e-6)

    def forward(self, x: Tensor, positions: Tensor | None = None) -> list[Tensor]:
        """`positions`: what `positions_for` gives for the picture's grid, where the caller has kept it."""
        x = self.embed(x, self.positions_for(x) if positions is None else positions)
        tapped = []
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in self.taps:
                tapped.append(self.norm(x)[:, 1:])
        return tapped

    def embed(self, x: Tensor, positions: Tensor) -> Tensor:
        """Class token and patches with their positions, (B, 1 + N, C)."""
        patches = self.patches(x).flatten(2).transpose(1, 2)  # (B, N, C)
        first = (self.class_token + positions[:, :1]).expand(x.shape[0], -1, -1)
        return torch.cat([first, patches + positions[:, 1:]], 1)

    def positions_for(self, x: Tensor) -> Tensor:
        """The learnt positions resampled to the patches of pictures of this size, class token first, (1, 1 + N, C)."""
        grid = grid_of(x)
        if grid == (_TRAINED_GRID, _TRAINED_GRID):
            return self.positions
        trained = self.positions[:, 1:].view(1, _TRAINED_GRID, _TRAINED_GRID, -1).permute(0, 3, 1, 2)
        scale = [(side + _RESAMPLE_OFFSET) / _TRAINED_GRID for side in grid]
        resampled = F.interpolate(trained.float(), scale_factor=scale, mode="bicubic").to(trained.dtype)
        return torch.cat([self.positions[:, :1], resampled.flatten(2).transpose(1, 2)], 1)


def grid_of(x: Tensor) -> tuple[int, int]:
    """Rows and columns of patches in pictures (…, H, W)."""
    return x.shape[-2] // PATCH, x.shape[-1] // PATCH
