"""The cameras and monitors of this machine."""

import sys
from collections.abc import Iterator

from engine.errors import SourceError
from engine.sources.live.desktop import Desktop
from engine.sources.live.webcam import WebcamSource, system_cameras

PROBED_CAMERAS = range(6)
"""Camera numbers to try where the system has no list of cameras."""


def find_cameras() -> dict[int, str]:
    """Return numbers and names of the cameras. Where the system has no list of them, each is switched on briefly."""
    return system_cameras() if sys.platform == "linux" else dict(_probe())


def list_sources() -> str:
    """Return a table of cameras and monitors, by the names that `--source` takes."""
    cameras = [(f"webcam:{number}", name) for number, name in find_cameras().items()]
    lines = ["Cameras", *_rows(cameras, "none was found"), "", "Monitors"]
    try:
        monitors = find_monitors()
    except SourceError as error:
        lines += _rows([], str(error))
    else:
        lines += _rows(monitors, "none was found")
    others = [
        ("screen:X,Y,W,H", "a part of the desktop, in pixels"),
        ("http://…  rtsp://…", "a network camera"),
        ("demo", "the built-in scene"),
        ("FILE or FOLDER", "a video, an image, or a folder of images"),
    ]
    return "\n".join([*lines, "", "Others", *_rows(others, "")])


def find_monitors() -> list[tuple[str, str]]:
    """Return the monitors, as names for `--source` with size and position. Raises SourceError without a desktop."""
    desktop = Desktop()
    try:
        monitors = desktop.monitors
    finally:
        desktop.close()
    return [
        (f"screen:{number}", f"{width}x{height} at {left},{top}")
        for number, (left, top, width, height) in enumerate(monitors, 1)
    ]


def _rows(rows: list[tuple[str, str]], if_none: str) -> list[str]:
    return [f"  {name:<20}{meaning}" for name, meaning in rows] or [f"  {if_none}"]


def _probe() -> Iterator[tuple[int, str]]:
    for number in PROBED_CAMERAS:
        try:
            camera = WebcamSource(number)
        except SourceError:
            continue
        camera.close()
        yield number, "camera"
