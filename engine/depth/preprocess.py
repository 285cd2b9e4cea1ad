"""Preprocessing of images for the networks, with the same arithmetic as in their training."""

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from engine.frames import Image
from engine.models.lite import Lite
from engine.models.vit import PATCH

MAX_ASPECT = 4.0
"""Wider images are squeezed to this aspect ratio, which limits the input size."""


LITE_INPUT_SIZE = 224
"""Short side at which `lite` was trained and is most accurate; its error grows with larger inputs."""
VIDEO_INPUT_SIZE = 518
"""Short side at which Video-Depth-Anything is most accurate on streams and videos."""
PROCESS_RES = 504
"""Longest side at which Depth-Anything-3 is most accurate; the default of all published networks for single images."""


def size_for(model: nn.Module, asked: int | None, published: int) -> int:
    """Return the input size in pixels: `asked`, or if that is None, 224 for `lite` and `published` for the others."""
    if asked is not None:
        return asked
    return LITE_INPUT_SIZE if isinstance(model, Lite) else published


def lite_size(width: int, height: int, input_size: int, stride: int = 32) -> tuple[int, int]:
    """Return the input (width, height) of `lite`: short side near `input_size`, same aspect, multiples of `stride`."""
    aspect = min(max(width / height, 1 / MAX_ASPECT), MAX_ASPECT)
    short = max(stride, round(input_size / stride) * stride)
    long = max(stride, round(short * max(aspect, 1 / aspect) / stride) * stride)
    return (long, short) if aspect >= 1 else (short, long)


def lite_input(image: Image, input_size: int) -> Tensor:
    """Convert an image (H, W, 3) uint8 to (1, 3, h, w) float32 as (x − 127) / 128, channels last in memory."""
    height, width = image.shape[:2]
    size = lite_size(width, height, input_size)
    shrinks = size[0] * size[1] < width * height
    resized = cv2.resize(image, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    x = (resized.astype(np.float32) - 127) / 128  # (h, w, 3)
    return torch.from_numpy(x)[None].permute(0, 3, 1, 2)


_MEAN = np.array([0.485, 0.456, 0.406])  # of ImageNet, RGB in 0 … 1
_DEVIATION = np.array([0.229, 0.224, 0.225])

_WIDEST = 1.78  # images wider (or taller) than 16:9 get a smaller short side, so that they cost about as much


def video_depth_size(height: int, width: int, input_size: int) -> tuple[int, int]:
    """Return the input (rows, columns) of Video-Depth-Anything: short side about `input_size`, multiples of 14."""
    ratio = max(height, width) / min(height, width)
    if ratio > _WIDEST:
        input_size = max(PATCH, round(int(input_size * 1.777 / ratio) / PATCH) * PATCH)
    scale = max(input_size / height, input_size / width)
    return _to_patches(height * scale, input_size), _to_patches(width * scale, input_size)


def video_depth_input(image: Image, input_size: int) -> Tensor:
    """Convert an image (H, W, 3) uint8 to normalized RGB (1, 3, h, w) float32, channels last in memory.

    The cubic resize of floats overshoots at edges, which is not clipped, as in training.
    """
    rows, columns = video_depth_size(image.shape[0], image.shape[1], input_size)
    resized = cv2.resize(image.astype(np.float32), (columns, rows), interpolation=cv2.INTER_CUBIC)
    resized *= (1 / (255 * _DEVIATION)).astype(np.float32)
    resized -= (_MEAN / _DEVIATION).astype(np.float32)
    return torch.from_numpy(resized)[None].permute(0, 3, 1, 2)


def depth_anything3_input(image: Image, process_res: int) -> Tensor:
    """Convert an image (H, W, 3) uint8 to normalized RGB (1, 3, h, w) float32, channels last in memory.

    Its longest side is about `process_res`, and its sides are multiples of 14. It is resized twice in 8 bits, as in
    training.
    """
    height, width = image.shape[:2]
    sides, multiples = _depth_anything3_sizes(height, width, process_res)
    image = _resized(_resized(image, *sides), *multiples)
    x = (image.astype(np.float32) / 255 - _MEAN.astype(np.float32)) / _DEVIATION.astype(np.float32)  # (h, w, 3)
    return torch.from_numpy(x)[None].permute(0, 3, 1, 2)


def depth_anything3_size(height: int, width: int, process_res: int) -> tuple[int, int]:
    """Return the input (rows, columns) of Depth-Anything-3."""
    return _depth_anything3_sizes(height, width, process_res)[1]


def _depth_anything3_sizes(height: int, width: int, process_res: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return (rows, columns) after the first and after the second resize."""
    scale = process_res / max(height, width)
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    return (rows, columns), (_nearest_patches(rows), _nearest_patches(columns))


def _nearest_patches(side: int) -> int:
    """Round to multiples of a patch, at least one. Halves are rounded up."""
    return max(PATCH, (side + PATCH // 2) // PATCH * PATCH)


def depth_anything3_views(images: Sequence[Image], process_res: int) -> Tensor:
    """Convert views of one scene to (N, 3, h, w), cropped around their centers to the smallest sides.

    See `depth_anything3_input`. Raises ValueError if there are no images.
    """
    if not images:
        raise ValueError("there are no images; give at least one view of the scene")
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
