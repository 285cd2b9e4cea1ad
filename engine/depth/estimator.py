"""One network in use: from a picture to a depth map, whatever the network."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import nn

from engine.catalog import CHECKPOINTS, name_for
from engine.depth.device import pick_device, pick_dtype
from engine.depth.preprocess import lite_input
from engine.errors import CheckpointError
from engine.frames import DepthKind, DepthMap, Image
from engine.models.checkpoints import find, load
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
        device = pick_device(settings.device)
        self._dtype = pick_dtype(device, settings.precision)
        self._input_size = settings.input_size or CPU_INPUT_SIZE
        path = find("lite", settings.checkpoints_dir)
        model = load("lite", device=device, checkpoints_dir=settings.checkpoints_dir)
        self._model: nn.Module = model.fold_norms().to(self._dtype, memory_format=torch.channels_last)  # type: ignore[operator]
        self._device = device
        weights: Weights = "embedded" if path is None or path.parent != settings.checkpoints_dir else "checkpoint"
        self.info = EstimatorInfo("lite", weights, str(device), _precision_name(self._dtype), why)

    @torch.inference_mode()
    def estimate(self, image: Image) -> DepthMap:
        x = lite_input(image, self._input_size).to(self._device, self._dtype)
        depth: DepthMap = self._model(x)[0].float().cpu().numpy().astype(np.float32, copy=False)
        return depth


def make_estimator(settings: DepthSettings) -> Estimator:
    """The network that `settings` ask for, with its weights.

    Raises CheckpointError if they are not on this machine or damaged, SettingsError for an impossible device.
    """
    if settings.encoder in ("auto", "lite"):
        return LiteEstimator(settings, why="built in" if settings.encoder == "auto" else "")
    name = name_for(settings.encoder, metric=settings.metric)
    raise CheckpointError(f"{CHECKPOINTS[name].name} cannot run yet")


def _precision_name(dtype: torch.dtype) -> str:
    return {torch.float32: "fp32", torch.bfloat16: "bf16", torch.float16: "fp16"}[dtype]
