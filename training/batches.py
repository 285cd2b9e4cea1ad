"""Batches for training: crops of rendered pictures in changing shapes, seen through a camera."""

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training import shards
from training.sensor import photographed
from training.shards import Shard

SHAPES = ((160, 224), (160, 224), (192, 256), (192, 192), (128, 224), (224, 160), (96, 288))
"""Rows and columns of the network's input; one for each batch. Small ones teach as much and cost less."""
LARGE_SHAPES = ((192, 256), (224, 320), (256, 256), (192, 320), (288, 224))
"""For the last phase of a run: close to what the viewer uses."""
SMALLEST = 0.55
"""Side of the smallest crop, as a share of the largest that fits."""


class Batches:
    """Draws from every shard in a folder that was there at the last `refresh`."""

    def __init__(self, folder: Path, size: int, shapes: tuple[tuple[int, int], ...] = SHAPES) -> None:
        self._folder = folder
        self._shapes = shapes
        self.size = size
        self._shards: dict[Path, Shard] = {}

    def refresh(self) -> int:
        """Take in what has been written meanwhile, forget what was deleted; how many shards there are.

        Raises FileNotFoundError if there are none.
        """
        there = {}
        for path in shards.folders(self._folder):
            try:
                there[path] = self._shards.get(path) or shards.read(path)
            except FileNotFoundError:
                if path.exists():  # if not, the generator has dropped it meanwhile
                    raise
        if not there:
            raise shards.none_in(self._folder)
        self._shards = there
        return len(there)

    def draw(self, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Pictures (B, 3, H, W) as the network takes them, and inverse depth (B, H/2, W/2) as it answers."""
        shape = self._shapes[rng.integers(len(self._shapes))]
        every = list(self._shards.values())
        pictures, inverses = [], []
        for _ in range(self.size):
            shard = every[rng.integers(len(every))]
            i = int(rng.integers(len(shard)))
            picture, inverse = cropped(shard.pictures[i], shard.inverse[i], shape, rng)
            pictures.append(photographed(picture, rng))
            inverses.append(inverse)
        return as_input(np.stack(pictures)), torch.from_numpy(np.stack(inverses))


def as_input(pictures: NDArray[np.uint8]) -> Tensor:
    """(B, H, W, 3) uint8 -> (B, 3, H, W) float32, (x − 127) / 128, channels last in memory."""
    x = (torch.from_numpy(pictures).float() - 127) / 128
    return x.permute(0, 3, 1, 2)


def cropped(
    picture: NDArray[np.uint8], inverse: NDArray[np.float16], shape: tuple[int, int], rng: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A part of one frame, brought to `shape`, and its depth at half of that, as the network answers; mirrored half of
    the time. Depth is not interpolated: it is that at the middle of each of its pixels."""
    rows, columns = picture.shape[:2]
    h, w = shape
    fit = min(rows / h, columns / w) * (1.0 if rng.random() < 0.25 else rng.uniform(SMALLEST, 1))
    height, width = int(h * fit), int(w * fit)
    top, left = int(rng.integers(rows - height + 1)), int(rng.integers(columns - width + 1))
    part = np.s_[top : top + height, left : left + width]
    shrinks = fit > 1
    seen = cv2.resize(picture[part], (w, h), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    depth = inverse[part].astype(np.float32)
    truth = cv2.resize(depth, (w // 2, h // 2), interpolation=cv2.INTER_NEAREST_EXACT)
    if rng.random() < 0.5:
        seen, truth = seen[:, ::-1], truth[:, ::-1]
    return np.ascontiguousarray(seen), np.ascontiguousarray(truth)
