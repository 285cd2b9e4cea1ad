from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.clock import RealClock
from engine.frames import Frame
from engine.mailbox import Mailbox
from engine.settings import SourceSettings
from engine.sources import SourceSwitch
from tests.sources.media import quarters
from tests.sources.servers import Display, MjpegServer, jpeg

Serve = Callable[..., MjpegServer]
Begin = Callable[..., SourceSwitch]


class Recorder(Mailbox[Frame]):
    """A mailbox that remembers all that was put into it."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[Frame] = []

    def put(self, value: Frame) -> None:
        self.frames.append(value)
        super().put(value)


@pytest.fixture
def box() -> Recorder:
    return Recorder()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts MJPEG servers, and kills them after the test."""
    servers: list[MjpegServer] = []

    def start(picture: Callable[[int], bytes] | None = None, **options) -> MjpegServer:
        still = jpeg(quarters(320, 240))
        servers.append(MjpegServer(picture or (lambda n: still), **options))
        return servers[-1]

    yield start
    for server in servers:
        server.kill()


@pytest.fixture
def begin(box: Recorder) -> Iterator[Begin]:
    """Starts a switch with these settings, and closes it after the test."""
    switches: list[SourceSwitch] = []

    def start(patient: bool = False, open_source=None, **settings) -> SourceSwitch:
        options = {} if open_source is None else {"open_source": open_source}
        switches.append(SourceSwitch(box, RealClock(), SourceSettings(**settings), **options))
        switches[-1].start(patient)
        return switches[-1]

    yield start
    for switch in switches:
        switch.close()


@pytest.fixture
def display(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Display]:
    """A display of 640x360 pixels in four colors; DISPLAY names it."""
    display = Display(tmp_path, 640, 360)
    display.rgb[:] = quarters(640, 360)
    monkeypatch.setenv("DISPLAY", display.name)
    for variable in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(variable, raising=False)
    yield display
    display.kill()


@pytest.fixture
def lavfi(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets FFmpeg's picture generators be opened as cameras."""
    monkeypatch.setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", "input_format;lavfi")
