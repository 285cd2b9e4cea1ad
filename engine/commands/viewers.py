"""The commands that open the viewer. Each has initial settings and a selection of the options."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict

from engine.commands import COMMANDS
from engine.commands.request import (
    AnyRequest,
    CameraRequest,
    PacedScreenRequest,
    PictureRequest,
    Request,
    Shorthands,
)  # fmt: skip
from engine.settings import Settings
from engine.settings.fields import all_traits
from engine.settings.run_options import RunOptions


class ViewArguments(BaseModel):
    """The arguments of a command."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    request: Request = Request()
    shorthands: Shorthands = Shorthands()
    settings: Settings = Settings()
    run: RunOptions = RunOptions()


class AnyArguments(ViewArguments):
    request: AnyRequest = AnyRequest()


class CameraArguments(ViewArguments):
    request: CameraRequest = CameraRequest()


class ScreenArguments(ViewArguments):
    request: PacedScreenRequest = PacedScreenRequest()


class PictureArguments(ViewArguments):
    request: PictureRequest


@dataclass(frozen=True)
class Viewer:
    """A command that opens the viewer."""

    arguments: type[ViewArguments]
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Initial settings; they replace the remembered ones."""
    without: frozenset[str] = frozenset()
    """Options, and groups of them, that it does not have."""
    examples: tuple[str, ...] = ()
    """Arguments to show on the help page."""


def _only_for(*kinds: str) -> set[str]:
    return {f"settings.source.{name}" for name, traits in all_traits().items() if traits.only_for in kinds}


_FLAT = {
    "run.orbit", *(f"settings.{group}" for group in ("scene", "motion", "light", "stereo")),
    *(f"settings.display.{name}" for name in ("panes", "display_mode", "wireframe", "view", "edge_cut", "point_size")),
}  # fmt: skip
"""Options without effect on a picture beside its depth map."""
_SOURCE = {"settings.source.source"}
_ONLY_CAMERA = frozenset(_SOURCE | _only_for("file", "demo", "screen"))
_ONLY_SCREEN = frozenset(_SOURCE | _only_for("file", "demo", "webcam", "screen") | {"run.fps"})
_ONLY_PICTURE = frozenset(
    _SOURCE | _only_for("demo", "webcam", "screen") | {"settings.source.sequence_fps", "settings.source.depth_map"}
)

VIEWERS: dict[str, Viewer] = {
    "view": Viewer(
        AnyArguments,
        examples=(
            "--source webcam",
            "--source clip.mp4 --encoder vits",
            "photo.jpg depth.png",
            "captures/2026-03-01-120000",
            "--source demo --headless --frames 60 --orbit 20,8 --screenshot out.png",
        ),
    ),
    "webcam3d": Viewer(
        CameraArguments,
        {"source": "webcam", "depth_map": None, "panes": "scene"},
        _ONLY_CAMERA,
        ("--camera-id 1 --camera-width 1280 --camera-height 720", "--high-quality", "--display-mode pointcloud"),
    ),
    "screen3d-viewer": Viewer(
        ScreenArguments,
        {"source": "screen", "depth_map": None, "panes": "scene"},
        _ONLY_SCREEN,
        ("--monitor 2 --fps 15", "--region 0,0,1280,720 --preset real-time"),
    ),
    "webcam": Viewer(
        CameraArguments,
        {"source": "webcam", "depth_map": None, "panes": "picture+depth"},
        _ONLY_CAMERA | _FLAT,
        ("--encoder vits", "--camera-id 1 --colormap gray"),
    ),
    "screen": Viewer(
        ScreenArguments,
        {"source": "screen", "depth_map": None, "panes": "picture+depth"},
        _ONLY_SCREEN | _FLAT,
        ("--monitor 2 --fps 10", "--region 0,0,1280,720"),
    ),
    "screen3d": Viewer(
        ScreenArguments,
        {
            "source": "screen",
            "depth_map": None,
            "projection": "relief",
            "auto_rotate": True,
            "sway_deg": 4.0,
            "panes": "scene",
        },
        _ONLY_SCREEN | {"settings.scene.projection"},
        ("--monitor 2", "--mouse-control --sway-deg 10", "--virtual-cam --width 1920 --height 1080"),
    ),
    "view3d": Viewer(
        PictureArguments,
        {"panes": "scene"},
        _ONLY_PICTURE,
        ("photo.jpg", "photo.jpg depth.png --depth-map-kind metric", "photo.jpg --display-mode pointcloud"),
    ),
}


def introduction(name: str) -> str:
    """Return the first paragraphs of a command's help page; "" is the program itself."""
    if not name:
        commands = "\n".join(f"  {name:<28}{command.meaning}" for name, command in COMMANDS.items())
        return (
            "Show a webcam, the screen, a video or a picture as a live 3D scene.\n\n"
            f"Commands; each has its own --help:\n{commands}\n\n"
            "Options, without a command and for most of them:"
        )
    return f"{COMMANDS[name].meaning[0].upper()}{COMMANDS[name].meaning[1:]}."
