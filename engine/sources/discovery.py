"""The cameras and monitors of this machine. Decoders load when they are needed."""

import sys
from collections.abc import Iterator

from engine.errors import SourceError
from engine.jobs import Job, JobRunner
from engine.logs import log
from engine.status.snapshot import Choice

PROBED_CAMERAS = range(6)
"""Camera numbers to try where the system has no list of cameras."""


def find_cameras() -> dict[int, str]:
    """Return numbers and names of the cameras. Where the system has no list of them, each is switched on briefly."""
    from engine.sources.live.webcam import system_cameras

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
    from engine.sources.live.desktop import Desktop

    desktop = Desktop()
    try:
        monitors = desktop.monitors
    finally:
        desktop.close()
    return [
        (f"screen:{number}", f"{width}x{height} at {left},{top}")
        for number, (left, top, width, height) in enumerate(monitors, 1)
    ]


class SourceScan:
    """A search for cameras and monitors in the background. Any thread may read what it found.

    Where the system has no list of cameras, each must be tried, which takes seconds.
    """

    def __init__(self) -> None:
        self.cameras: tuple[Choice, ...] = ()
        self.monitors: tuple[Choice, ...] = ()
        self._runner = JobRunner("source scan")
        self._job: Job[None] | None = None
        self.has_looked = False

    @property
    def is_looking(self) -> bool:
        return self._job is not None and not self._job.is_done

    def look(self) -> None:
        """Start a search, unless one is running."""
        if not self.is_looking:
            self._job = self._runner.start("looking for cameras and monitors", self._look)

    def _look(self, job: Job[None]) -> None:
        try:
            self.monitors = _monitor_choices()
            self.cameras = tuple(Choice(f"webcam:{number}", name) for number, name in find_cameras().items())
        finally:
            self.has_looked = True


def _monitor_choices() -> tuple[Choice, ...]:
    try:
        return tuple(Choice(name, f"monitor {n}, {place}") for n, (name, place) in enumerate(find_monitors(), 1))
    except SourceError as error:
        log.debug("%s", error)
        return ()


def _rows(rows: list[tuple[str, str]], if_none: str) -> list[str]:
    return [f"  {name:<20}{meaning}" for name, meaning in rows] or [f"  {if_none}"]


def _probe() -> Iterator[tuple[int, str]]:
    from engine.sources.live.webcam import WebcamSource

    for number in PROBED_CAMERAS:
        try:
            camera = WebcamSource(number)
        except SourceError:
            continue
        camera.close()
        yield number, "camera"
