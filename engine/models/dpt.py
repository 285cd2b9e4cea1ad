"""DPT decoder (Ranftl et al. 2021, https://arxiv.org/abs/2103.13413): tokens of four depths become one dense map.

Only the parts; each model composes them itself, because what happens between them differs (temporal attention here,
position codes and a second branch there).
"""

import torch.nn.functional as F
from torch import Tensor, nn


class Reassemble(nn.Module):
    """Patch tokens as a picture: (B, N, C) -> (B, channels, h, w), h and w being `scale` times the patch grid."""

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

    def forward(self, tokens: Tensor, grid: tuple[int, int]) -> Tensor:
        picture = tokens.reshape(tokens.shape[0], *grid, -1).permute(0, 3, 1, 2)  # (B, C, rows, columns), channels last
        resized: Tensor = self.resize(self.project(picture))
        return resized


class ResidualUnit(nn.Module):
    """Two convolutions, each after a ReLU, added to their input (§3.1 of RefineNet, https://arxiv.org/abs/1611.06612)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        change: Tensor = self.conv2(F.relu(self.conv1(F.relu(x)), inplace=True))
        return change.add_(x)


class Fusion(nn.Module):
    """Merges the coarser map with a skip feature of the same size and enlarges the result to `size`."""

    def __init__(self, channels: int, *, has_skip: bool = True) -> None:
        super().__init__()
        self.skip = ResidualUnit(channels) if has_skip else None
        self.refine = ResidualUnit(channels)
        self.out = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor, skip: Tensor | None, size: tuple[int, int]) -> Tensor:
        if self.skip is not None and skip is not None:
            x = self.skip(skip).add_(x)
        # The 1x1 convolution comes last in the paper. Enlarging is a weighted mean per channel, so the two commute,
        # and before it there are a quarter as many pixels.
        return enlarge(self.out(self.refine(x)), size)  # (B, C, *size)


class Neck(nn.Module):
    """The parts between tokens and the fused map: four levels, fine to coarse, brought to equal channels and merged."""

    def __init__(self, width: int, level_channels: tuple[int, ...], channels: int) -> None:
        super().__init__()
        scales = (4, 2, 1, 0.5)
        self.reassemble = nn.ModuleList(
            Reassemble(width, own, scale) for own, scale in zip(level_channels, scales, strict=True)
        )
        self.align = nn.ModuleList(nn.Conv2d(own, channels, 3, padding=1, bias=False) for own in level_channels)
        self.fuse = nn.ModuleList(Fusion(channels, has_skip=level < 3) for level in range(4))


class Head(nn.Module):
    """Fused map (B, C, h, w) -> (B, *size) float32, not negative."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.narrow = nn.Conv2d(channels, channels // 2, 3, padding=1)
        self.refine = nn.Conv2d(channels // 2, 32, 3, padding=1)
        self.out = nn.Conv2d(32, 1, 1)

    def forward(self, x: Tensor, size: tuple[int, int]) -> Tensor:
        x = F.relu(self.refine(enlarge(self.narrow(x), size)), inplace=True)
        # In float32 whatever the rest is in: the eight bits of bfloat16 would show as terraces.
        weight, bias = (parameter.float() for parameter in self.out.parameters())
        depth = F.conv2d(x.float(), weight, bias)
        return F.relu(depth, inplace=True)[:, 0]  # (B, *size)


def enlarge(x: Tensor, size: tuple[int, int]) -> Tensor:
    """(B, C, h, w) -> (B, C, *size), bilinear with the corner pixels' centres kept in place."""
    return F.interpolate(x, size=size, mode="bilinear", align_corners=True)
