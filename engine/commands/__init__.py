"""The commands. Each is a module that is imported only when it runs."""

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    SOME_FAILED = 1
    """Some of several inputs could not be processed."""
    WRONG_INPUT = 2
    """The arguments are wrong, or no input could be processed."""
    NOTHING_CAME = 3
    """No depth in time, or a failed download."""
    INTERRUPTED = 130
    """By Ctrl+C; the number is the convention of shells."""


@dataclass(frozen=True)
class Command:
    """One word of the command line."""

    module: str
    """Its module in this package."""
    meaning: str


COMMANDS = {
    "view": Command("view", "show any source as a live 3D scene; the default"),
    "webcam3d": Command("view", "show your webcam as a live 3D scene"),
    "screen3d-viewer": Command("view", "show the screen as a live 3D scene"),
    "view3d": Command("view", "show a picture in 3D, with its own depth map or an estimated one"),
    "webcam": Command("view", "show your webcam and its depth side by side"),
    "screen": Command("view", "show the screen and its depth side by side"),
    "screen3d": Command("view", "show the screen as a relief that sways from side to side"),
    "video": Command("video", "turn videos into depth videos"),
    "render": Command("render", "render photographs that move, and videos in stereo, to files"),
    "share": Command("share", "write a photograph as a 3D scene into a page for any browser"),
    "capture": Command("capture", "turn pictures into 3D files: mesh, point cloud, depth map"),
    "models": Command("models", "list the networks; download and verify their weights"),
    "status": Command("status", "check this machine, and how to fix what is missing"),
    "bench": Command("bench", "measure speed on this machine"),
}
