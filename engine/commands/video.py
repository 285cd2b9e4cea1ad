"""`python -m engine video IN…`: turn videos into depth videos."""

import logging
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from engine import logs
from engine.commands import batch
from engine.commands.arguments import Arguments
from engine.commands.models import checkpoints_dir
from engine.commands.option import Positional
from engine.errors import SourceError
from engine.settings import PACKED, AnyEncoder, DepthSettings, SourceSettings
from engine.settings.run_options import Outputs
from engine.settings.values import Crop

if TYPE_CHECKING:
    from engine.pipeline.convert_video import VideoConverter

log = logging.getLogger(__name__)

Step = TypeVar("Step")


class Network(DepthSettings):
    """Network."""

    encoder: AnyEncoder = "auto"
    """Depth network. lite is built in; vits, vitb, vitl are Video-Depth-Anything. auto: the largest one installed."""
    input_size: int = Field(0, ge=0, le=1036)
    """Short side of the network's input in pixels. 0: 252 for lite and on a CPU, 518 on a GPU."""


_NETWORK = {"encoder", "metric", "input_size", "device", "precision", "mps_fallback", "checkpoints_dir"}
_WITHOUT = {f"network.{name}" for name in DepthSettings.model_fields if name not in _NETWORK} | {
    f"source.{name}" for name in SourceSettings.model_fields if name not in PACKED
}
"""Settings without effect on a conversion."""


class VideoArguments(BaseModel):
    """Turn videos into depth videos: NAME_depth.mp4, and NAME_side_by_side.mp4 with each frame beside its depth.

    The exit code is 0 if all succeeded, 1 if some failed, and 2 if all failed or an argument is wrong.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    videos: Positional[tuple[Path, ...]] = Field(min_length=1)
    """Video files (MP4, MKV, WebM, MOV, AVI, …), or RGB-D recordings."""
    network: Network = Network()
    fp32: bool = False
    """The same as --precision fp32."""
    streaming: bool = False
    """Run Video-Depth-Anything without looking ahead, as it does live. It needs less memory and flickers more."""
    max_res: int = Field(1280, ge=64, le=4096)
    """Longest side of the frames in pixels. Larger frames are scaled down."""
    max_len: int | None = Field(None, ge=1)
    """Convert at most this many frames of each video."""
    crop: Crop = "auto"
    """Cut off black bars (auto), nothing (off), or LEFT,TOP,RIGHT,BOTTOM in pixels of the video, such as 0,60,0,60."""
    target_fps: float | None = Field(None, gt=0, le=1000)
    """Drop frames to reach this frame rate. By default every frame is kept."""
    source: SourceSettings = SourceSettings()
    outputs: Outputs = Outputs()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Verbosity of the terminal output."""


EXAMPLES = ("clip.mp4", "clip.mp4 --encoder vits --save-npz", "*.mp4 --grayscale --depth-only --output-dir depth")


def main(argv: list[str]) -> int:
    """Convert each video. One that fails does not stop the others."""
    parser = Arguments(VideoArguments, "video", without=_WITHOUT, examples=EXAMPLES)
    return batch.run(lambda: _convert_all(parser.complete(parser.read(argv))))


def _convert_all(arguments: VideoArguments) -> int:
    logs.setup(arguments.log_level)
    settings: DepthSettings = arguments.network.model_copy(
        update={"checkpoints_dir": checkpoints_dir(arguments.network.checkpoints_dir)}
    )
    if arguments.fp32:
        settings = settings.model_copy(update={"precision": "fp32"})
    export = _make_export(settings, arguments)
    earlier: list[Path] = []

    def convert(path: Path) -> None:
        before = tuple(earlier)
        earlier.append(path)
        _refuse_overwriting(path, before, arguments)
        _convert(export, path, arguments)

    return batch.each(arguments.videos, convert, "videos")


def _make_export(settings: DepthSettings, arguments: VideoArguments) -> "VideoConverter":
    from engine.depth.runtime.device import allow_mps_fallback

    allow_mps_fallback(settings.mps_fallback)
    from engine.depth.clip import make_clip_estimator
    from engine.pipeline.convert_video import VideoConverter

    estimator = make_clip_estimator(settings, streaming=arguments.streaming)
    log.info("%s on %s", estimator.encoder, estimator.device)
    return VideoConverter(estimator, arguments.outputs, _progress)


def _convert(export: "VideoConverter", path: Path, arguments: VideoArguments) -> None:
    from engine.depth.clip import FromRecording
    from engine.files.gallery import remember
    from engine.pipeline.convert_video import VideoConverter
    from engine.sources.recording.clip import Clip
    from engine.sources.rgbd.packing import packing_of

    started_s = time.monotonic()
    clip = Clip(
        path, max_res=arguments.max_res, target_fps=arguments.target_fps, max_frames=arguments.max_len,
        crop=arguments.crop, packing=packing_of(arguments.source, path),
    )  # fmt: skip
    log.info("%s: about %s frames at %.4g fps", path, clip.expected_frames or "?", float(clip.fps))
    if clip.recorded:
        export = VideoConverter(FromRecording(clip.recorded.model, clip.recorded.kind), arguments.outputs, _progress)
    frames = export.run(clip, arguments.max_len)
    remember("depth video", *arguments.outputs.videos(path))
    if arguments.outputs.save_rgbd:
        remember("recording", arguments.outputs.recording(path))
    taken_s = time.monotonic() - started_s
    written = ", ".join(str(video) for video in arguments.outputs.videos(path))
    batch.report(f"{path}: {frames} frames in {taken_s:.1f} s ({frames / taken_s:.1f} fps): {written}")


def _refuse_overwriting(path: Path, earlier: tuple[Path, ...], arguments: VideoArguments) -> None:
    """Raise SourceError if the results would overwrite a source or the results of an earlier one."""
    written = {os.path.realpath(video) for video in arguments.outputs.videos(path)}
    for other in arguments.videos:
        if os.path.realpath(other) in written:  # Path.resolve raises at a loop of links
            raise SourceError(
                f"{path} would be written to {other}, which is a source itself; choose another --output-dir"
            )
    for other in earlier:
        if other.stem == path.stem:
            raise SourceError(
                f"{path} would be written to the same files as {other}; convert it separately, to another --output-dir"
            )


def _progress(steps: Iterable[Step], doing: str, total: int | None) -> Iterable[Step]:
    """Show a progress bar with the remaining time, if the output is a terminal."""
    from tqdm import tqdm

    bar: Iterable[Step] = tqdm(steps, desc=doing, total=total, unit="frame", disable=None, leave=False)
    return bar
