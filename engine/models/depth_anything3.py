"""Depth-Anything-3 (Lin et al. 2025, https://arxiv.org/abs/2511.10647): depth from any number of views.

The main series takes views of one scene and returns depth, confidence, the camera and optionally rays for each. The
mono and metric networks take single images and return depth and the sky. All have a DINOv2 encoder and a DPT decoder.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models import dpt, vit
from engine.models.any_view_encoder import AnyViewEncoder
from engine.models.camera_decoder import CameraDecoder
from engine.models.dpt import Neck, merge
from engine.models.dual_dpt import DenseHead, RayHead
from engine.models.vit import ViT, grid_of

_VIEWS_AT_ONCE = 4  # in the decoder, which has no attention across views; limits the memory


@dataclass(frozen=True, slots=True)
class Config(dpt.Config):
    """The sizes of one variant, and its attention across views."""

    alternate_from: int | None = None
    """The block from which on every second one has attention across views; None for a network of single images."""


_LARGE = Config(1024, 24, 16, (4, 11, 17, 23), (256, 512, 1024, 1024), 256)

CONFIGS = {
    "small": Config(384, 12, 6, (5, 7, 9, 11), (48, 96, 192, 384), 64, 4),
    "base": Config(768, 12, 12, (5, 7, 9, 11), (96, 192, 384, 768), 128, 4),
    "large": Config(1024, 24, 16, (11, 15, 19, 23), (256, 512, 1024, 1024), 256, 8),
    "mono-large": _LARGE,
    "metric-large": _LARGE,
}


@dataclass(frozen=True, slots=True)
class Prediction:
    """The output of a network for N images of (H, W) pixels, float32; None for what it does not estimate."""

    depth: Tensor
    """(N, H, W), near is small. The scale is unknown, but the same for all views of a scene."""
    confidence: Tensor | None = None
    """(N, H, W), at least 1; large where the depth is reliable."""
    sky: Tensor | None = None
    """(N, H, W), at least 0; large in the sky."""
    extrinsics: Tensor | None = None
    """(N, 3, 4), world to camera, OpenCV axes, in the scale of the depth."""
    intrinsics: Tensor | None = None
    """(N, 3, 3), in pixels."""
    rays: Tensor | None = None
    """(N, h, w, 6) at 8 times the patch grid: direction and origin in the world, only if asked for."""
    ray_confidence: Tensor | None = None
    """(N, h, w), at least 1."""


_KEY_MAP = (
    (r"^model\.", ""),
    *vit.KEY_MAP,
    *dpt.KEY_MAP,
    (r"^head\.scratch\.output_conv1\.", "head.narrow."),
    (r"^head\.scratch\.output_conv2\.0\.", "head.readouts.0.refine."),
    (r"^head\.scratch\.output_conv2\.2\.", "head.readouts.0.out."),
)


class AnyViewDepth(nn.Module):
    """The network for N views of one scene.

    Its input is RGB, normalized with ImageNet's mean and deviation, (N, 3, H, W), with sides that are multiples of 14.
    """

    KEY_MAP = (
        (r"^model\.backbone\.pretrained\.camera_token$", "encoder.camera_tokens"),
        (r"^model\.backbone\.pretrained\.", "encoder.vit."),
        *_KEY_MAP,
        (r"\.attn\.q_norm\.", ".attention.norm_q."),
        (r"\.attn\.k_norm\.", ".attention.norm_k."),
        (r"^head\.norm\.", "norm."),
        (r"^head\.scratch\.refinenet1_aux\.", "rays.fuse.0."),
        (r"^head\.scratch\.refinenet2_aux\.", "rays.fuse.1."),
        (r"^head\.scratch\.refinenet3_aux\.", "rays.fuse.2."),
        (r"^head\.scratch\.refinenet4_aux\.", "rays.fuse.3."),
        (r"^head\.scratch\.output_conv1_aux\.3\.", "rays.narrow."),
        (r"^head\.scratch\.output_conv2_aux\.3\.0\.", "rays.refine."),
        (r"^head\.scratch\.output_conv2_aux\.0\.2\.", "rays.norm."),
        (r"^head\.scratch\.output_conv2_aux\.3\.5\.", "rays.out."),
        (r"^cam_dec\.backbone\.", "camera.mlp."),
        (r"^cam_dec\.fc_t\.", "camera.translation."),
        (r"^cam_dec\.fc_qvec\.", "camera.quaternion."),
        (r"^cam_dec\.fc_fov\.0\.", "camera.field_of_view."),
    )

    # Upstream has a ray head for each of four levels and uses the last. All four share one norm, which is published
    # with the first only. The camera encoder is for views with known cameras.
    UNUSED_KEYS = (
        r"model\.head\.scratch\.output_conv1_aux\.[012]\..*",
        r"model\.head\.scratch\.output_conv2_aux\.[012]\.[05]\..*",
        r"model\.head\.scratch\.output_conv2_aux\.[123]\.2\..*",
        r"model\.cam_enc\..*",
    )

    def __init__(self, config: Config) -> None:
        super().__init__()
        assert config.alternate_from is not None
        self.encoder = AnyViewEncoder(config.width, config.depth, config.heads, config.taps, config.alternate_from)
        self.norm = nn.LayerNorm(2 * config.width)
        self.neck = Neck(2 * config.width, config.level_channels, config.channels)
        self.head = DenseHead(config.channels, [2])
        self.rays = RayHead(config.channels)
        self.camera = CameraDecoder(2 * config.width)

    def forward(self, x: Tensor, *, rays: bool = False) -> Prediction:
        """Return depth, confidence and cameras; with `rays` also the rays, which need a second decoder."""
        tapped, camera_tokens = self.encoder(x)
        parts = [self._decode(part, x, rays) for part in zip(*(t.split(_VIEWS_AT_ONCE) for t in tapped), strict=True)]
        dense, *ray_maps = (torch.cat(maps) for maps in zip(*parts, strict=True))
        extrinsics, intrinsics = self.camera(camera_tokens, (x.shape[-2], x.shape[-1]))
        return Prediction(
            depth=dense[:, 0].exp(),
            confidence=dense[:, 1].exp() + 1,
            extrinsics=extrinsics,
            intrinsics=intrinsics,
            rays=ray_maps[0] if rays else None,
            ray_confidence=ray_maps[1] if rays else None,
        )

    def _decode(self, tapped: tuple[Tensor, ...], x: Tensor, rays: bool) -> tuple[Tensor, ...]:
        """Return log depth and the log of confidence above 1, (n, 2, H, W), with `rays` also rays and confidence."""
        height, width = x.shape[-2:]
        aspect = width / height
        levels = self.neck.levels([self.norm(tokens) for tokens in tapped], grid_of(x), aspect)
        (dense,) = self.head(merge(self.neck.fuse, levels), (height, width), aspect)
        return (dense, *self.rays(levels, aspect)) if rays else (dense,)


class SingleViewDepth(nn.Module):
    """The network for single images (N, 3, H, W), normalized and sized as for `AnyViewDepth`: depth and sky.

    The depth of the metric variant is in meters for a focal length of 300 pixels, and in proportion for others.
    """

    KEY_MAP = (
        (r"^model\.backbone\.pretrained\.", "encoder."),
        *_KEY_MAP,
        (r"^head\.scratch\.sky_output_conv2\.0\.", "head.readouts.1.refine."),
        (r"^head\.scratch\.sky_output_conv2\.2\.", "head.readouts.1.out."),
    )

    def __init__(self, config: Config, *, metric: bool = False) -> None:
        super().__init__()
        self.metric = metric
        self.encoder = ViT(config.width, config.depth, config.heads, config.taps, norm_eps=1e-5)
        self.neck = Neck(config.width, config.level_channels, config.channels)
        self.head = DenseHead(config.channels, [1, 1])

    def forward(self, x: Tensor) -> Prediction:
        levels = self.neck.levels(self.encoder(x), grid_of(x))
        depth, sky = self.head(merge(self.neck.fuse, levels), (x.shape[-2], x.shape[-1]))
        return Prediction(depth[:, 0].exp(), sky=F.relu(sky[:, 0]))


DepthAnything3 = AnyViewDepth | SingleViewDepth


def build(variant: str) -> DepthAnything3:
    """Build `small`, `base`, `large`, `mono-large` or `metric-large`, with random weights."""
    config = CONFIGS[variant]
    if config.alternate_from is not None:
        return AnyViewDepth(config)
    return SingleViewDepth(config, metric=variant.startswith("metric"))
