"""The commands, each in a module that is imported when it is asked for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One word of the command line."""

    module: str
    """Its module in this package."""
    meaning: str


COMMANDS = {
    "view": Command("view", "anything as a live 3D scene; the same as no command"),
    "webcam3d": Command("view", "your webcam as a live 3D scene"),
    "screen3d-viewer": Command("view", "the screen as a live 3D scene"),
    "view3d": Command("view", "a picture in 3D, with its depth map or with a network's"),
    "webcam": Command("view", "your webcam and its depth, side by side"),
    "screen": Command("view", "the screen and its depth, side by side"),
    "screen3d": Command("view", "the screen as a relief, seen from left and right in turn"),
    "video": Command("video", "turn videos into depth videos"),
    "capture": Command("capture", "turn pictures into 3D objects: mesh, points, depth"),
    "models": Command("models", "list the networks; download and verify their weights"),
    "status": Command("status", "look at this machine: what is there, and how to mend what is missing"),
    "bench": Command("bench", "measure how long things take on this machine"),
}
