"""Films of videos: every frame with its own depth, drawn again in a second pass over the file."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.depth.live.shots import ShotCounter
from engine.depth.live.stabilize import CutDetector
from engine.depth.transparency import up_to_the_cut, without_transparent
from engine.film.ahead import looks_ahead
from engine.film.painter import Painter
from engine.film.parts import numbers_of, parts_of
from engine.film.ranges import smoothed_ranges
from engine.frames import DeepImage, DepthFrame, DepthMap, DepthRange, Frame, Image, scale_intrinsics
from engine.geometry.intrinsics import camera_of
from engine.geometry.world import measured_only
from engine.pipeline.clip_depth import ClipDepth, Progress, depth_of
from engine.settings import Settings
from engine.sources.recording.clip import Clip, Deep
from engine.sources.rgbd.packing import packing_of
from engine.sources.sizes import GEOMETRY_RES, with_proxy

if TYPE_CHECKING:
    from engine.depth.clip import ClipEstimator


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a video file, or of a folder of images."""

    path: Path
    longest_px: int
    """Longest side of the frames; larger ones are scaled down."""
    from_s: float = 0.0
    until_s: float | None = None
    sequence_fps: float = 30.0
    """Frames per second of a folder."""


class _Noted:
    """The frames of a clip with their geometry. It notes cuts and shots on the way."""

    def __init__(self, clip: Clip) -> None:
        self._clip, self.path, self.expected_frames = clip, clip.path, clip.expected_frames
        self.cuts: list[int] = []
        """Frames that begin another shot."""
        self.shots: list[int] = []
        """The number of the shot of each frame; it also changes while the camera moves."""

    def frames(self) -> Iterator[Frame]:
        self.cuts, self.shots = [], []
        cuts, shots = CutDetector(), ShotCounter()
        for frame in map(with_proxy, self._clip.frames()):
            is_cut = cuts.update(frame.geometry_image)
            if is_cut:
                self.cuts.append(frame.index)
            self.shots.append(shots.update(frame.geometry_image, is_cut=is_cut))
            yield frame


class ClipFilm:
    """The frames of a video's film, whose depth is known."""

    def __init__(
        self, excerpt: Excerpt, clip: Clip, depth: ClipDepth, noted: _Noted, estimator: "ClipEstimator",
        settings: Settings,
    ) -> None:  # fmt: skip
        self.excerpt, self._clip, self._depth, self._shots = excerpt, clip, depth, noted.shots
        self._estimator, self._settings = estimator, settings
        percentiles = settings.depth.depth_min_percentile, settings.depth.depth_max_percentile
        cuts = sorted({*noted.cuts, *depth.scenes[1:]})
        self.parts = parts_of(noted.cuts, depth.times_s)
        """The frames of each part. A part is drawn without the others."""
        self._part_numbers = numbers_of(self.parts)
        self._ranges = smoothed_ranges(depth.spool, cuts, float(clip.fps), percentiles)

    @property
    def count(self) -> int:
        return len(self._depth.spool)

    @property
    def fps(self) -> Fraction:
        return self._clip.fps

    @property
    def is_regular(self) -> bool:
        return self._depth.is_regular(self._clip.fps)

    @property
    def size(self) -> tuple[int, int]:
        """(H, W) of the source's frames."""
        return self._depth.size

    @property
    def end_s(self) -> float:
        """When the last frame ends, in seconds from the first."""
        return self._depth.times_s[-1] + float(1 / self._clip.fps)

    @property
    def clip(self) -> Clip:
        return self._clip

    def starts_s(self, part: range) -> float:
        """Return when `part` begins, in seconds."""
        return self._depth.times_s[part.start]

    def pictures(
        self, painter: Painter, parts: Sequence[range] | None = None
    ) -> Iterator[tuple[Image | DeepImage, float]]:
        """Yield each picture (H, W, 3) of `parts`, or of all, and its time in seconds."""
        parts = self.parts if parts is None else parts
        starts = {part.start for part in self.parts}
        looks = looks_ahead(self._shots, self._depth.times_s, starts) if painter.has_memory else {}
        numbers = {self._part_numbers[part.start] for part in parts}
        for frame in self._clip.frames(lambda index: self._part_numbers[index] in numbers, deep=painter.deep):
            depth_frame, part = self._with_depth(with_proxy(frame), frame.index), self._part_numbers[frame.index]
            for other in self._small_frames(looks.get(frame.index, []), part, painter.deep):
                painter.remember(other)
            draw = painter.draw if painter.deep is None else painter.draw_deep
            yield draw(depth_frame, painter.home(depth_frame)), frame.time_s

    def _small_frames(self, wanted: list[int], part: int, deep: Deep | None) -> list[DepthFrame]:
        """Decode the frames `wanted`, without more colors than their geometry has, and return them with their depth.

        part: the number of the part for which they are shown. deep: as in `Clip.frames`.
        """
        if not wanted:
            return []
        times, start_s = np.array(self._depth.times_s), self._clip.start_s
        before_s = times[max(min(wanted) - 1, 0)]
        found: dict[int, DepthFrame] = {}
        small = replace(self.excerpt, longest_px=GEOMETRY_RES, from_s=self.excerpt.from_s + before_s, until_s=None)
        clip = _clip(small, self._settings)
        for frame in clip.frames(deep=deep):
            at_s = clip.start_s + frame.time_s - start_s
            index = int(np.abs(times - at_s).argmin())
            if index in wanted:
                found[index] = self._with_depth(replace(frame, time_s=times[index]), index, part)
            if index >= max(wanted):
                break
        return [found[index] for index in wanted if index in found]

    def _with_depth(self, frame: Frame, index: int, part: int | None = None) -> DepthFrame:
        # the renderer forgets a shot when its number changes, so that no part depends on the one before
        shot = self._shots[index] + (self._part_numbers[index] if part is None else part)
        depth, span = self._depth.spool[index], self._ranges[index]
        return _with_depth(frame, depth, span, self._estimator, self._settings, shot)


