"""A virtual display, and the viewer on it, driven by real key presses and mouse moves."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

TOOLS = ("Xvfb", "xdotool", "import")
SIZE = (640, 400)


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """The name of a display of our own."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing or not sys.platform.startswith("linux"):
        if os.environ.get("CI"):
            pytest.fail(f"{', '.join(missing)} must be installed for the tests of the window")
        pytest.skip("the tests of the window need Linux, Xvfb, xdotool and ImageMagick")
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
        pass_fds=[write_end], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        number = pipe.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)


@dataclass
class Hand:
    """Does to the display what a person would."""

    display: str

    def do(self, *arguments: object) -> None:
        """One xdotool command."""
        subprocess.run(
            ["xdotool", *map(str, arguments)], env={**os.environ, "DISPLAY": self.display}, check=True, timeout=20
        )


@pytest.fixture
def hand(display) -> Hand:
    return Hand(display)


@dataclass
class Session:
    """A viewer whose loop the test turns."""

    viewer: object
    app: object
    window: object
    hand: Hand
    settings_file: Path

    def turn(self, times: int = 3) -> None:
        for _ in range(times):
            self.viewer.turn(time.monotonic())

    def until(self, condition: Callable[[], bool], timeout_s: float = 20) -> None:
        """Turn the loop until `condition` holds."""
        end = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < end, "it never came true"
            self.turn(1)
            time.sleep(0.005)

    def for_seconds(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.turn(1)
            time.sleep(0.005)

    def press(self, key: str) -> None:
        self.hand.do("key", key)
        self.for_seconds(0.25)

    def drag(self, start: tuple[int, int], by: tuple[int, int], button: int = 1) -> None:
        self.hand.do("mousemove", *start)
        self.for_seconds(0.15)
        self.hand.do("mousedown", button)
        self.for_seconds(0.15)
        for _ in range(4):
            self.hand.do("mousemove_relative", "--", by[0] // 4, by[1] // 4)
            self.for_seconds(0.08)
        self.hand.do("mouseup", button)
        self.for_seconds(0.15)

    def click(self, x: int, y: int) -> None:
        self.hand.do("mousemove", x, y)
        self.for_seconds(0.15)
        self.hand.do("click", 1)
        self.for_seconds(0.25)

    def screen(self) -> np.ndarray:
        """What is on the display where the window is, (H, W, 3)."""
        import cv2

        shot = subprocess.run(
            ["import", "-display", self.hand.display, "-window", "root", "png:-"],
            check=True, capture_output=True, timeout=30,
        )  # fmt: skip
        picture = cv2.imdecode(np.frombuffer(shot.stdout, np.uint8), cv2.IMREAD_COLOR)
        width, height = self.window.size_px
        return picture[:height, :width, ::-1]


@pytest.fixture
def open_viewer(display, hand, tmp_path, monkeypatch) -> Iterator[Callable[..., Session]]:
    """Opens viewers on the virtual display, and closes them."""
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.chdir(tmp_path)
    opened = []

    def begin(make_estimator=None, **changes: object) -> Session:
        from engine.window import Window  # isort: skip  # first: see there
        from engine.app import App
        from engine.clock import RealClock
        from engine.options import RunOptions
        from engine.settings import Settings
        from engine.viewer import Viewer

        hand.do("mousemove", SIZE[0] - 20, SIZE[1] - 20)
        settings = Settings().replace(**{"max_res": 160, "subsample": 4, **changes})
        clock = RealClock()
        window = Window("test", SIZE, vsync=False)
        app = App(settings, RunOptions(size=f"{SIZE[0]}x{SIZE[1]}"), window.ctx, clock, clock.now_s())
        if make_estimator is not None:
            app.worker._loader._make_estimator = make_estimator
        viewer = Viewer(app, window, settings, tmp_path / "settings.toml", clock)
        app.start(patient=True)
        session = Session(viewer, app, window, hand, tmp_path / "settings.toml")
        opened.append(session)
        return session

    yield begin
    for session in opened:
        session.viewer.close()
        session.app.close()
        session.window.destroy()
