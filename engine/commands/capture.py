"""`python -m engine capture IMAGE…`: turn pictures into 3D files."""

import logging
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import cache
from math import radians
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine import logs
from engine.commands import batch
from engine.commands.arguments import Arguments
from engine.commands.models import checkpoints_dir
from engine.commands.option import Positional
from engine.errors import SourceError
from engine.settings import PACKED, CaptureSettings, DepthSettings, Settings, SourceSettings
from engine.settings.values import Crop

if TYPE_CHECKING:
    from tqdm import tqdm

    from engine.depth.capture.runner import Capturer
    from engine.frames import Capture, Frame
    from engine.geometry.mesh import ColoredMesh
    from engine.render.renderer import Renderer

log = logging.getLogger(__name__)

VIEW_PX = (1280, 720)
_VIEW_YAW_DEG, _VIEW_PITCH_DEG = -14, 7


_WITHOUT = {
    *(f"source.{name}" for name in SourceSettings.model_fields if name not in PACKED),
    *(f"capture.{name}" for name in ("captures_dir", "calibrate", "multi_view", "least_confident", "replay_s")),
    *(f"depth.{name}" for name in ("encoder", "backend", "input_size", "temporal_filter", "range_time_s")),
}
"""Settings without effect on a capture."""


class CaptureArguments(BaseModel):
    """Turn pictures into 3D: a folder for each, with depth map, camera, mesh, point cloud and a side view.

    Of a video or an RGB-D recording it is the picture at --at. Measured depth is kept, and no network runs for it.
    With --views, several views of an RGB-D recording become one mesh, if it says where its camera was.

    The exit code is 0 if all succeeded, 1 if some failed, and 2 if all failed or an argument is wrong.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    images: Positional[tuple[Path, ...]] = Field(min_length=1)
    """Picture files (JPEG, PNG, WebP, TIFF, …), videos, or RGB-D recordings."""
    at: float = Field(0.0, ge=0)
    """Which picture of a video or a recording, in seconds from its start."""
    views: int = Field(1, ge=1, le=64)
    """Number of views of an RGB-D recording that become one mesh. They are spread over all of it."""
    output_dir: Path = Path("captures")
    """Folder for the results; each picture gets a folder of its name in it."""
    max_res: int = Field(2048, ge=64, le=4096)
    """Longest side of the picture in pixels. Larger pictures are scaled down."""
    crop: Crop = "auto"
    """Cut off black bars (auto), nothing (off), or LEFT,TOP,RIGHT,BOTTOM in pixels of the picture: 0,60,0,60."""
    source: SourceSettings = SourceSettings()
    capture: CaptureSettings = CaptureSettings()
    depth: DepthSettings = DepthSettings()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Verbosity of the terminal output."""


EXAMPLES = (
    "photo.jpg",
    "*.jpg --output-dir scenes --metric",
    "photo.jpg --capture-model lite --max-res 1024",
    "recording.r3d --views 24",
)


def main(argv: list[str]) -> int:
    """Capture each picture. One that fails does not stop the others."""
    parser = Arguments(CaptureArguments, "capture", without=_WITHOUT, examples=EXAMPLES)
    return batch.run(lambda: _capture_all(parser.complete(parser.read(argv))))


def _capture_all(arguments: CaptureArguments) -> int:
    from engine.depth.runtime.device import allow_mps_fallback

    allow_mps_fallback(arguments.depth.mps_fallback)
    from engine.gl.context import headless_context
    from engine.render.renderer import Renderer

    logs.setup(arguments.log_level)
    depth = arguments.depth.model_copy(update={"checkpoints_dir": checkpoints_dir(arguments.depth.checkpoints_dir)})
    settings = Settings(depth=depth, capture=arguments.capture)
    renderer = Renderer(headless_context(), VIEW_PX)
    try:
        one = _capture if arguments.views == 1 else _fuse
        return batch.each(
            arguments.images, lambda path: batch.report(one(path, arguments, settings, renderer)), "pictures"
        )
    finally:
        renderer.release()


