"""Networks and videos that need no file: tiny ones for structure, full ones with filler weights for numbers."""

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import torch
from numpy.typing import NDArray

from engine.models import depth_anything3
from engine.models.depth_anything3 import AnyViewDepth, SingleViewDepth
from engine.models.video_depth import Config, VideoDepth

PARITY = Path(__file__).parent / "parity"

TINY = Config(64, 4, 2, (0, 1, 2, 3), (32, 32, 32, 32), 32)


def tiny_video_depth(*, metric: bool = False) -> VideoDepth:
    """The whole structure of Video-Depth-Anything at a few milliseconds a frame, always with the same weights."""
    with torch.random.fork_rng():
        torch.manual_seed(7)
        model = VideoDepth(TINY, metric=metric).eval()
        torch.nn.init.normal_(model.encoder.positions, std=0.2)
        torch.nn.init.constant_(model.head.out.bias, 1.0)  # away from the final ReLU
    return model


def tiny_any_view() -> AnyViewDepth:
    """The whole structure of Depth-Anything-3's main series, always with the same weights."""
    with torch.random.fork_rng():
        torch.manual_seed(8)
        model = AnyViewDepth(depth_anything3.Config(64, 4, 2, (0, 1, 2, 3), (32, 32, 32, 32), 32, 2)).eval()
        torch.nn.init.normal_(model.encoder.vit.positions, std=0.2)
        torch.nn.init.normal_(model.encoder.camera_tokens)
        torch.nn.init.constant_(model.camera.field_of_view.bias, 1.0)  # radians
    return model


def tiny_single_view(*, metric: bool = False) -> SingleViewDepth:
    """The same of its mono and metric networks."""
    with torch.random.fork_rng():
        torch.manual_seed(9)
        config = depth_anything3.Config(64, 4, 2, (0, 1, 2, 3), (32, 32, 32, 32), 32)
        model = SingleViewDepth(config, metric=metric).eval()
        torch.nn.init.normal_(model.encoder.positions, std=0.2)
        torch.nn.init.constant_(model.head.readouts[1].out.bias, 0.3)  # about where the sky begins
    return model


def moving_pictures(count: int, height: int = 40, width: int = 60) -> NDArray[np.uint8]:
    """(count, height, width, 3): noise that drifts, no two frames alike."""
    texture = np.random.RandomState(3).randint(0, 256, (height, width + 2 * count, 3), np.uint8)
    return np.stack([texture[:, 2 * i : 2 * i + width] for i in range(count)])


def parity_module(name: str) -> ModuleType:
    """A module of `tests/parity/`, which is kept as it was given and is no package."""
    sys.path.insert(0, str(PARITY))
    try:
        return __import__(name)
    finally:
        sys.path.remove(str(PARITY))
