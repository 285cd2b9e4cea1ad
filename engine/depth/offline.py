"""Depth of a whole video, in windows of frames that share key frames, are aligned to each other and blended.

§3.3 of Video-Depth-Anything (https://arxiv.org/abs/2501.12375). Frames are read when they are needed and maps are
yielded when they are final, so that memory does not depend on the length of the video.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from os import PathLike, fspath

import numpy as np
import torch
import torch.nn.functional as F

from engine.depth.lite_depth import LiteDepth
from engine.depth.preprocess import VIDEO_INPUT_SIZE, size_for, video_depth_input
from engine.depth.runtime.precision import Precision, prepare
from engine.errors import FrameSizeError, InputError
from engine.frames import DepthMap, Image, checked_image
from engine.models.lite import Lite
from engine.models.temporal import WINDOW
from engine.models.video_depth import Pyramid, VideoDepth

_KEY_FRAMES = (0, 12, 24, 25, 26, 27, 28, 29, 30, 31)  # frames of a window that start the next one
_FITTED = 2  # the first of them, which scale and shift are fitted to
_BLENDED = len(_KEY_FRAMES) - _FITTED  # the others, which are blended with the end of the window before
_STEP = WINDOW - len(_KEY_FRAMES)


def infer_video(
    model: VideoDepth | Lite,
    frames: Iterable[Image],
    *,
    input_size: int | None = None,
    precision: Precision = "fp32",
    native: bool = False,
) -> Iterator[DepthMap]:
    """Yield the depth (H, W) of each of `frames`, uint8 RGB (H, W, 3), in order. At most 32 frames are read ahead.

    Relative maps keep the scale and shift of the first window; metric ones are not changed. `lite` sees each frame by
    itself. With `native`, maps have the network's resolution (h, w). `input_size` is its short side; None is 518, and
    224 for `lite`.

    Raises TypeError for a network that takes single images only, and InputError for a path. While frames are read, it
    raises FrameSizeError for a frame of another size than the first, and InputError for one that is not such an array.
    """
    if isinstance(frames, str | PathLike):
        raise InputError(f"{fspath(frames)!r} is a path, and frames must be numpy arrays: read the video first")
    size = size_for(model, input_size, VIDEO_INPUT_SIZE)
    if isinstance(model, Lite):
        network = LiteDepth(model, input_size=size, precision=precision, is_repeatable=True)
        return _one_by_one(network, frames, native=native)
    if isinstance(model, VideoDepth):
        return _in_windows(model, frames, size, precision, native=native)
    raise TypeError(f"{type(model).__name__} takes images one by one: use infer_image")


def _one_by_one(network: LiteDepth, frames: Iterable[Image], *, native: bool) -> Iterator[DepthMap]:
    for image in _of_one_size(frames):
        depth = network.infer(image)
        if not native:
            map_ = torch.from_numpy(depth)[None, None]
            depth = F.interpolate(map_, size=image.shape[:2], mode="bilinear", align_corners=False)[0, 0].numpy()
        yield depth


def _of_one_size(frames: Iterable[Image]) -> Iterator[Image]:
    """Yield `frames` unchanged. Raises InputError, FrameSizeError."""
    size: tuple[int, ...] = ()
    for image in frames:
        size = size or checked_image(image).shape[:2]
        if checked_image(image).shape[:2] != size:
            raise FrameSizeError(
                f"this frame is {image.shape[:2]} (height, width), and those before were {size}: split the video there"
            )
        yield image


def _in_windows(
    model: VideoDepth, frames: Iterable[Image], input_size: int, precision: Precision, *, native: bool
) -> Iterator[DepthMap]:
    model, dtype = prepare(model, precision)
    device = next(model.parameters()).device
    size: tuple[int, ...] = ()

    def encode(image: Image) -> Pyramid:
        nonlocal size
        size = image.shape[:2]
        with torch.inference_mode():
            return model.encode(video_depth_input(image, input_size).to(device, dtype))

    def decode(window: Sequence[Pyramid]) -> list[DepthMap]:
        with torch.inference_mode():
            depth = model.decode(window)[:, None]  # (32, 1, h, w)
            if not native:
                depth = F.interpolate(depth, size=size, mode="bilinear", align_corners=True)
        return list(depth[:, 0].cpu().numpy())

    references: list[DepthMap] = []  # the first two maps of the next window are fitted to these
    fading: list[DepthMap] = []
    for window, padding in _windows(map(encode, _of_one_size(frames))):
        maps = decode(window)
        if references:
            if not model.metric:
                scale, shift = fit(maps[:_FITTED], references)
                maps = [depth * scale + shift for depth in maps]
            maps = [np.maximum(depth, 0) for depth in maps]
        references = [*references[:1], maps[_KEY_FRAMES[1]]] if references else [maps[i] for i in _KEY_FRAMES[:_FITTED]]
        if fading:
            maps = [*blend(fading, maps[_FITTED : _FITTED + _BLENDED]), *maps[len(_KEY_FRAMES) :]]
        fading = maps[-_BLENDED:]
        yield from maps[: len(maps) - max(padding, _BLENDED)]


def _windows(frames: Iterator[Pyramid]) -> Iterator[tuple[list[Pyramid], int]]:
    """Yield the frames of each window, and how many of them are padding.

    The last window is padded with its last frame. A window that would add only padding is skipped.
    """
    window = list(islice(frames, WINDOW))
    padding = WINDOW - len(window)
    while window:
        window += window[-1:] * (WINDOW - len(window))
        yield window, padding
        if padding >= _BLENDED:
            return
        window = [*(window[i] for i in _KEY_FRAMES), *islice(frames, _STEP)]
        padding += WINDOW - len(window)


def fit(maps: Sequence[DepthMap], references: Sequence[DepthMap]) -> tuple[np.float32, np.float32]:
    """Return scale and shift that bring `maps` closest to `references`, by least squares."""
    x, y = np.asarray(maps, np.float64), np.asarray(references, np.float64)
    deviation = x - x.mean()
    variance = np.square(deviation).sum()
    scale = (deviation * (y - y.mean())).sum() / variance if variance > 0 else 1.0
    return np.float32(scale), np.float32(y.mean() - scale * x.mean())


def blend(before: Sequence[DepthMap], after: Sequence[DepthMap]) -> list[DepthMap]:
    """Cross-fade from the maps `before` to the maps `after`."""
    weights = np.linspace(0, 1, len(before), dtype=np.float32)
    return [a * (1 - weight) + b * weight for a, b, weight in zip(before, after, weights, strict=True)]
