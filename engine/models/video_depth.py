"""Video-Depth-Anything (Chen et al. 2025, https://arxiv.org/abs/2501.12375): depth that stays consistent over time.

A DINOv2 encoder runs on each frame by itself; the DPT decoder has temporal attention at four stages. The network runs
on windows of 32 frames, or frame by frame with a `StreamState`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from engine.models import dpt, vit
from engine.models.dpt import Config, Head, Neck
from engine.models.temporal import Memory, TemporalModule
from engine.models.vit import PATCH, ViT, grid_of

Pyramid = list[Tensor]
"""Reassembled features of T frames at 4, 2, 1 and 1/2 times the patch grid, each (T, C, h, w)."""

_FRAMES_AT_ONCE = 4  # of a window, in layers without temporal attention: limits the memory and still keeps a GPU busy


CONFIGS = {
    "vits": Config(384, 12, 6, (2, 5, 8, 11), (48, 96, 192, 384), 64),
    "vitb": Config(768, 12, 12, (2, 5, 8, 11), (96, 192, 384, 768), 128),
    "vitl": Config(1024, 24, 16, (4, 11, 17, 23), (256, 512, 1024, 1024), 256),
}


@dataclass
class StreamState:
    """The state of a stream."""

    positions: Tensor
    """Positions of the encoder's patches, (1, 1 + N, C), which depend on the size of the frames only."""
    memories: list[list[Memory]] = field(default_factory=lambda: [[Memory(), Memory()] for _ in range(4)])
    """One for each attention of each temporal module."""


class VideoDepth(nn.Module):
    """The network: RGB normalized with ImageNet's mean and deviation, sides multiples of 14 -> depth of the same size.

    Relative checkpoints return affine inverse depth (near is large), metric ones meters (near is small).
    """

    KEY_MAP = (
        (r"^pretrained\.", "encoder."),
        *vit.KEY_MAP,
        *dpt.KEY_MAP,
        (r"^head\.scratch\.output_conv1\.", "head.narrow."),
        (r"^head\.scratch\.output_conv2\.0\.", "head.refine."),
        (r"^head\.scratch\.output_conv2\.2\.", "head.out."),
        (r"^head\.motion_modules\.(\d)\.temporal_transformer\.", r"temporal.\1."),
        (r"\.proj_in\.", ".project_in."),
        (r"\.proj_out\.", ".project_out."),
        (r"\.transformer_blocks\.0\.", "."),
        (r"\.attention_blocks\.(\d)\.", r".attentions.\1."),
        (r"\.norms\.(\d)\.", r".attentions.\1.norm."),
        (r"\.to_q\.", ".query."),
        (r"\.to_k\.", ".key."),
        (r"\.to_v\.", ".value."),
        (r"\.to_out\.0\.", ".out."),
        (r"\.pos_encoder\.pe$", ".positions"),
        (r"\.ff_norm\.", ".feed_forward.norm."),
        (r"\.ff\.net\.0\.proj\.", ".feed_forward.expand."),
        (r"\.ff\.net\.2\.", ".feed_forward.contract."),
    )
    UNUSED_KEYS = (
        r"pretrained\.mask_token",  # for training
        r"head\.scratch\.refinenet4\.resConfUnit1\..*",  # the coarsest level has no skip feature
    )

    def __init__(self, config: Config, *, metric: bool = False) -> None:
        super().__init__()
        self.metric = metric
        self.encoder = ViT(config.width, config.depth, config.heads, config.taps)
        self.neck = Neck(config.width, config.level_channels, config.channels)
        fine, coarse = config.level_channels[2:]
        self.temporal = nn.ModuleList(map(TemporalModule, (fine, coarse, config.channels, config.channels)))
        self.head = Head(config.channels)

    def forward(self, x: Tensor) -> Tensor:
        """Run a window of up to 32 consecutive frames, (T, 3, H, W) -> (T, H, W) float32."""
        return self.decode([self.encode(part) for part in torch.split(x, _FRAMES_AT_ONCE)])

    def step(self, x: Tensor, state: StreamState | None = None) -> tuple[Tensor, StreamState]:
        """Run the next frame of a stream, (1, 3, H, W) -> (1, H, W) float32. All frames must have the same size.

        Without a state, a stream starts. A state must not be used again: its buffers become those of the returned one.
        """
        state = state or StreamState(self.encoder.positions_for(x))
        return self.decode([self.encode(x, state.positions)], state), state

    def encode(self, x: Tensor, positions: Tensor | None = None) -> Pyramid:
        """Run the layers without temporal attention, (T, 3, H, W) -> features of T frames."""
        levels = zip(self.neck.reassemble, self.encoder(x, positions), strict=True)
        return [reassemble(tokens, grid_of(x)) for reassemble, tokens in levels]

    def decode(self, parts: Sequence[Pyramid], state: StreamState | None = None) -> Tensor:
        """Decode the features of the T frames of a window, or of the next frame of a stream, to (T, H, W) float32.

        The frames come in parts. After the temporal modules each part is decoded by itself, since the dense maps of a
        whole window would take gigabytes.
        """
        memories = state.memories if state else [None] * len(self.temporal)
        align, fuse, temporal = self.neck.align, self.neck.fuse, self.temporal
        middle, coarse = (torch.cat([part[level] for part in parts]) for level in (2, 3))

        middle = align[2](temporal[0](middle, memories[0]))
        coarse = align[3](temporal[1](coarse, memories[1]))
        x = temporal[2](fuse[3](coarse, None, middle.shape[-2:]), memories[2])
        x = temporal[3](fuse[2](x, middle, parts[0][1].shape[-2:]), memories[3])

        dense = torch.split(x, [part[0].shape[0] for part in parts])
        return torch.cat([self._finish(x, *part[:2]) for x, part in zip(dense, parts, strict=True)])

    def _finish(self, x: Tensor, finest: Tensor, fine: Tensor) -> Tensor:
        """Run the rest of the decoder, which has no temporal attention."""
        rows, columns = finest.shape[-2:]  # 4 times the patch grid
        x = self.neck.fuse[1](x, self.neck.align[1](fine), (rows, columns))
        x = self.neck.fuse[0](x, self.neck.align[0](finest), (2 * rows, 2 * columns))
        depth: Tensor = self.head(x, (rows * PATCH // 4, columns * PATCH // 4))
        return depth


def build(variant: str) -> VideoDepth:
    """Build `vits`, `vitb` or `vitl`, or a metric one with the prefix `metric-`, with random weights."""
    size = variant.removeprefix("metric-")
    return VideoDepth(CONFIGS[size], metric=size != variant)
