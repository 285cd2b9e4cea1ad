"""DINOv2 vision transformer (Oquab et al. 2023, arxiv.org/abs/2304.07193), the encoder of the Depth Anything family.

Patches of 14x14 pixels, a class token, learned positions resampled to the grid of the image, pre-norm blocks, layer
scale.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.rope import Rotation

PATCH = 14
"""Side of a patch in pixels; both sides of the input must be multiples of it."""

_TRAINED_GRID = 37  # patches per side in training: images of 518x518
_RESAMPLE_OFFSET = 0.1  # added to the grid before the scale is computed, as in training


KEY_MAP = (
    (r"\.patch_embed\.proj\.", ".patches."),
    (r"\.cls_token$", ".class_token"),
    (r"\.pos_embed$", ".positions"),
    (r"\.attn\.qkv\.", ".attention.qkv."),
    (r"\.attn\.proj\.", ".attention.out."),
    (r"\.ls([12])\.gamma$", r".scale\1"),
    (r"\.mlp\.fc1\.", ".mlp.0."),
    (r"\.mlp\.fc2\.", ".mlp.2."),
)
"""From DINOv2's names to those in this file."""


class Attention(nn.Module):
    """Multi-head self-attention over the tokens of one image, or of several concatenated.

    With `normed`, queries and keys of each head are normalized (https://arxiv.org/abs/2010.04245).
    """

    def __init__(self, width: int, heads: int, *, normed: bool = False) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.norm_q = nn.LayerNorm(width // heads) if normed else None
        self.norm_k = nn.LayerNorm(width // heads) if normed else None
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, rotation: Rotation | None = None) -> Tensor:
        """`rotation` encodes the positions of the tokens in queries and keys."""
        batch, tokens, width = x.shape
        qkv = self.qkv(x).view(batch, tokens, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind()  # each (B, heads, N, C / heads)
        if self.norm_q is not None and self.norm_k is not None:
            q, k = self.norm_q(q), self.norm_k(k)
        if rotation is not None:
            q, k = rotation(q), rotation(k)
        y = F.scaled_dot_product_attention(q, k, v)
        mixed: Tensor = self.out(y.transpose(1, 2).reshape(batch, tokens, width))
        return mixed  # (B, N, C)


class Block(nn.Module):
    """Attention and MLP, each with a norm before it, a scale per channel after it, and a residual connection."""

    def __init__(self, width: int, heads: int, *, normed_queries: bool = False) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attention = Attention(width, heads, normed=normed_queries)
        self.scale1 = nn.Parameter(torch.ones(width))
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.scale2 = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor, rotation: Rotation | None = None) -> Tensor:
        x = torch.addcmul(x, self.scale1, self.attention(self.norm1(x), rotation))
        return torch.addcmul(x, self.scale2, self.mlp(self.norm2(x)))  # (B, N, C)


class ViT(nn.Module):
    """The transformer: (B, 3, H, W) -> for each block in `taps`, its normed patch tokens (B, H/14 * W/14, C)."""

    def __init__(
        self,
        width: int,
        depth: int,
        heads: int,
        taps: tuple[int, ...],
        *,
        norm_eps: float = 1e-6,
        normed_queries_from: int | None = None,
    ) -> None:
        """`norm_eps` belongs to the final norm. Blocks from `normed_queries_from` on normalize queries and keys."""
        super().__init__()
        first_normed = depth if normed_queries_from is None else normed_queries_from
        self.taps = taps
        self.patches = nn.Conv2d(3, width, PATCH, PATCH)
        self.class_token = nn.Parameter(torch.zeros(1, 1, width))
        self.positions = nn.Parameter(torch.zeros(1, 1 + _TRAINED_GRID**2, width))
        self.blocks = nn.ModuleList(Block(width, heads, normed_queries=i >= first_normed) for i in range(depth))
        self.norm = nn.LayerNorm(width, eps=norm_eps)

    def forward(self, x: Tensor, positions: Tensor | None = None) -> list[Tensor]:
        """`positions`: the result of `positions_for` for this size, if the caller has kept it."""
        x = self.embed(x, self.positions_for(x) if positions is None else positions)
        tapped = []
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in self.taps:
                tapped.append(self.norm(x)[:, 1:])
        return tapped

    def embed(self, x: Tensor, positions: Tensor) -> Tensor:
        """Return the class token and the patches with their positions, (B, 1 + N, C)."""
        patches = self.patches(x).flatten(2).transpose(1, 2)  # (B, N, C)
        first = (self.class_token + positions[:, :1]).expand(x.shape[0], -1, -1)
        return torch.cat([first, patches + positions[:, 1:]], 1)

    def positions_for(self, x: Tensor) -> Tensor:
        """Return the learned positions, resampled to the patches of `x` (…, H, W), class token first: (1, 1 + N, C)."""
        grid = grid_of(x)
        if grid == (_TRAINED_GRID, _TRAINED_GRID):
            return self.positions
        trained = self.positions[:, 1:].view(1, _TRAINED_GRID, _TRAINED_GRID, -1).permute(0, 3, 1, 2)
        scale = [(side + _RESAMPLE_OFFSET) / _TRAINED_GRID for side in grid]
        resampled = F.interpolate(trained.float(), scale_factor=scale, mode="bicubic").to(trained.dtype)
        return torch.cat([self.positions[:, :1], resampled.flatten(2).transpose(1, 2)], 1)


def grid_of(x: Tensor) -> tuple[int, int]:
    """Return rows and columns of patches in images (…, H, W)."""
    return x.shape[-2] // PATCH, x.shape[-1] // PATCH
