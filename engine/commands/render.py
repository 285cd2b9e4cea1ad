"""`python -m engine render IN…`: photographs that move, and videos in stereo."""

import json
import logging
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from engine import logs
from engine.commands import batch
from engine.commands.arguments import Arguments
from engine.commands.models import checkpoints_dir
from engine.commands.option import Positional
from engine.commands.progress_lines import ProgressLines
from engine.errors import InputError, SourceError
from engine.film.command_line import GROUPS, WITHOUT_EFFECT
from engine.film.options import FilmOptions
from engine.settings import (
    CaptureSettings,
    DepthSettings,
    DisplaySettings,
    LightSettings,
    SceneSettings,
    Settings,
    SourceSettings,
    StereoSettings,
)
from engine.settings.traits import Traits

if TYPE_CHECKING:
    from engine.film.studio import Studio

log = logging.getLogger(__name__)

Step = TypeVar("Step")


class RenderArguments(BaseModel):
    """Render photographs that move, and videos in stereo, to files.

    A photograph swings from side to side unless --path says otherwise. A video keeps its audio, subtitles and
    chapters. The exit code is 0 if
    all succeeded, 1 if some failed, and 2 if all failed or an argument is wrong.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: Positional[tuple[Path, ...]] = Field(min_length=1)
    """Pictures, folders of captures, videos, RGB-D recordings, or folders of pictures, each of them a frame."""
    film: FilmOptions = FilmOptions()
    skip_existing: Annotated[bool, Traits(is_common=True)] = False
    """Leave out sources whose result is there already."""
    preview: Annotated[int | None, Traits(is_common=True)] = Field(None, ge=1, le=100)
    """Render only this many moments, as one picture NAME_preview.jpg, to find the right settings first."""
    progress: Annotated[Literal["auto", "json"], Traits(is_common=True)] = "auto"
    """json: one line of JSON each second, and one for each result, for other programs."""
    source: SourceSettings = SourceSettings()
    depth: DepthSettings = DepthSettings()
    capture: CaptureSettings = CaptureSettings()
    scene: SceneSettings = SceneSettings()
    display: DisplaySettings = DisplaySettings()
    light: LightSettings = LightSettings()
    stereo: StereoSettings = StereoSettings()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Verbosity of the terminal output."""


EXAMPLES = (
    "film.mkv --stereo half-side-by-side",
    "photo.jpg",
    "photo.jpg --path circle --seconds 6 --format webp",
    "*.jpg --path dolly --loop --output-dir loops",
)


def main(argv: list[str]) -> int:
    """Render each source. One that fails does not stop the others."""
    parser = Arguments(RenderArguments, "render", without=WITHOUT_EFFECT, examples=EXAMPLES, has_short_help=True)
    return batch.run(
        lambda: _render_all(parser.complete(parser.read(argv))),
        kept="the same command goes on with the finished parts of a video",
    )


def _render_all(arguments: RenderArguments) -> int:
    from engine.depth.runtime.device import allow_mps_fallback

    logs.setup(arguments.log_level)
    if arguments.source.depth_map is not None and len(arguments.sources) > 1:
        raise InputError(f"{arguments.source.depth_map} is the depth map of one photograph; give only that one")
    allow_mps_fallback(arguments.depth.mps_fallback)
    from engine.film.studio import Studio

    depth = arguments.depth.model_copy(update={"checkpoints_dir": checkpoints_dir(arguments.depth.checkpoints_dir)})
    settings = Settings(**{name: getattr(arguments, name) for name in GROUPS} | {"depth": depth})
    progress = ProgressLines() if arguments.progress == "json" else _progress
    studio = Studio(settings, arguments.film, progress)
    taken: dict[Path, Path] = {}
    try:
        return batch.each(arguments.sources, lambda path: _render(studio, path, arguments, taken), "sources")
    finally:
        studio.close()


def _render(studio: "Studio", path: Path, arguments: RenderArguments, taken: dict[Path, Path]) -> None:
    """Render one source. Raises SourceError if that would overwrite a source, or the result of one in `taken`."""
    from engine.files.gallery import remember

    started_s = time.monotonic()
    target = studio.target(path)
    for place in map(Path, map(os.path.realpath, target.paths)):  # Path.resolve raises at a loop of links
        for other in arguments.sources:
            if os.path.realpath(other) == str(place):
                raise SourceError(f"{path} would be written to {other}, which is a source; choose another --output-dir")
        if place in taken:
            raise SourceError(
                f"{path} would be written to the same file as {taken[place]}; "
                "render it separately, to another --output-dir"
            )
        taken[place] = path
    if arguments.skip_existing and all(written.exists() for written in target.paths):
        _report(arguments, path, f"{path}: {target.path} is there already", skipped=str(target.path))
        return
    if arguments.preview is not None:
        sheet = studio.preview(path, target, arguments.preview)
        _report(arguments, path, f"{path}: {sheet}", written=str(sheet))
        return
    frames = studio.render(path, target)
    remember("film", *target.paths)
    taken_s = time.monotonic() - started_s
    line = (
        f"{path}: {frames} frames in {taken_s:.1f} s ({frames / taken_s:.1f} fps): {', '.join(map(str, target.paths))}"
    )
    _report(arguments, path, line, written=str(target.path), frames=frames, seconds=round(taken_s, 1))


def _report(arguments: RenderArguments, path: Path, line: str, **facts: object) -> None:
    is_json = arguments.progress == "json"
    batch.report(json.dumps({"source": str(path), **facts}) if is_json else line)


def _progress(steps: Iterable[Step], doing: str, total: int | None) -> Iterable[Step]:
    """Show a progress bar with the remaining time, if the output is a terminal."""
    from tqdm import tqdm

    bar: Iterable[Step] = tqdm(steps, desc=doing, total=total, unit="frame", disable=None, leave=False)
    return bar
