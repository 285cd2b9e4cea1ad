"""`lite`, the embedded network: relative inverse depth from one image, small enough for two CPU cores.

Encoder: EfficientNet-Lite0 (Tan & Le 2019, https://arxiv.org/abs/1905.11946; the Lite variant has neither
squeeze-and-excite nor swish) without its last stage, batch norms folded into the convolutions.
Decoder: dense 3x3 convolutions, which matrix units run at full speed. Replicate padding avoids a line along the image
border. Its output has half the resolution, and is upsampled without blurring edges.
"""

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

STRIDE = 32
"""Both sides of the input must be multiples of this."""

# (blocks, kernel, stride of the first block, expansion, channels) per stage, EfficientNet-Lite0 up to stride 32
_STAGES = ((1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192))
_TAPS = (0, 1, 2, 4, 5)  # stages whose outputs have strides 2, 4, 8, 16, 32
_DECODER_WIDTHS = (160, 112, 80, 48, 32)


class SameConv(nn.Conv2d):
    """Convolution with TensorFlow's "SAME" padding: at stride 2 the extra row and column are at the bottom right."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__(
            channels_in, channels_out, kernel, stride, 0 if stride == 2 else kernel // 2, groups=groups, bias=True
        )
        before, after = (kernel - 2) // 2, (kernel - 1) // 2
        self._same_padding = (before, after, before, after)

    def forward(self, x: Tensor) -> Tensor:
        if self.kernel_size[0] == 1:
            return F.linear(x.permute(0, 2, 3, 1), self.weight.flatten(1), self.bias).permute(0, 3, 1, 2)
        if self.stride[0] == 2:
            x = F.pad(x, self._same_padding)
        return super().forward(x)


class InvertedResidual(nn.Module):
    """Expansion, depthwise convolution and projection, residual where the shape allows it (MobileNetV2, §3.4)."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        hidden = channels_in * expansion
        self.expand = SameConv(channels_in, hidden, 1) if expansion > 1 else None
        self.depthwise = SameConv(hidden, hidden, kernel, stride, groups=hidden)
        self.project = SameConv(hidden, channels_out, 1)
        self.is_residual = stride == 1 and channels_in == channels_out

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu6(self.expand(x), inplace=True) if self.expand is not None else x
        y = self.project(F.relu6(self.depthwise(y), inplace=True))
        return x + y if self.is_residual else y


class Encoder(nn.Module):
    """EfficientNet-Lite0 to stride 32: (B, 3, H, W) -> features at strides 2, 4, 8, 16, 32."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = SameConv(3, 32, 3, 2)
        self.stages = nn.ModuleList()
        channels = 32
        for blocks, kernel, stride, expansion, width in _STAGES:
            stage = nn.Sequential()
            for i in range(blocks):
                stage.append(InvertedResidual(channels, width, kernel, stride if i == 0 else 1, expansion))
                channels = width
            self.stages.append(stage)
        self.channels = tuple(_STAGES[i][-1] for i in _TAPS)

    def forward(self, x: Tensor) -> list[Tensor]:
        features = []
        x = F.relu6(self.stem(x), inplace=True)
        for i, stage in enumerate(self.stages):
            x = stage(x)
            if i in _TAPS:
                features.append(x)
        return features


class ConvNormReLU(nn.Sequential):
    """3x3 (replicate padding) or 1x1 convolution, batch norm, ReLU."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int = 3) -> None:
        super().__init__(
            nn.Conv2d(
                channels_in, channels_out, kernel, padding=kernel // 2, bias=False,
                padding_mode="replicate" if kernel > 1 else "zeros",
            ),
            nn.BatchNorm2d(channels_out),
            nn.ReLU(inplace=True),
        )  # fmt: skip