def _capture(path: Path, arguments: CaptureArguments, settings: Settings, renderer: "Renderer") -> str:
    """Capture one picture and return a line about it for the user. Raises SourceError, OutputError."""
    capture = _with_depth(_frame(path, arguments), path.name, settings)
    if capture.note is not None:
        log.warning("%s", capture.note)
    place = _save(path, arguments, settings, renderer, capture)
    height, width = capture.frame.depth.shape
    seconds = capture.frame.done_s - capture.frame.started_s
    return f"{path}: {width}x{height} by {capture.frame.model} in {seconds:.1f} s: {place}"


def _fuse(path: Path, arguments: CaptureArguments, settings: Settings, renderer: "Renderer") -> str:
    """Fuse views of one recording and return a line about it for the user. Raises SourceError, OutputError."""
    from tqdm import tqdm

    from engine.depth.tsdf.mesh import fuse_mesh
    from engine.frames import Capture
    from engine.geometry.fusion import PosedView
    from engine.pipeline.posed_views import read_posed

    frames = read_posed(path, arguments.views, arguments.max_res)
    views = [PosedView.of(frame) for frame in frames]
    with tqdm(desc=path.name, total=100, unit="%", disable=None, leave=False) as bar:
        mesh = fuse_mesh(views, watch=lambda share: _move(bar, share))
    if not len(mesh.triangles):
        raise SourceError(f"{path}: its views show no surface")
    place = _save(path, arguments, settings, renderer, Capture(frames[0], extrinsics=views[0].extrinsics), mesh)
    return f"{path}: {len(mesh.triangles):,} triangles of {1000 * mesh.voxel:.1f} mm, {len(views)} views: {place}"


def _save(
    path: Path,
    arguments: CaptureArguments,
    settings: Settings,
    renderer: "Renderer",
    capture: "Capture",
    fused: "ColoredMesh | None" = None,
) -> Path:
    """Write a capture, or what several views make together, with a side view. Return its folder. Raises OutputError."""
    from engine.export.capture_folder import free_place, save_capture
    from engine.files.gallery import remember
    from engine.geometry.world import pivot_distance
    from engine.navigation.camera import Camera
    from engine.pipeline.subject import as_fine_as_its_picture, subject_of

    settings = as_fine_as_its_picture(capture, settings)
    camera = Camera.home(pivot_distance(capture.frame, settings.scene))
    camera = camera.orbited(radians(_VIEW_YAW_DEG), radians(_VIEW_PITCH_DEG))
    subject = subject_of(renderer, capture, settings)()
    renderer.draw(capture.frame, camera, settings, fused, antialias=True)
    place = free_place(arguments.output_dir / path.stem)
    save_capture(place, subject, datetime.now(), renderer.read(), camera, fused)
    remember("capture", place)
    return place


def _frame(path: Path, arguments: CaptureArguments) -> "Frame":
    """Return the picture of a file, or of a recording the one that is wanted. Raises SourceError."""
    from engine.sources import sizes
    from engine.sources.base import Recording
    from engine.sources.registry import open_source

    known = {"source": str(path), "crop": arguments.crop, "embedded_depth": False}
    with closing(open_source(arguments.source.model_copy(update=known))) as source:
        if isinstance(source, Recording) and arguments.at:
            source.seek(arguments.at)
        frame = sizes.read(source, arguments.max_res)
    if frame is None:
        raise SourceError(f"{path} shows no picture")
    return replace(frame, original=None)


def _with_depth(frame: "Frame", name: str, settings: Settings) -> "Capture":
    """Return `frame` with the depth that was measured with it, or else that of the best network."""
    from tqdm import tqdm

    from engine.depth.capture.result import Estimate, capture_of
    from engine.geometry.own_depth import has_measured, own_depth

    if has_measured(frame):
        return capture_of(frame, Estimate(*own_depth(frame, settings.depth)), "source", settings.depth, 0.0, 0.0)
    capturer = _capturer(settings)
    with tqdm(desc=name, total=100, unit="%", disable=None, leave=False) as bar:
        capturer.watch(lambda share: _move(bar, share))
        (capture,) = capturer.take([frame], settings)
    return capture


@cache
def _capturer(settings: Settings) -> "Capturer":
    from engine.clock import RealClock
    from engine.depth.capture.runner import make_capturer

    return make_capturer(settings, RealClock())


def _move(bar: "tqdm[Any]", share: float) -> None:
    bar.update(round(100 * share) - bar.n)
