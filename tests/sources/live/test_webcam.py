"""There is no camera to be had in a test: FFmpeg's picture generator and its screen grabber, which are paced like
cameras, are opened through the same class, and what is asked of the driver is recorded by a stand-in for it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.errors import SourceError
from engine.settings import SourceSettings
from engine.sources import open_source
from engine.sources.live.opencv import CaptureSource
from engine.sources.live.webcam import WebcamSource, camera_number, system_cameras
from tests.conftest import ROOT
from tests.sources.conftest import Begin, Recorder
from tests.sources.media import BLUE, GRAY, GREEN, RED, corners
from tests.sources.servers import Display
from tests.waiting import wait_for

BARS = "color=c=0xc81e28:size=320x240:rate=30,realtime"
GOOD = np.full((48, 64, 3), 7, np.uint8)


class Driver:
    """Stands in for cv2.VideoCapture: answers to `read` come from a list, for ever from its last."""

    def __init__(self, *answers: tuple[bool, object], is_open: bool = True) -> None:
        self._answers = list(answers)
        self._is_open = is_open
        self.asked: list[tuple[int, float]] = []
        self.is_released = False

    def isOpened(self) -> bool:
        return self._is_open

    def read(self) -> tuple[bool, object]:
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def set(self, setting: int, value: float) -> bool:
        self.asked.append((setting, value))
        return True

    def release(self) -> None:
        self.is_released = True


@pytest.fixture
def drivers(monkeypatch: pytest.MonkeyPatch) -> dict[int, Driver]:
    """What each back-end finds; those that are not in it find nothing."""
    found: dict[int, Driver] = {}
    nothing = Driver((False, None), is_open=False)
    monkeypatch.setattr(
        "engine.sources.live.webcam.cv2.VideoCapture", lambda device, backend: found.get(backend, nothing)
    )
    monkeypatch.setattr("engine.sources.live.webcam.FIRST_FRAME_S", 0.05)
    return found


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Makes Linux know these cameras."""
    monkeypatch.setattr("engine.sources.live.webcam.SYSTEM_CAMERAS", tmp_path)

    def write(**cameras: tuple[str, int]) -> None:
        for node, (name, index) in cameras.items():
            (tmp_path / node).mkdir()
            (tmp_path / node / "name").write_text(name + "\n")
            (tmp_path / node / "index").write_text(f"{index}\n")

    return write


@pytest.mark.usefixtures("lavfi")
def test_pictures_come_at_the_cameras_pace_in_rgb(begin: Begin, box: Recorder) -> None:
    switch = begin(source="webcam", open_source=lambda s: WebcamSource(BARS, backends=(cv2.CAP_FFMPEG,)))
    wait_for(lambda: len(box.frames) >= 30)
    gaps_s = np.diff([frame.time_s for frame in box.frames[5:]])
    assert gaps_s.mean() > 0.8 / 30  # a busy machine may be slower
    np.testing.assert_allclose(box.frames[0].image[120, 160], RED, atol=4)
    assert switch.message is None
    assert switch.size_px == (320, 240)
    assert 0 < switch.fps < 30 * 1.2


@pytest.mark.usefixtures("lavfi")
def test_a_camera_that_goes_away_is_lost_and_looked_for(begin: Begin) -> None:
    def plugged_in_for_a_second(settings: SourceSettings) -> WebcamSource:
        return WebcamSource(BARS.replace("rate=30", "rate=30:duration=1"), backends=(cv2.CAP_FFMPEG,))

    switch = begin(source="webcam", open_source=plugged_in_for_a_second)
    wait_for(lambda: switch.is_lost)
    assert "stopped sending frames" in switch.message
    before = switch.frames_read
    wait_for(lambda: switch.frames_read > before)
    assert switch.message is None


