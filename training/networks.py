"""Weights in and out of files, and a network's answer for a picture of any size."""

import os
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from engine.depth.preprocess import lite_input
from engine.models.lite import Lite

SHORT_SIDE = 224


def load(path: Path) -> Lite:
    """Of a .safetensors file, or of the state of a training run (its average)."""
    network = Lite()
    if path.suffix == ".safetensors":
        weights = load_file(path)
    else:
        weights = torch.load(path, weights_only=True)["average"]
    network.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    return network.eval()


def save(network: Lite, path: Path) -> None:
    """As float16, under a temporary name until complete."""
    weights = {
        name: tensor.half().contiguous() if tensor.is_floating_point() else tensor.contiguous()
        for name, tensor in network.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    part = path.with_suffix(".part")
    save_file(weights, part)
    os.replace(part, path)


@torch.inference_mode()
def depth_of(network: Lite, picture: NDArray[np.uint8], short_side: int = SHORT_SIDE) -> NDArray[np.float32]:
    """Inverse depth (H, W) of RGB (H, W, 3), at the picture's size."""
    small = network(lite_input(picture, short_side))[0].numpy()
    return cv2.resize(small, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
