"""How calm depth is over time, raw and through the viewer's filter."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.depth.live.stabilize import TemporalFilter
from engine.models.lite import Lite
from training import networks
from training.measures import aligned, capped
from training.shards import Shard

FRAME_S = 1 / 15
STILL_LEVELS = 3.0
"""A pixel whose blurred gray changes less than this from frame to frame stands still."""

Maps = NDArray[np.float32]


@dataclass(frozen=True)
class Steadiness:
    """`flicker`: mean change per frame on still pixels, as a share of the range. `error`, `change_error`: L1 of inverse
    depth and of its change per frame against the truth of moving clips, over the truth's mean absolute deviation."""

    flicker: float
    error: float
    change_error: float


def steadiness(network: Lite, still: list[NDArray[np.uint8]], moving: Shard, frames: int) -> dict[str, Steadiness]:
    """Of the raw network and of the filtered one, on a clip of a camera at rest and on clips of `frames` with truth."""
    answers = np.stack([networks.depth_of(network, picture, 192) for picture in still])
    scores: dict[str, list[tuple[float, float]]] = {"raw": [], "filtered": []}
    for start in range(0, len(moving), frames):
        pictures = [np.asarray(p) for p in moving.pictures[start : start + frames]]
        truth = capped(moving.inverse[start : start + frames].astype(np.float32)).astype(np.float32)
        raw = np.stack([networks.depth_of(network, picture, 192) for picture in pictures])
        for name, maps in (("raw", raw), ("filtered", filtered(raw, pictures))):
            scores[name].append(_against(maps, truth))
    return {
        name: Steadiness(_flicker(maps, still), *(float(np.mean(values)) for values in zip(*scores[name], strict=True)))
        for name, maps in (("raw", answers), ("filtered", filtered(answers, still)))
    }


def filtered(maps: Maps, pictures: list[NDArray[np.uint8]]) -> Maps:
    """Each map (N, H, W) through the filter that the viewer uses."""
    calm = TemporalFilter()
    return np.stack(
        [calm.update(m, p, i * FRAME_S).copy() for i, (m, p) in enumerate(zip(maps, pictures, strict=True))]
    )


def read_still(path: Path, count: int = 90) -> list[NDArray[np.uint8]]:
    """The first frames of a video at 256x192."""
    video = cv2.VideoCapture(str(path))
    frames: list[NDArray[np.uint8]] = []
    while len(frames) < count:
        there, frame = video.read()
        if not there:
            break
        frames.append(cv2.resize(frame[..., ::-1], (256, 192), interpolation=cv2.INTER_AREA).astype(np.uint8))
    if not frames:
        raise FileNotFoundError(f"{path}: no video here; unpack the Debian package opencv-doc")
    return frames


def _flicker(maps: Maps, pictures: list[NDArray[np.uint8]]) -> float:
    gray = np.stack([cv2.GaussianBlur(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), (0, 0), 1.5) for p in pictures])
    still = np.abs(np.diff(gray.astype(np.float32), axis=0)) < STILL_LEVELS
    low, high = np.quantile(maps, (0.02, 0.98))
    return float(np.abs(np.diff(maps, axis=0))[still].mean() / (high - low))


def _against(maps: Maps, truth: Maps) -> tuple[float, float]:
    """One scale and shift for a whole clip; error, and error of the change from frame to frame."""
    fitted = aligned(maps.ravel(), truth.ravel()).reshape(truth.shape)
    spread = np.abs(truth - np.median(truth)).mean() + 1e-9
    change = np.abs(np.diff(fitted, axis=0) - np.diff(truth, axis=0))
    return float(np.abs(fitted - truth).mean() / spread), float(change.mean() / spread)
