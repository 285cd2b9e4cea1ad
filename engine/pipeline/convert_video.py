"""Converting a video clip to a depth video and other files.

There are two passes. The first one computes depth into a temporary file. Then the depth range of the whole clip is
known, so the second one colors all frames alike: nothing flickers, and memory does not grow with the clip.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from engine.export.audio_track import AudioRefusedError, AudioTrack
from engine.export.colorize import colorize, side_by_side
from engine.export.depth_files import PngScale, save_exr, save_npz, save_png16
from engine.export.ply import save_points
from engine.export.rgbd_video import Layout, RgbdVideo
from engine.export.tum_folder import TumFolder
from engine.export.video_writer import VideoFile
from engine.files.atomic import complete_file, complete_folder
from engine.frames import DepthFrame, DepthKind, DepthMap, DepthRange, Image
from engine.geometry.pose import placed
from engine.geometry.world import pixel_rays, world_map
from engine.pipeline.clip_depth import ClipDepth, Progress, depth_of
from engine.settings import SceneSettings
from engine.settings.run_options import Outputs
from engine.sources.recording.clip import Clip

if TYPE_CHECKING:
    from engine.depth.clip import ClipEstimator

log = logging.getLogger(__name__)

PERCENTILES = (1.0, 99.0)
"""Percentiles of the depth that shares a scale: mapped to the darkest and the brightest color."""
Write = Callable[[DepthFrame, Image], None]
"""Adds a frame and the picture of its depth to a file."""


class VideoConverter:
    """Converts clips to files with one network."""

    def __init__(self, estimator: "ClipEstimator", outputs: Outputs, progress: Progress) -> None:
        self._estimator, self._outputs, self._progress = estimator, outputs, progress

    def run(self, clip: Clip, max_frames: int | None = None) -> int:
        """Write all files for `clip` and return the number of its frames. `max_frames` is the clip's own limit.

        Raises SourceError if the clip cannot be read, OutputError if a file cannot be written, and MemoryShortageError
        if even the smallest input is too large. Incomplete files are removed.
        """
        try:
            with depth_of(clip, self._estimator, self._outputs.output_dir, self._progress) as passed:
                self._write(clip, passed, max_frames)
                return len(passed.spool)
        finally:
            with suppress(OSError):  # fails if it holds files or does not exist: both are fine
                self._outputs.folder(clip.path).rmdir()

    def _write(self, clip: Clip, passed: ClipDepth, max_frames: int | None) -> None:
        """Run the second pass, and repeat it without audio if the audio cannot be copied."""
        try:
            self._write_files(clip, passed, max_frames, with_audio=clip.is_video)
        except AudioRefusedError as error:
            log.warning("%s: its audio cannot be copied (%s); written without audio", clip.path, error)
            self._write_files(clip, passed, max_frames, with_audio=False)

    def _write_files(self, clip: Clip, passed: ClipDepth, max_frames: int | None, *, with_audio: bool) -> None:
        frames = len(passed.spool)
        end_s = passed.times_s[-1] + float(1 / clip.fps) if frames == max_frames else None

        def audio() -> AudioTrack:
            return AudioTrack(clip.path, clip.start_s, end_s, clip.offsets_s)

        with ExitStack() as open_files:
            writers = [
                self._video(open_files, path, clip, passed, audio() if with_audio else None, beside=index == 1)
                for index, path in enumerate(self._outputs.videos(clip.path))
            ]
            writers += self._per_frame(open_files, clip, passed)
            if self._outputs.save_rgbd:
                writers.append(self._rgbd(open_files, clip, passed, audio() if with_audio else None))
            for depth_frame in self._progress(self._again(clip, passed), "writing", frames):
                picture = self._picture(depth_frame)
                for write in writers:
                    write(depth_frame, picture)
        if self._outputs.save_npz:
            self._npz(clip, passed)

    def _again(self, clip: Clip, passed: ClipDepth) -> Iterator[DepthFrame]:
        """Decode the frames again and yield them with their depth."""
        ranges = _ranges(passed, self._estimator.kind)
        for frame, depth, span in zip(clip.frames(), passed.spool, ranges, strict=True):
            found = DepthFrame(frame, depth, self._estimator.kind, range=span, model=self._estimator.encoder)
            if frame.recorded:
                found = replace(found, camera=frame.recorded.camera, calibration=frame.recorded.calibration)
            yield found

    def _video(
        self,
        open_files: ExitStack,
        path: Path,
        clip: Clip,
        passed: ClipDepth,
        audio: AudioTrack | None,
        *,
        beside: bool,
    ) -> Write:
        """Open a video file. Return a function that adds a frame, with the source picture on the left if `beside`."""
        height, width = passed.size
        if beside:
            width = 2 * (width + width % 2)
        temporary = open_files.enter_context(complete_file(path))
        video = open_files.enter_context(
            VideoFile(
                temporary, (width, height), clip.fps,
                is_regular=passed.is_regular(clip.fps), tracks=[audio] if audio else [],
            )
        )  # fmt: skip

        def write(frame: DepthFrame, picture: Image) -> None:
            video.write(side_by_side(frame.frame.image, picture) if beside else picture, frame.frame.time_s)

        return write

    def _rgbd(self, open_files: ExitStack, clip: Clip, passed: ClipDepth, audio: AudioTrack | None) -> Write:
        """Open a recording, whose depth has the resolution of the network."""
        path = self._outputs.recording(clip.path)
        temporary = open_files.enter_context(complete_file(path))
        layout = Layout.of(next(self._again(clip, passed)))
        video = open_files.enter_context(RgbdVideo(temporary, layout, clip.fps, tracks=[audio] if audio else []))
        return lambda frame, _: video.write(frame, frame.frame.time_s)

    def _picture(self, frame: DepthFrame) -> Image:
        """Return the depth as a picture (H, W, 3). Missing depth is drawn as far."""
        nearness = world_map(frame, SceneSettings()).nearness(frame.depth).astype(np.float32)
        nearness[np.isnan(frame.depth)] = 0
        height, width = frame.frame.image.shape[:2]
        return colorize(self._estimator.enlarge(nearness, (height, width)), grayscale=self._outputs.grayscale)

    def _per_frame(self, open_files: ExitStack, clip: Clip, passed: ClipDepth) -> list[Write]:
        """Return a writer for each requested kind of per-frame files."""
        estimator, folder = self._estimator, self._outputs.folder(clip.path)
        writers: list[Write] = []
        if self._outputs.save_exr:
            exr = open_files.enter_context(complete_folder(folder / "exr"))
            writers.append(
                lambda f, _: save_exr(exr / _name(f, "exr"), estimator.enlarge(f.depth, passed.size), f.kind)
            )
        if self._outputs.save_png16:
            png = open_files.enter_context(complete_folder(folder / "png16"))
            scale = PngScale.spanning(estimator.kind, *passed.spool.extremes)
            scale.save(png / "scale.json")
            writers.append(
                lambda f, _: save_png16(png / _name(f, "png"), estimator.enlarge(f.depth, passed.size), scale)
            )
        if self._outputs.save_ply:
            ply = open_files.enter_context(complete_folder(folder / "ply"))
            writers.append(lambda f, _: save_points(ply / _name(f, "ply"), _points(f), f.frame.image, comment=_axes(f)))
        if self._outputs.save_tum:
            tum = open_files.enter_context(TumFolder(open_files.enter_context(complete_folder(folder / "tum"))))
            writers.append(lambda f, _: tum.write(f, self._enlarged(f, passed.size)))
        return writers

    def _enlarged(self, frame: DepthFrame, size: tuple[int, int]) -> DepthMap:
        """Return the depth map at the size (H, W) of the frame: of measured depth, the nearest pixels."""
        if frame.model != "source":
            return self._estimator.enlarge(frame.depth, size)
        return np.asarray(cv2.resize(frame.depth, size[::-1], interpolation=cv2.INTER_NEAREST_EXACT), np.float32)

    def _npz(self, clip: Clip, passed: ClipDepth) -> None:
        estimator, frames = self._estimator, len(passed.spool)
        maps = (estimator.enlarge(depth, passed.size) for depth in passed.spool)
        with complete_file(self._outputs.folder(clip.path) / "depths.npz") as temporary:
            save_npz(
                temporary,
                self._progress(maps, "npz", frames),
                (frames, *passed.size),
                kind=np.array(estimator.kind.value),
                fps=np.array(float(clip.fps)),
                times_s=np.array(passed.times_s),
            )


def _points(frame: DepthFrame) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return points (h, w, 3) as the viewer shows them or, if they are meters of a camera whose pose is known, in its
    world; NaN where depth is missing."""
    rays = pixel_rays(frame.intrinsics, *frame.depth.shape)
    points = world_map(frame, SceneSettings()).points(frame.depth, *rays)
    pose = frame.frame.pose
    return points if pose is None or not frame.is_metric else placed(points, pose)


def _axes(frame: DepthFrame) -> str:
    """Return what a point cloud's comment says about its numbers."""
    unit = "unit: meters" if frame.is_metric else "no unit"
    return f"{unit}, in the world of the camera poses" if frame.is_metric and frame.frame.pose is not None else unit


def _name(frame: DepthFrame, suffix: str) -> str:
    return f"{frame.frame.index:06d}.{suffix}"


def _ranges(passed: ClipDepth, kind: DepthKind) -> Iterator[DepthRange]:
    """Yield the range of each frame: one per scene, or one for the whole clip where depth is in meters."""
    starts = [0] if kind is DepthKind.METRIC else passed.scenes
    for start, stop in zip(starts, [*starts[1:], len(passed.spool)], strict=True):
        shared = passed.spool.range(start, stop, PERCENTILES)
        yield from [shared] * (stop - start)