def _with_depth(
    frame: Frame, depth: DepthMap, span: DepthRange, estimator: "ClipEstimator", settings: Settings, shot: int = 0
) -> DepthFrame:
    (width, height), (h, w) = frame.geometry_px, depth.shape
    matrix, camera = camera_of(frame, settings.depth)
    depth = up_to_the_cut(measured_only(depth, estimator.kind, fill=span.low), frame)
    return DepthFrame(
        frame, without_transparent(depth, frame), estimator.kind,
        scale_intrinsics(matrix, w / width, h / height), span, estimator.encoder, camera=camera, shot=shot,
    )  # fmt: skip


@contextmanager
def film_of(
    excerpt: Excerpt, estimator: "ClipEstimator", settings: Settings, folder: Path, progress: Progress, *,
    is_kept: bool = False,
) -> Iterator[ClipFilm]:  # fmt: skip
    """Compute the depth of all frames, which is kept in `folder` until the block ends.

    `is_kept`: it stays there, and what another process left there is used.
    Raises SourceError, OutputError, MemoryShortageError.
    """
    clip = _clip(excerpt, settings)
    noted = _Noted(clip)
    with depth_of(noted, estimator, folder, progress, is_kept=is_kept) as depth:
        yield ClipFilm(excerpt, clip, depth, noted, estimator, settings)


def sampled(excerpt: Excerpt, count: int, estimator: "ClipEstimator", settings: Settings) -> Iterator[DepthFrame]:
    """Yield `count` frames from the whole excerpt, each with depth that knows nothing of the others."""
    whole = _clip(excerpt, settings)
    seconds = float((whole.expected_frames or 1) / whole.fps)
    for index in range(count):
        at_s = excerpt.from_s + seconds * (index + 0.5) / count
        one = replace(excerpt, from_s=at_s)
        frame = with_proxy(next(_clip(one, settings).frames()))
        (found,) = estimator.maps([frame])
        yield _with_depth(frame, found.depth, DepthRange.of(found.depth, estimator.kind), estimator, settings)


def _clip(excerpt: Excerpt, settings: Settings) -> Clip:
    return Clip(
        excerpt.path, max_res=excerpt.longest_px, crop=settings.source.crop,
        from_s=excerpt.from_s, until_s=excerpt.until_s, sequence_fps=excerpt.sequence_fps,
        packing=packing_of(settings.source, excerpt.path),
    )  # fmt: skip
