"""Depth of a video file: every frame, in order, without a time limit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as F

from engine.depth.live.added_estimator import AddedEstimator
from engine.depth.live.estimator import CPU_INPUT_SIZE, GPU_INPUT_SIZE, Estimator, LiteEstimator, VideoDepthEstimator
from engine.depth.live.stabilize import CutDetector, TemporalFilter
from engine.depth.offline import infer_video
from engine.depth.runtime.device import pick_device
from engine.errors import SettingsError
from engine.frames import DepthKind, DepthMap, Frame
from engine.models.catalog import find, name_for
from engine.models.checkpoints import load
from engine.models.video_depth import VideoDepth
from engine.plugins.registered import NETWORKS
from engine.settings import DepthSettings, Encoder

_BEST_FIRST: tuple[Encoder, ...] = ("vitl", "vitb", "vits")


@dataclass(frozen=True, slots=True, eq=False)
class ClipMap:
    """The depth of one frame of a video."""

    depth: DepthMap
    """(h, w), at the resolution of the network."""
    begins_scene: bool
    """Whether the frame follows a cut, so that scale and shift may have changed."""


class ClipEstimator(Protocol):
    """A network that runs on one video after the other."""

    encoder: str
    device: str
    kind: DepthKind
    input_size: int
    """Short side of the network's input in pixels. May be changed between videos only."""

    def maps(self, frames: Iterable[Frame], *, known: int = 0) -> Iterator[ClipMap]:
        """Yield the depth of each frame, in order, but not that of the first `known` ones.

        `known`: all frames up to one that begins a scene, whose depth is the same without the ones before.
        """

    def enlarge(self, depth: DepthMap, size: tuple[int, int]) -> DepthMap:
        """Resize `depth` (h, w) to the size (H, W) of the frame, with the interpolation that the network expects."""


class FrameByFrame:
    """Networks that take one frame at a time: `lite` with a temporal filter, and Video-Depth-Anything on a stream.

    Both are reset at a cut.
    """

    def __init__(self, estimator: Estimator) -> None:
        estimator.be_repeatable()  # a part of a clip, or the same clip again, must get the same depth
        self._estimator = estimator
        self.encoder, self.device, self.kind = estimator.info.encoder, estimator.info.device, estimator.kind

    @property
    def input_size(self) -> int:
        return self._estimator.input_size

    @input_size.setter
    def input_size(self, size: int) -> None:
        self._estimator.input_size = size

    def maps(self, frames: Iterable[Frame], *, known: int = 0) -> Iterator[ClipMap]:
        estimator, cuts, temporal_filter = self._estimator, CutDetector(), TemporalFilter()
        estimator.reset()
        for index, frame in enumerate(frames):
            image = frame.geometry_image
            is_cut = cuts.update(image)
            if index < known:
                continue
            if is_cut:
                estimator.reset()
                temporal_filter = TemporalFilter()
            depth = estimator.estimate(image)
            if not estimator.is_temporal:
                depth = temporal_filter.update(depth, image, frame.time_s)
            yield ClipMap(depth, begins_scene=is_cut)

    def enlarge(self, depth: DepthMap, size: tuple[int, int]) -> DepthMap:
        return _enlarged(depth, size, align_corners=self._estimator.is_temporal)


class Offline:
    """Video-Depth-Anything on overlapping windows of frames, with one scale for the whole video."""

    def __init__(self, settings: DepthSettings, encoder: str) -> None:
        """Load the weights. Raises CheckpointError or SettingsError."""
        device = pick_device(settings.device)
        model = load(name_for(encoder, metric=settings.metric), device=device, checkpoints_dir=settings.checkpoints_dir)
        assert isinstance(model, VideoDepth)
        self._model, self._settings = model, settings
        self.input_size = settings.input_size or (CPU_INPUT_SIZE if device.type == "cpu" else GPU_INPUT_SIZE)
        self.encoder, self.device = encoder, str(device)
        self.kind = DepthKind.METRIC if settings.metric else DepthKind.DISPARITY

    def maps(self, frames: Iterable[Frame], *, known: int = 0) -> Iterator[ClipMap]:
        assert known == 0, "the whole video is one scene"
        images = (frame.geometry_image for frame in frames)
        maps = infer_video(
            self._model, images, input_size=self.input_size, precision=self._settings.precision, native=True
        )
        for depth in maps:
            yield ClipMap(np.asarray(depth, np.float32), begins_scene=False)

    def enlarge(self, depth: DepthMap, size: tuple[int, int]) -> DepthMap:
        return _enlarged(depth, size, align_corners=True)


class FromRecording:
    """The depth that a recording has, with the same methods as a network."""

    def __init__(self, encoder: str, kind: DepthKind) -> None:
        """`encoder`: the network that computed it; `kind`: that of all maps."""
        self.encoder, self.kind, self.device, self.input_size = encoder, kind, "recording", 0

    def maps(self, frames: Iterable[Frame], *, known: int = 0) -> Iterator[ClipMap]:
        cuts, last = CutDetector(), np.full((1, 1), np.nan, np.float32)
        for index, frame in enumerate(frames):
            is_cut = cuts.update(frame.geometry_image)
            last = last if frame.depth is None else frame.depth  # the end of a file that was cut off may lack some
            if index >= known:
                yield ClipMap(last, begins_scene=is_cut)

    def enlarge(self, depth: DepthMap, size: tuple[int, int]) -> DepthMap:
        return _enlarged(depth, size, align_corners=False)


def make_clip_estimator(settings: DepthSettings, *, streaming: bool) -> ClipEstimator:
    """Load the network that `settings` ask for; `auto` is the largest whose weights are on this machine.

    `streaming`: let Video-Depth-Anything see earlier frames only, as it does live.
    Raises CheckpointError if its weights are absent or damaged, SettingsError for an impossible choice.
    """
    encoder = settings.encoder
    if encoder == "auto":
        encoder = _best_present(settings)
    if encoder in NETWORKS:
        return FrameByFrame(AddedEstimator(settings))
    if encoder == "lite":
        if settings.metric:
            raise SettingsError("lite has no metric version; use --encoder vits, vitb or vitl with --metric")
        # the estimator's own choice would depend on how busy the machine is
        size = settings.input_size or CPU_INPUT_SIZE
        return FrameByFrame(LiteEstimator(settings.model_copy(update={"encoder": "lite", "input_size": size})))
    return FrameByFrame(VideoDepthEstimator(settings, encoder)) if streaming else Offline(settings, encoder)


def _best_present(settings: DepthSettings) -> Encoder:
    present = (e for e in _BEST_FIRST if find(name_for(e, metric=settings.metric), settings.checkpoints_dir))
    return next(present, "vits" if settings.metric else "lite")


def _enlarged(depth: DepthMap, size: tuple[int, int], *, align_corners: bool) -> DepthMap:
    if depth.shape == size:
        return depth
    maps = torch.from_numpy(np.ascontiguousarray(depth, np.float32))[None, None]
    enlarged: DepthMap = F.interpolate(maps, size=size, mode="bilinear", align_corners=align_corners)[0, 0].numpy()
    return enlarged
