"""Encoder of Depth-Anything-3 (https://arxiv.org/abs/2511.10647, §3): a ViT in which views see each other.

Nothing is added to its blocks but rotary positions and normed queries and keys: the tokens of all views are put in one
row for every second one of the later blocks.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.rope import grid_places, rotation
from engine.models.vit import ViT, grid_of

_ENOUGH_TO_CHOOSE = 3  # views; of fewer, the first is the reference


class AnyViewEncoder(nn.Module):
    """N views of a scene (N, 3, H, W) -> tokens described twice, as seen alone and among the views, side by side."""

    def __init__(self, width: int, depth: int, heads: int, taps: tuple[int, ...], alternate_from: int) -> None:
        super().__init__()
        self.vit = ViT(width, depth, heads, taps, norm_eps=1e-5, normed_queries_from=alternate_from)
        self.camera_tokens = nn.Parameter(torch.zeros(1, 2, width))  # of the reference view, of the others
        self.head_channels = width // heads
        self.alternate_from = alternate_from

    def forward(self, x: Tensor) -> tuple[list[Tensor], Tensor]:
        """For each tapped block, its patch tokens (N, P, 2 C), and the camera tokens (N, 2 C) of the last one."""
        views = x.shape[0]
        places = grid_places(*grid_of(x), x.device)
        alone = rotation(places, self.head_channels, x)
        # Among views rows and columns say nothing: there all patches are at one place, and camera tokens at another.
        among = rotation(places.clamp(max=1).repeat(views, 1), self.head_channels, x)
        x = self.vit.embed(x, self.vit.positions_for(x))  # (N, 1 + P, C)
        order = torch.arange(views, device=x.device)
        described: list[Tensor] = []
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
                x = local = block(x, alone)
            else:
                x = block(x.flatten(0, 1)[None], among)[0].unflatten(0, (views, -1))
            if i in self.vit.taps:
                described.append(torch.cat([local[:, 1:], self.vit.norm(x[:, 1:])], 2)[order.argsort()])
        return described, torch.cat([local[:, 0], x[:, 0]], 1)[order.argsort()]

    def _cameras(self, views: int) -> Tensor:
        reference, other = self.camera_tokens[0, :, None]  # each (1, C)
        return torch.stack([reference, *[other] * (views - 1)])  # (N, 1, C)


def reference_first(class_tokens: Tensor) -> Tensor:
    """The order of N views that puts the reference first, given their class tokens (N, C).

    It is the view that is most average in three respects: how similar it is to the others, and the length and the
    variance of its class token.
    """
    tokens = class_tokens.float()
    directions = F.normalize(tokens, dim=1)
    similarity = (directions @ directions.T).mean(1)
    respects = torch.stack([similarity, tokens.norm(dim=1), directions.var(1)])  # (3, N), each to be put into 0 … 1
    low, high = respects.aminmax(dim=1, keepdim=True)
    reference = ((respects - low) / (high - low + 1e-8) - 0.5).abs().sum(0).argmin()
    views = torch.arange(len(tokens), device=tokens.device)
    return torch.cat([reference[None], views[views != reference]])
