"""Depth and 3D scenes in Python programs: a few names over the engine of the viewer. See docs/api.md.

Names are loaded on first use (PEP 562): importing this package loads neither torch nor OpenGL.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.errors import CheckpointError as CheckpointError
    from engine.errors import EngineError as EngineError
    from engine.errors import InputError as InputError
    from engine.errors import SourceError as SourceError
    from engine.film.render import render as render
    from engine.film.render import render_frames as render_frames
    from engine.frames import DepthFrame as DepthFrame
    from engine.frames import DepthKind as DepthKind
    from engine.frames import DepthRange as DepthRange
    from engine.frames import Frame as Frame
    from engine.frames import default_intrinsics as default_intrinsics
    from engine.frames import scale_intrinsics as scale_intrinsics
    from engine.pipeline.estimate import depth as depth
    from engine.pipeline.scene import Scene as Scene
    from engine.plugins.registered import Network as Network
    from engine.plugins.registered import Source as Source
    from engine.plugins.registered import register_network as register_network
    from engine.plugins.registered import register_source as register_source
    from engine.sources.image import load_image as load_image

_HOMES = {
    "engine": ("__version__",),
    "engine.errors": ("CheckpointError", "EngineError", "InputError", "SourceError"),
    "engine.film.render": ("render", "render_frames"),
    "engine.frames": ("DepthFrame", "DepthKind", "DepthRange", "Frame", "default_intrinsics", "scale_intrinsics"),
    "engine.pipeline.estimate": ("depth",),
    "engine.pipeline.scene": ("Scene",),
    "engine.plugins.registered": ("Network", "Source", "register_network", "register_source"),
    "engine.sources.image": ("load_image",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted([*_HOME_OF, "show"])


def show(source: "str | os.PathLike[str]" = "demo", **settings: Any) -> None:
    """Open the viewer on `source` (whatever `--source` takes) and return when it is closed.

    Any option of `python -m engine` goes by its name: `show("webcam", encoder="vits", auto_rotate=True)`; without a
    window `show("clip.mp4", headless=True, frames=90, screenshot="side.png", orbit="30,10")`. As on the command line,
    what is not given is as it was left in the window. To be called on the main thread.

    Raises EngineError if the viewer could not start; what is wrong is on the terminal.
    """
    from engine.cli import main
    from engine.errors import EngineError

    words = [f"--source={os.fspath(source)}"]
    for name, value in settings.items():
        option = name.replace("_", "-")
        words.append(f"--{option}" if value is True else f"--no-{option}" if value is False else f"--{option}={value}")
    try:
        code = main(["view", *words])
    except SystemExit as left:  # an option that there is not, or a value that it cannot have
        code = left.code if isinstance(left.code, int) else 1
    if code:
        raise EngineError(f"the viewer ended with code {code}: see what is written above")
