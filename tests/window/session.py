"""The viewer on a virtual display, driven by real key presses and mouse moves."""

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.waiting import LIMIT_S, wait_for

SIZE = (640, 400)
_IMGUI_BUTTONS = {1: 0, 2: 2, 3: 1}
"""ImGui's numbers of the mouse buttons, by those of X11."""


@dataclass
class Hand:
    """Sends keys and mouse events to the display."""

    display: str

    def do(self, *arguments: object) -> None:
        """One xdotool command."""
        subprocess.run(
            ["xdotool", *map(str, arguments)], env={**os.environ, "DISPLAY": self.display}, check=True, timeout=LIMIT_S
        )


@dataclass
class Session:
    """A viewer whose loop the test turns."""

    viewer: object
    app: object
    window: object
    hand: Hand
    settings_file: Path
    is_closed: bool = False

    def close(self) -> None:
        """Closing twice is allowed."""
        if self.is_closed:
            return
        self.is_closed = True
        self.viewer.close()
        self.app.close()
        self.window.destroy()

    def tool(self, kind: type):
        """The viewer's tool of that class."""
        return next(tool for tool in self.viewer.tools if isinstance(tool, kind))

    def turn(self, times: int = 3) -> None:
        for _ in range(times):
            self.viewer.turn(time.monotonic())

    def until(self, condition: Callable[[], object]) -> None:
        """Turn the loop until `condition` holds."""
        wait_for(lambda: condition() or self.turn(1))

    def for_seconds(self, seconds: float) -> None:
        """Turn the loop for this long, and at least four times: on a slow machine, too, a click takes a few frames."""
        end, turns = time.monotonic() + seconds, 0
        while time.monotonic() < end or turns < 4:
            self.turn(1)
            turns += 1
            time.sleep(0.005)

    def press(self, key: str) -> None:
        self.hand.do("key", key)
        self.for_seconds(0.25)

    def drag(self, start: tuple[int, int], by: tuple[int, int], button: int = 1) -> None:
        self._point_at(*start)
        self.for_seconds(0.15)
        self._set_button("mousedown", button)
        self.for_seconds(0.15)
        x, y = start
        for _ in range(4):
            x, y = x + by[0] // 4, y + by[1] // 4
            self._point_at(x, y)
            self.for_seconds(0.08)
        self._set_button("mouseup", button)
        self.for_seconds(0.15)

    def click(self, x: int, y: int) -> None:
        self._point_at(x, y)
        self.for_seconds(0.15)
        self._set_button("mousedown", 1)
        self._set_button("mouseup", 1)
        self.for_seconds(0.25)

    def _point_at(self, x: int, y: int) -> None:
        """Move the mouse, and wait until the viewer knows."""
        from imgui_bundle import imgui

        self.hand.do("mousemove", x, y)
        devices = self.window.input
        self.until(
            lambda: tuple(imgui.get_io().mouse_pos) == devices.eyes.to_overlay((x, y), devices._size, devices._part)
        )

    def _set_button(self, action: str, button: int) -> None:
        """`mousedown` or `mouseup`, and wait until the viewer knows: a busy display may pass on the next move first."""
        from imgui_bundle import imgui

        self.hand.do(action, button)
        index = _IMGUI_BUTTONS[button]
        self.until(lambda: imgui.is_mouse_down(index) == (action == "mousedown"))

    def screen(self) -> np.ndarray:
        """What is on the display where the window is, (H, W, 3)."""
        import cv2

        shot = subprocess.run(
            ["import", "-display", self.hand.display, "-window", "root", "png:-"],
            check=True, capture_output=True, timeout=LIMIT_S,
        )  # fmt: skip
        picture = cv2.imdecode(np.frombuffer(shot.stdout, np.uint8), cv2.IMREAD_COLOR)
        width, height = self.window.size_px
        return picture[:height, :width, ::-1]


def open_session(
    hand: Hand,
    folder: Path,
    size: tuple[int, int] = SIZE,
    make_estimator=None,
    is_first_run: bool = False,
    rise_s: float = 0.0,
    asks: bool = False,
    **changes: object,
) -> Session:
    """The viewer in a window of `size`, with the default settings but for `changes`. DISPLAY must be set."""
    from engine.window.window import Window  # isort: skip  # first: see there
    from engine.app.viewer import Viewer
    from engine.clock import RealClock
    from engine.pipeline.pipeline import Pipeline
    from engine.settings import Settings
    from engine.settings.run_options import RunOptions
    from engine.window.placement import Placement

    hand.do("mousemove", size[0] - 20, size[1] - 20)
    settings = Settings().replace(**{"captures_dir": Path("captures"), **changes})
    clock = RealClock()
    window = Window("test", size, placement=Placement(), vsync=False)
    app = Pipeline(settings, RunOptions(size=f"{size[0]}x{size[1]}"), window.ctx, clock, clock.now_s())
    if make_estimator is not None:
        app.worker._loader._make_estimator = make_estimator
    if not (is_first_run or (folder / "window.toml").exists()):
        (folder / "window.toml").write_text("is_welcomed = true", encoding="utf-8")
    viewer = Viewer(app, window, settings, folder / "settings.toml", clock, asks=asks)
    viewer.view.rise.duration_s = rise_s
    app.start(patient=True)
    return Session(viewer, app, window, hand, folder / "settings.toml")
