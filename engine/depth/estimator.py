"""One network in use: from a picture to a depth map, whatever the network."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch

from engine.catalog import name_for
from engine.depth.device import pick_device
from engine.depth.precision import dtype_for, prepare
from engine.depth.preprocess import lite_input
from engine.depth.streaming import StreamingDepth
from engine.frames import DepthKind, DepthMap, Image
from engine.models.checkpoints import find, load
from engine.models.lite import Lite
from engine.models.video_depth import VideoDepth
from engine.paths import EMBEDDED_WEIGHTS
from engine.settings import DepthSettings

Weights = Literal["embedded", "checkpoint", "none"]

GPU_INPUT_SIZE = 518
CPU_INPUT_SIZE = 252


@dataclass(frozen=True, slots=True)
class EstimatorInfo:
    """What is at work, for the overlay and the statistics."""

    encoder: str
    weights: Weights
    device: str
    precision: str
    why: str = ""
    """Why this network and not another, in a few words."""


class Estimator(ABC):
    """Turns pictures into depth maps. Used on the depth thread only."""

    info: EstimatorInfo
    kind: DepthKind
    is_temporal: bool
    """Whether the network itself looks at earlier frames, so that no filter is needed."""

    @abstractmethod
    def estimate(self, image: Image) -> DepthMap:
        """The depth (h, w) of `image` (H, W, 3), at the network's resolution, in the units of `kind`."""

    def reset(self) -> None:  # noqa: B027 (a network without memory has nothing to forget)
        """Forget earlier pictures: the next one belongs to another scene."""


class LiteEstimator(Estimator):
    """The embedded network: each frame for itself."""

    kind = DepthKind.DISPARITY
    is_temporal = False

    def __init__(self, settings: DepthSettings, why: str = "") -> None:
        """Load the weights. Raises CheckpointError or SettingsError."""
        self._device = pick_device(settings.device)
        self._input_size = settings.input_size or CPU_INPUT_SIZE
        model = load("lite", device=self._device, checkpoints_dir=settings.checkpoints_dir)
        assert isinstance(model, Lite)
        self._model, self._dtype = prepare(model.fold_norms(), settings.precision)
        weights: Weights = "embedded" if find("lite", settings.checkpoints_dir) == EMBEDDED_WEIGHTS else "checkpoint"
        self.info = EstimatorInfo("lite", weights, str(self._device), _precision_name(self._dtype), why)

    @torch.inference_mode()
    def estimate(self, image: Image) -> DepthMap:
        x = lite_input(image, self._input_size).to(self._device, self._dtype)
        depth: DepthMap = self._model(x)[0].float().cpu().numpy().astype(np.float32, copy=False)
        return depth


class VideoDepthEstimator(Estimator):
    """Video-Depth-Anything on the stream: each frame sees the ones before it."""

    is_temporal = True

    def __init__(self, settings: DepthSettings, encoder: str, why: str = "") -> None:
        """Load the weights. Raises CheckpointError or SettingsError."""
        device = pick_device(settings.device)
        name = name_for(encoder, metric=settings.metric)
        model = load(name, device=device, checkpoints_dir=settings.checkpoints_dir)
        assert isinstance(model, VideoDepth)
        input_size = settings.input_size or (CPU_INPUT_SIZE if device.type == "cpu" else GPU_INPUT_SIZE)
        self._stream = StreamingDepth(model, input_size=input_size, precision=settings.precision)
        self.kind = DepthKind.METRIC if settings.metric else DepthKind.DISPARITY
        self.info = EstimatorInfo(
            encoder, "checkpoint", str(device), _precision_name(dtype_for(device, settings.precision)), why
        )

    def estimate(self, image: Image) -> DepthMap:
        return self._stream.infer_native(image)

    def reset(self) -> None:
        self._stream.reset()


def make_estimator(settings: DepthSettings) -> Estimator:
    """The network that `settings` ask for, with its weights.

    Raises CheckpointError if they are not on this machine or damaged, SettingsError for an impossible device.
    """
    if settings.encoder == "lite":
        return LiteEstimator(settings)
    if settings.encoder != "auto":
        return VideoDepthEstimator(settings, settings.encoder)
    if find(name_for("vits", metric=settings.metric), settings.checkpoints_dir) is None:
        return LiteEstimator(settings, why="it is built in; the weights of vits are not on this machine")
    return VideoDepthEstimator(settings, "vits", why="its weights are on this machine")


def _precision_name(dtype: torch.dtype) -> str:
    return {torch.float32: "fp32", torch.bfloat16: "bf16", torch.float16: "fp16"}[dtype]