def test_a_live_screen_through_the_device_path(display: Display, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", "input_format;x11grab|framerate;30|video_size;640x360")
    camera = WebcamSource(display.name, backends=(cv2.CAP_FFMPEG,))
    np.testing.assert_allclose(corners(camera.read(640).image), (RED, GREEN, BLUE, GRAY), atol=1)
    display.rgb[:] = GREEN
    while not (corners(camera.read(640).image) == GREEN).all():
        pass
    camera.close()


def test_garbage_is_left_out_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    garbage = [None, np.zeros((48, 64, 3), np.uint16), np.zeros((0, 64, 3), np.uint8), np.zeros((48, 64), np.uint8)]
    wide = np.full((10, 99, 3), 9, np.uint8)
    answers = [(True, GOOD), *((True, thing) for thing in garbage), (False, None), (True, wide), (True, GOOD)]
    camera = CaptureSource("camera 9", Driver(*answers))
    frames = [camera.read(640) for _ in answers]
    assert [frame.image.shape[:2] if frame else None for frame in frames] == [(48, 64), *[None] * 5, (10, 99), (48, 64)]
    assert [frame.index for frame in frames if frame] == [0, 1, 2]
    assert camera.garbage_count == 4
    assert len(caplog.records) == 1
    assert "camera 9" in caplog.text


@pytest.mark.parametrize("answer", [(False, None), (True, None)], ids=["nothing", "garbage"])
def test_a_camera_without_pictures_is_given_up_soon(monkeypatch: pytest.MonkeyPatch, answer: tuple) -> None:
    camera = CaptureSource("camera 9", Driver(answer))
    monkeypatch.setattr("engine.sources.live.opencv.LOST_AFTER_S", 3600)
    assert [camera.read(640) for _ in range(3)] == [None] * 3
    monkeypatch.setattr("engine.sources.live.opencv.LOST_AFTER_S", 0)
    with pytest.raises(SourceError, match="camera 9 stopped sending frames"):
        camera.read(640)


def test_backends_are_tried_in_order_until_one_sends_frames(drivers: dict[int, Driver]) -> None:
    drivers.update({2: Driver((False, None)), 3: Driver((False, None), (True, GOOD)), 4: Driver((True, GOOD))})
    camera = WebcamSource(0, backends=(1, 2, 3, 4))
    assert drivers[2].is_released
    assert not drivers[3].is_released
    camera.close()
    assert drivers[3].is_released
    assert not drivers[4].is_released


def test_size_and_rate_are_asked_for(drivers: dict[int, Driver], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.sources.live.webcam.BACKENDS", {sys.platform: (1,)})
    drivers[1] = Driver((True, GOOD))
    open_source(SourceSettings(source="webcam:0", camera_width=1280, camera_height=720, camera_fps=60))
    assert drivers[1].asked == [
        (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
        (cv2.CAP_PROP_FRAME_WIDTH, 1280),
        (cv2.CAP_PROP_FRAME_HEIGHT, 720),
        (cv2.CAP_PROP_FPS, 60),
    ]
    drivers[1].asked.clear()
    open_source(SourceSettings(source="webcam"))
    assert drivers[1].asked == []


@pytest.mark.skipif(sys.platform != "linux", reason="Linux names its cameras")
class TestWhatIsWrong:
    def test_no_camera(self, drivers: dict[int, Driver], known: Callable[..., None]) -> None:
        with pytest.raises(SourceError, match=r"no camera was found\. Plug one in"):
            WebcamSource(0)

    def test_no_such_camera(self, drivers: dict[int, Driver], known: Callable[..., None]) -> None:
        known(video0=("Front", 0), video1=("Front", 1), video2=("Back: HD", 0))
        assert system_cameras() == {0: "Front", 2: "Back: HD"}
        with pytest.raises(SourceError, match=r"no camera 5; use webcam:0 \(Front\), webcam:2 \(Back: HD\)"):
            WebcamSource(5)

    def test_camera_in_use(
        self, drivers: dict[int, Driver], known: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        known(video0=("Front", 0))
        drivers[cv2.CAP_V4L2] = Driver((False, None))
        monkeypatch.setattr("os.access", lambda path, mode: True)
        with pytest.raises(SourceError, match=r"Front.*close other programs"):
            WebcamSource(0)

    def test_camera_that_may_not_be_used(self, drivers: dict[int, Driver], known: Callable[..., None]) -> None:
        known(video77=("Front", 0))
        with pytest.raises(SourceError, match=r"/dev/video77 \(group video\)"):
            WebcamSource(77)

    def test_elsewhere(self, drivers: dict[int, Driver], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.platform", "darwin")
        with pytest.raises(SourceError, match=r"camera 1 was not found.*privacy settings"):
            WebcamSource(1)


def test_without_a_camera_it_says_so_and_keeps_looking(
    begin: Begin, drivers: dict[int, Driver], known: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.sources.reader.FIRST_RETRY_S", 0.1)
    monkeypatch.setattr("engine.sources.live.webcam.BACKENDS", {sys.platform: (1,)})
    switch = begin(source="webcam", patient=True)
    wait_for(lambda: switch.message is not None)
    assert "found" in switch.message
    assert "Plug one in" in switch.message
    assert switch.is_lost
    drivers[1] = Driver((True, GOOD))
    wait_for(lambda: switch.frames_read and switch.message is None)
    assert not switch.is_lost
    assert switch.name == "webcam:0"


def test_opencv_is_silent() -> None:
    code = (
        "from engine.sources.live.webcam import WebcamSource\n"
        "try:\n    WebcamSource(63)\nexcept Exception as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "camera" in done.stdout


def test_numbers() -> None:
    assert camera_number("webcam") == 0
    assert camera_number("webcam:12") == 12
    for name in ("webcam:", "webcam:x", "webcam:-1", "webcam:1.5", "webcam:²"):
        with pytest.raises(SourceError, match="is not a camera"):
            camera_number(name)
