"""Encoder of Depth-Anything-3 (https://arxiv.org/abs/2511.10647, §3): a ViT with attention across views.

Its blocks are those of the ViT, with rotary positions and normed queries and keys. In every second one of the later
blocks, the tokens of all views are concatenated.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.rope import grid_positions, rotation
from engine.models.vit import ViT, grid_of

_ENOUGH_TO_CHOOSE = 3  # views; with fewer, the first is the reference


class AnyViewEncoder(nn.Module):
    """The encoder: N views of a scene (N, 3, H, W) -> tokens with features within and across views, concatenated."""

    def __init__(self, width: int, depth: int, heads: int, taps: tuple[int, ...], alternate_from: int) -> None:
        super().__init__()
        self.vit = ViT(width, depth, heads, taps, norm_eps=1e-5, normed_queries_from=alternate_from)
        self.camera_tokens = nn.Parameter(torch.zeros(1, 2, width))  # of the reference view, of the others
        self.head_channels = width // heads
        self.alternate_from = alternate_from

    def forward(self, x: Tensor) -> tuple[list[Tensor], Tensor]:
        """Return for each tapped block its patch tokens (N, P, 2 C), and the camera tokens (N, 2 C) of the last one."""
        views = x.shape[0]
        positions = grid_positions(*grid_of(x), x.device)
        within = rotation(positions, self.head_channels, x)
        # Across views, rows and columns mean nothing: all patches share one position, and camera tokens another.
        across = rotation(positions.clamp(max=1).repeat(views, 1), self.head_channels, x)
        x = self.vit.embed(x, self.vit.positions_for(x))  # (N, 1 + P, C)
        order = torch.arange(views, device=x.device)
        tapped: list[Tensor] = []
        local = x
        for i, block in enumerate(self.vit.blocks):
            if i == self.alternate_from - 1 and views >= _ENOUGH_TO_CHOOSE:
                order = reference_first(x[:, 0])
                x = x[order]
            if i == self.alternate_from:
                x = torch.cat([self._cameras(views), x[:, 1:]], 1)
            if i < self.alternate_from:
                x = local = block(x)
            elif i % 2 == 0:
                x = local = block(x, within)
            else:
                x = block(x.flatten(0, 1)[None], across)[0].unflatten(0, (views, -1))
            if i in self.vit.taps:
                tapped.append(torch.cat([local[:, 1:], self.vit.norm(x[:, 1:])], 2)[order.argsort()])
        return tapped, torch.cat([local[:, 0], x[:, 0]], 1)[order.argsort()]

    def _cameras(self, views: int) -> Tensor:
        reference, other = self.camera_tokens[0, :, None]  # each (1, C)
        return torch.stack([reference, *[other] * (views - 1)])  # (N, 1, C)


def reference_first(class_tokens: Tensor) -> Tensor:
    """Return an order of N views with the reference first, from their class tokens (N, C).

    The reference is the most average view by three scores: its similarity to the others, and the length and the
    variance of its class token.
    """
    tokens = class_tokens.float()
    directions = F.normalize(tokens, dim=1)
    similarity = (directions @ directions.T).mean(1)
    scores = torch.stack([similarity, tokens.norm(dim=1), directions.var(1)])  # (3, N), each scaled to 0 … 1 below
    low, high = scores.aminmax(dim=1, keepdim=True)
    reference = ((scores - low) / (high - low + 1e-8) - 0.5).abs().sum(0).argmin()
    views = torch.arange(len(tokens), device=tokens.device)
    return torch.cat([reference[None], views[views != reference]])
