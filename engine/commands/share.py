"""`python -m engine share IMAGE…`: scenes as pages for any browser."""

import logging
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine import logs
from engine.commands import batch
from engine.commands.arguments import Arguments
from engine.commands.models import checkpoints_dir
from engine.commands.option import Positional
from engine.errors import InputError
from engine.film.command_line import WITHOUT_EFFECT
from engine.settings import (
    CaptureSettings,
    DepthSettings,
    DisplaySettings,
    LightSettings,
    SceneSettings,
    Settings,
    SourceSettings,
)
from engine.settings.traits import Traits

if TYPE_CHECKING:
    from engine.web.sharing import Sharing

log = logging.getLogger(__name__)

_SUFFIX = ".html"
_GROUPS = ("source", "depth", "capture", "scene", "display", "light")
_WITHOUT = WITHOUT_EFFECT | {
    *(f"display.{name}" for name in ("display_mode", "wireframe", "point_size", "hole_memory_s")),
    *(f"depth.{name}" for name in ("encoder", "input_size")),
    "source.sequence_fps",
}
"""Settings without effect on a page."""


class ShareArguments(BaseModel):
    """Write a photograph as a 3D scene into one HTML file that opens in any browser, without a network.

    The exit code is 0 if all succeeded, 1 if some failed, and 2 if all failed or an argument is wrong.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: Positional[tuple[Path, ...]] = Field(min_length=1)
    """Pictures, or folders of captures."""
    output: Annotated[Path, Traits(is_common=True, short="-o")] = Path("out")
    """File for the page (NAME.html), or a folder for several."""
    caption: Annotated[str, Traits(is_common=True)] = ""
    """A line of text to show below the scene."""
    source: SourceSettings = SourceSettings()
    depth: DepthSettings = DepthSettings()
    capture: CaptureSettings = CaptureSettings()
    scene: SceneSettings = SceneSettings()
    display: DisplaySettings = DisplaySettings()
    light: LightSettings = LightSettings()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Verbosity of the terminal output."""


EXAMPLES = ("photo.jpg -o photo.html", "*.jpg -o pages", "captures/photo -o photo.html --caption 'Our garden'")


def main(argv: list[str]) -> int:
    """Write the page of each source. One that fails does not stop the others."""
    parser = Arguments(ShareArguments, "share", without=_WITHOUT, examples=EXAMPLES, has_short_help=True)
    return batch.run(lambda: _share_all(parser.complete(parser.read(argv))))


def _share_all(arguments: ShareArguments) -> int:
    from engine.depth.runtime.device import allow_mps_fallback

    logs.setup(arguments.log_level)
    targets = {path: _target(path, arguments) for path in arguments.sources}
    if len({target.absolute() for target in targets.values()}) < len(targets):
        raise InputError("several sources would be written to the same page; give a folder, or share them separately")
    allow_mps_fallback(arguments.depth.mps_fallback)
    from engine.web.sharing import Sharing

    depth = arguments.depth.model_copy(update={"checkpoints_dir": checkpoints_dir(arguments.depth.checkpoints_dir)})
    settings = Settings(**{name: getattr(arguments, name) for name in _GROUPS} | {"depth": depth})
    with closing(Sharing(settings)) as sharing:
        return batch.each(
            tuple(targets), lambda path: _share(sharing, path, targets[path], arguments.caption), "sources"
        )


def _share(sharing: "Sharing", path: Path, target: Path, caption: str) -> None:
    from engine.files.gallery import remember

    size = sharing.share(path, target, caption)
    remember("page", target)
    batch.report(f"{path}: {target} ({size / 1e6:.1f} MB)")


def _target(source: Path, arguments: ShareArguments) -> Path:
    output = arguments.output
    if output.suffix.lower() == _SUFFIX and not output.is_dir():
        return output
    name = source.name if source.is_dir() else source.stem
    return output / f"{name}{_SUFFIX}"
