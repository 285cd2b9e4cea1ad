"""Which cameras and monitors this machine has."""

import sys
from collections.abc import Iterator

from engine.errors import SourceError
from engine.sources.live.desktop import Desktop
from engine.sources.live.webcam import WebcamSource, system_cameras

PROBED_CAMERAS = range(6)
"""Numbers that are tried where the system names no cameras."""


def find_cameras() -> dict[int, str]:
    """Numbers and names of the cameras. Only where the system keeps no list of them is each switched on shortly."""
    return system_cameras() if sys.platform == "linux" else dict(_probe())


def list_sources() -> str:
    """A table of cameras and monitors, by the names that `--source` takes."""
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
        ("http://…  rtsp://…", "a camera in the network"),
        ("demo", "the built-in scene"),
        ("FILE or FOLDER", "a video, a picture, or a folder of pictures"),
    ]
    return "\n".join([*lines, "", "Others", *_rows(others, "")])


def find_monitors() -> list[tuple[str, str]]:
    """Names as `--source` takes them, sizes and places of the monitors. Raises SourceError if there is no desktop."""
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
