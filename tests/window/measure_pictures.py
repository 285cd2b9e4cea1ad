"""Makes the pictures of docs/measure.md: `python -m tests.window.measure_pictures docs/images`.

The scenes are the demo's. Where Depth-Anything-3 would be asked, its room is asked instead (`tests.demo_views.Oracle`):
the pictures show what the program does with views that fit together, not how good a network is.
"""

import os
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import cv2

from engine.app.tools.multi_view import MultiView
from engine.models.catalog import entry
from engine.navigation.controller import Navigation
from tests.demo_views import POSES, Oracle, demo_view
from tests.sources.servers import Display
from tests.window.session import Hand, open_session

SIZE = (1280, 720)
VIEW_PX = (640, 360)


@contextmanager
def window(display: str, folder: Path, panel=(), **changes):
    session = open_session(Hand(display), folder, SIZE, **changes)
    session.viewer.overlay.settings_panel.shows_all = True
    session.viewer.overlay._controls.is_open.update({"Depth": False, "Look": False, **dict.fromkeys(panel, True)})
    try:
        session.until(lambda: session.app.live is not None)
        yield session
    finally:
        session.close()


def orbit(session, yaw_rad: float, pitch_rad: float, nearer: float = 1.0) -> None:
    camera = session.viewer.view.navigation.target.orbited(yaw_rad, pitch_rad)
    session.viewer.view.navigation = Navigation.at(replace(camera, distance=camera.distance * nearer))
    session.for_seconds(2)


def save(session, path: Path) -> None:
    session.for_seconds(3)  # what rests is drawn in full
    cv2.imwrite(str(path), session.screen()[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])


def ruler(display: str, folder: Path, target: Path) -> None:
    """The demo, looked at from the side, with the width of the picture on its wall and the depth under the pointer."""
    with window(display, folder, ("Camera",), source="demo") as session:
        session.for_seconds(1)
        session.press("space")
        orbit(session, -0.12, 0.06)
        session.press("t")
        for place in ((-0.35, 1.45, -5.54), (1.05, 1.45, -5.54)):
            ((u, v),) = session.viewer.view.project(place)
            session.click(round(u * SIZE[0]), round(v * SIZE[1]))
        session.hand.do("mousemove", 820, 420)
        save(session, target / "measure-ruler.png")


def walk(folder: Path) -> Path:
    """Pictures of the demo's room from several places, and the name of weights that nobody reads."""
    pictures = folder / "walk"
    pictures.mkdir()
    for index, pose in enumerate(POSES):
        cv2.imwrite(str(pictures / f"{index}.png"), demo_view(pose, *VIEW_PX).image[..., ::-1])
    weights = folder / entry("da3-base").files[0]
    weights.parent.mkdir(parents=True, exist_ok=True)
    weights.write_bytes(b"")
    return pictures


def calibration_and_room(display: str, folder: Path, target: Path) -> None:
    """The live scene before and after a capture; then a room of three views."""
    source = str(walk(folder))
    with window(
        display, folder, ("Camera",), source=source, checkpoints_dir=folder, encoder="lite", sequence_fps=0.5
    ) as session:
        oracle = Oracle([demo_view(pose, *VIEW_PX) for pose in POSES])
        session.viewer.captures._background._make_network = lambda settings, clock: oracle
        session.press("space")
        session.press("ctrl+Left")  # to the first picture
        session.for_seconds(1)
        orbit(session, -0.35, 0.15)
        save(session, target / "measure-uncalibrated.png")
        session.press("x")
        session.until(lambda: session.viewer.view.is_capture)
        session.press("Escape")
        save(session, target / "measure-calibrated.png")
        session.click(60, 432)  # unfold "Output"
        session.viewer.settings.change(multi_view=True)
        for _ in POSES:
            session.press("x")
            session.until(
                lambda: session.viewer.view.points is not None and session.viewer.snapshot().capture.progress is None
            )
            if len(session.tool(MultiView).views) < len(POSES):
                session.press("Escape")
                session.press("period")
                session.for_seconds(1.5)
        save(session, target / "measure-room.png")


def main(target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for make in (ruler, calibration_and_room):
        with tempfile.TemporaryDirectory() as name:
            display = Display(Path(name), 1400, 900)
            os.environ["DISPLAY"] = display.name
            try:
                make(display.name, Path(name), target)
            finally:
                display.kill()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
