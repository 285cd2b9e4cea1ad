"""DPT decoder (Ranftl et al. 2021, https://arxiv.org/abs/2103.13413): from tokens of four blocks to one dense map.

These are the parts. Each model combines them itself, since it has its own layers between them: temporal attention, or
position encodings and a second branch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.position_encoding import add_position_encoding_


@dataclass(frozen=True, slots=True)
class Config:
    """The sizes of one variant of a network, a ViT with a DPT decoder."""

    width: int
    depth: int
    heads: int
    taps: tuple[int, int, int, int]
    """Blocks of the encoder whose tokens the decoder reads."""
    level_channels: tuple[int, int, int, int]
    channels: int
    """Channels of the decoder's feature maps."""


KEY_MAP = (
    (r"^head\.projects\.(\d)\.", r"neck.reassemble.\1.project."),
    (r"^head\.resize_layers\.(\d)\.", r"neck.reassemble.\1.resize."),
    (r"^head\.scratch\.layer1_rn\.", "neck.align.0."),
    (r"^head\.scratch\.layer2_rn\.", "neck.align.1."),
    (r"^head\.scratch\.layer3_rn\.", "neck.align.2."),
    (r"^head\.scratch\.layer4_rn\.", "neck.align.3."),
    (r"^head\.scratch\.refinenet1\.", "neck.fuse.0."),
    (r"^head\.scratch\.refinenet2\.", "neck.fuse.1."),
    (r"^head\.scratch\.refinenet3\.", "neck.fuse.2."),
    (r"^head\.scratch\.refinenet4\.", "neck.fuse.3."),
    (r"\.resConfUnit1\.", ".skip."),
    (r"\.resConfUnit2\.", ".refine."),
    (r"\.out_conv\.", ".out."),
)
"""From the names in the Depth Anything family's checkpoints to those of `Neck`."""


class Reassemble(nn.Module):
    """From patch tokens to a feature map: (B, N, C) -> (B, channels, h, w), h and w being `scale` times the grid."""

    def __init__(self, width: int, channels: int, scale: float) -> None:
        super().__init__()
        self.project = nn.Conv2d(width, channels, 1)
        self.resize: nn.Module
        if scale > 1:
            self.resize = nn.ConvTranspose2d(channels, channels, int(scale), int(scale))
        elif scale < 1:
            self.resize = nn.Conv2d(channels, channels, 3, round(1 / scale), padding=1)
        else:
            self.resize = nn.Identity()

    def forward(self, tokens: Tensor, grid: tuple[int, int], aspect: float | None = None) -> Tensor:
        """With `aspect`, width / height of the image, a position encoding is added."""
        x = tokens.reshape(tokens.shape[0], *grid, -1).permute(0, 3, 1, 2)  # (B, C, rows, columns), channels last
        x = self.project(x)
        if aspect is not None:
            add_position_encoding_(x, aspect)
        resized: Tensor = self.resize(x)
        return resized


class ResidualUnit(nn.Module):
    """Two convolutions, each after a ReLU, with a residual connection (RefineNet, §3.1, arxiv.org/abs/1611.06612)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        change: Tensor = self.conv2(F.relu(self.conv1(F.relu(x)), inplace=True))
        return change.add_(x)


class Fusion(nn.Module):
    """Fusion of the coarser map with a skip feature of the same size. The result is resized to `size`."""

    def __init__(self, channels: int, *, has_skip: bool = True) -> None:
        super().__init__()
        self.skip = ResidualUnit(channels) if has_skip else None
        self.refine = ResidualUnit(channels)
        self.out = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor, skip: Tensor | None, size: tuple[int, int]) -> Tensor:
        if self.skip is not None and skip is not None:
            x = self.skip(skip).add_(x)
        # The 1x1 convolution comes last in the paper. Resizing is a weighted mean per channel, so the two commute,
        # and there are a quarter as many pixels before it.
        return enlarge(self.out(self.refine(x)), size)  # (B, C, *size)


class Neck(nn.Module):
    """The layers between the tokens and the fused map: four levels, fine to coarse, with equal channels."""

    def __init__(self, width: int, level_channels: tuple[int, ...], channels: int) -> None:
        super().__init__()
        scales = (4, 2, 1, 0.5)
        self.reassemble = nn.ModuleList(
            Reassemble(width, own, scale) for own, scale in zip(level_channels, scales, strict=True)
        )
        self.align = nn.ModuleList(nn.Conv2d(own, channels, 3, padding=1, bias=False) for own in level_channels)
        self.fuse = nn.ModuleList(Fusion(channels, has_skip=level < 3) for level in range(4))

    def levels(self, tapped: Sequence[Tensor], grid: tuple[int, int], aspect: float | None = None) -> list[Tensor]:
        """Turn the tokens of four blocks, each (B, N, C), into features with equal channels, fine to coarse."""
        return [
            align(reassemble(tokens, grid, aspect))
            for align, reassemble, tokens in zip(self.align, self.reassemble, tapped, strict=True)
        ]


def merge(fuse: nn.ModuleList, levels: Sequence[Tensor]) -> Tensor:
    """Fuse features, fine to coarse, into one map (B, C, h, w) at twice the finest size, 8 times the patch grid."""
    rows, columns = levels[0].shape[-2:]
    sizes = [(2 * rows, 2 * columns), *(level.shape[-2:] for level in levels[:3])]
    x = fuse[3](levels[3], None, sizes[3])
    for level in (2, 1, 0):
        x = fuse[level](x, levels[level], sizes[level])
    return x  # (B, C, 2 * rows, 2 * columns)


class Readout(nn.Module):
    """The last layers of a branch: (B, C, h, w) -> (B, outputs, h, w) float32, before any activation."""

    def __init__(self, channels: int, outputs: int) -> None:
        super().__init__()
        self.refine = nn.Conv2d(channels, 32, 3, padding=1)
        self.out = nn.Conv2d(32, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        return in_float32(self.out, F.relu(self.refine(x), inplace=True))


class Head(nn.Module):
    """The depth head: fused map (B, C, h, w) -> (B, *size) float32, not negative."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.narrow = nn.Conv2d(channels, channels // 2, 3, padding=1)
        self.refine = nn.Conv2d(channels // 2, 32, 3, padding=1)
        self.out = nn.Conv2d(32, 1, 1)

    def forward(self, x: Tensor, size: tuple[int, int]) -> Tensor:
        x = F.relu(self.refine(enlarge(self.narrow(x), size)), inplace=True)
        return F.relu(in_float32(self.out, x), inplace=True)[:, 0]  # (B, *size)


def in_float32(layer: nn.Conv2d, x: Tensor) -> Tensor:
    """Apply a last 1x1 convolution in float32: the eight bits of bfloat16 would show as terraces."""
    weight, bias = (parameter.float() for parameter in layer.parameters())
    return F.conv2d(x.float(), weight, bias)


def enlarge(x: Tensor, size: tuple[int, int]) -> Tensor:
    """Resize (B, C, h, w) to (B, C, *size), bilinear with aligned corners."""
    return F.interpolate(x, size=size, mode="bilinear", align_corners=True)
