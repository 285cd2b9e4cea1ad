"""From a picture to what a network takes, with the arithmetic that its weights were trained on."""

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from engine.frames import Image
from engine.models.lite import Lite
from engine.models.vit import PATCH

MAX_ASPECT = 4.0
"""Wider pictures are squeezed to this, so that a strip does not ask for an endless input."""


LITE_INPUT_SIZE = 224
"""Short side at which `lite` is most accurate: it was trained at this, and its error grows with every step beyond."""
VIDEO_INPUT_SIZE = 518
"""The same of Video-Depth-Anything on streams and videos."""
PROCESS_RES = 504
"""Longest side at which Depth-Anything-3 is most accurate, and what all published networks get for single images."""


def size_for(model: nn.Module, asked: int | None, published: int) -> int:
    """The input size in pixels: `asked`; if None, `lite`'s best for `lite` and `published` for all other networks."""
    if asked is not None:
        return asked
    return LITE_INPUT_SIZE if isinstance(model, Lite) else published


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


_MEAN = np.array([0.485, 0.456, 0.406])  # of ImageNet, RGB in 0 … 1
_DEVIATION = np.array([0.229, 0.224, 0.225])

_WIDEST = 1.78  # pictures wider (or taller) than 16:9 get a smaller short side, so that the cost stays near 16:9's


def video_depth_size(height: int, width: int, input_size: int) -> tuple[int, int]:
    """Rows and columns at which Video-Depth-Anything sees a picture: short side about `input_size`, multiples of 14."""
    ratio = max(height, width) / min(height, width)
    if ratio > _WIDEST:
        input_size = max(PATCH, round(int(input_size * 1.777 / ratio) / PATCH) * PATCH)
    scale = max(input_size / height, input_size / width)
    return _to_patches(height * scale, input_size), _to_patches(width * scale, input_size)


def video_depth_input(image: Image, input_size: int) -> Tensor:
    """Normalized RGB (1, 3, h, w) float32, channels last in memory.

    The resize is cubic on floats, so it overshoots at edges; rounding or clipping it would change the result.
    """
    rows, columns = video_depth_size(image.shape[0], image.shape[1], input_size)
    resized = cv2.resize(image.astype(np.float32), (columns, rows), interpolation=cv2.INTER_CUBIC)
    resized *= (1 / (255 * _DEVIATION)).astype(np.float32)
    resized -= (_MEAN / _DEVIATION).astype(np.float32)
    return torch.from_numpy(resized)[None].permute(0, 3, 1, 2)


def depth_anything3_input(image: Image, process_res: int) -> Tensor:
    """Normalized RGB (1, 3, h, w) float32, channels last in memory: longest side about `process_res`, multiples of 14.

    Both resizes round to 8 bits; one resize to the final size would change the result.
    """
    height, width = image.shape[:2]
    sides, multiples = _depth_anything3_sizes(height, width, process_res)
    image = _resized(_resized(image, *sides), *multiples)
    x = (image.astype(np.float32) / 255 - _MEAN.astype(np.float32)) / _DEVIATION.astype(np.float32)  # (h, w, 3)
    return torch.from_numpy(x)[None].permute(0, 3, 1, 2)


def depth_anything3_size(height: int, width: int, process_res: int) -> tuple[int, int]:
    """Rows and columns at which Depth-Anything-3 sees a picture."""
    return _depth_anything3_sizes(height, width, process_res)[1]


def _depth_anything3_sizes(height: int, width: int, process_res: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """(rows, columns) after the first and after the second resize."""
    scale = process_res / max(height, width)
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    return (rows, columns), (_nearest_patches(rows), _nearest_patches(columns))


def _nearest_patches(side: int) -> int:
    """The nearest multiple of a patch, at least one; the larger of two that are equally near."""
    return max(PATCH, (side + PATCH // 2) // PATCH * PATCH)


def depth_anything3_views(images: Sequence[Image], process_res: int) -> Tensor:
    """The same for views of one scene, (N, 3, h, w); larger ones are cut around their center to the smallest sides.

    Raises ValueError if there is no picture.
    """
    if not images:
        raise ValueError("views of a scene begin with one picture; there is none")
    views = [depth_anything3_input(image, process_res) for image in images]
    rows, columns = (min(view.shape[axis] for view in views) for axis in (2, 3))
    return torch.cat([_center(view, rows, columns) for view in views])


def _resized(image: Image, rows: int, columns: int) -> Image:
    height, width = image.shape[:2]
    if (rows, columns) == (height, width):
        return image
    grows = rows > height or columns > width
    resized: Image = cv2.resize(image, (columns, rows), interpolation=cv2.INTER_CUBIC if grows else cv2.INTER_AREA)
    return resized


def _center(x: Tensor, rows: int, columns: int) -> Tensor:
    top, left = (x.shape[2] - rows) // 2, (x.shape[3] - columns) // 2
    return x[:, :, top : top + rows, left : left + columns]


def _to_patches(side: float, smallest: int) -> int:
    patches = round(side / PATCH)
    if patches * PATCH < smallest:
        patches = int(np.ceil(side / PATCH))
    return patches * PATCH
