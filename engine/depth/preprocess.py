"""From a picture to what a network takes."""

import cv2
import numpy as np
import torch
from torch import Tensor

from engine.frames import Image

MAX_ASPECT = 4.0
"""Wider pictures are squeezed to this, so that a strip does not ask for an endless input."""


def lite_size(width: int, height: int, input_size: int, stride: int = 32) -> tuple[int, int]:
    """Input (width, height) of `lite`: the short side near `input_size`, the aspect kept, multiples of `stride`."""
    aspect = min(max(width / height, 1 / MAX_ASPECT), MAX_ASPECT)
    short = max(stride, round(input_size / stride) * stride)
    long = max(stride, round(short * max(aspect, 1 / aspect) / stride) * stride)
    return (long, short) if aspect >= 1 else (short, long)


def lite_input(image: Image, input_size: int) -> Tensor:
    """(H, W, 3) uint8 -> (1, 3, h, w) float32, (x − 127) / 128, in channels-last order in memory."""
    height, width = image.shape[:2]
    size = lite_size(width, height, input_size)
    shrinks = size[0] * size[1] < width * height
    resized = cv2.resize(image, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    x = (resized.astype(np.float32) - 127) / 128  # (h, w, 3)
    return torch.from_numpy(x)[None].permute(0, 3, 1, 2)