class Fusion(nn.Module):
    """Fusion of the coarser map with a skip feature, at the resolution of the latter."""

    def __init__(self, channels_in: int, channels_skip: int, channels_out: int) -> None:
        super().__init__()
        self.merge = ConvNormReLU(channels_in + channels_skip, channels_out)
        self.refine = ConvNormReLU(channels_out, channels_out)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        x = F.interpolate(x, size=skip.shape[-2:], mode="bilinear", align_corners=False)
        x = self.merge(torch.cat([x, skip], 1))
        return x + self.refine(x)


class Decoder(nn.Module):
    """Pyramid decoder: features -> inverse depth at half resolution, (B, 1, H/2, W/2)."""

    def __init__(self, channels: tuple[int, ...], widths: tuple[int, ...] = _DECODER_WIDTHS) -> None:
        super().__init__()
        self.context = ConvNormReLU(channels[-1], widths[0], kernel=1)
        self.pooled = nn.Conv2d(channels[-1], widths[0], 1)
        self.mix = ConvNormReLU(widths[0], widths[0])
        self.fusions = nn.ModuleList(
            Fusion(coarse, skip, fine) for (coarse, fine), skip in zip(pairwise(widths), channels[-2::-1], strict=True)
        )
        self.head = nn.Sequential(
            nn.Conv2d(widths[-1], 16, 3, padding=1, padding_mode="replicate"),
            nn.ReLU(inplace=True),
            nn.Conv2d(16, 1, 1),
        )

    def forward(self, features: list[Tensor]) -> Tensor:
        deepest = features[-1]
        x = self.context(deepest) + self.pooled(deepest.mean((2, 3), keepdim=True))
        x = x + self.mix(x)
        for fusion, skip in zip(self.fusions, features[-2::-1], strict=True):
            x = fusion(x, skip)
        return self.head(x)  # (B, 1, H/2, W/2)


class Lite(nn.Module):
    """(B, 3, H, W), RGB as (x − 127) / 128, sides multiples of 32 -> affine inverse depth (B, H, W), near is large."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.decoder = Decoder(self.encoder.channels)

    def forward(self, x: Tensor) -> Tensor:
        return upsample_2x(self.decoder(self.encoder(x)).float())[:, 0]  # (B, H, W)

    def step(self, x: Tensor, state: None = None) -> tuple[Tensor, None]:
        """Run one frame of a stream, (1, 3, H, W) -> (1, H, W). There is no state, since each frame is independent."""
        return self(x), state

    @torch.no_grad()
    def fold_norms(self) -> "Lite":
        """Merge every batch norm into its convolution, in place. The function stays the same."""
        for block in self.modules():
            if isinstance(block, ConvNormReLU):
                conv, norm = block[0], block[1]
                if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                    block[0], block[1] = fuse_conv_bn_eval(conv, norm), nn.Identity()
        return self


def upsample_2x(half: Tensor) -> Tensor:
    """Upsample (B, 1, h, w) to (B, 1, 2h, 2w) with limited slopes (van Leer 1979,
    https://doi.org/10.1016/0021-9991(79)90145-1).

    The slope at a pixel is that towards the neighbor from which it differs less, and 0 at local extremes. Planes stay
    planes, and edges stay within one pixel.
    """
    across, down = _slope(half, 3) / 4, _slope(half, 2) / 4
    corners = (half - across - down, half + across - down, half - across + down, half + across + down)
    return F.pixel_shuffle(torch.cat(corners, 1), 2)


def _slope(values: Tensor, dim: int) -> Tensor:
    """Return the smaller of the steps to both sides along `dim` of (B, 1, h, w), and 0 at local extremes."""
    count = values.shape[dim] - 1
    step = values.narrow(dim, 1, count) - values.narrow(dim, 0, count)  # OpenVINO has no `diff`
    before = torch.cat([step.narrow(dim, 0, 1), step], dim)
    after = torch.cat([step, step.narrow(dim, count - 1, 1)], dim)
    return torch.minimum(before, after).clamp_min(0) + torch.maximum(before, after).clamp_max(0)


def build(variant: str = "lite") -> Lite:
    """Build the only variant, with random weights."""
    assert variant == "lite"
    return Lite()
