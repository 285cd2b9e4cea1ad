"""Make the README's picture of the window: `python -m tests.window.picture docs/images`."""

import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import cv2

from engine.navigation.controller import Navigation
from tests.sources.servers import Display
from tests.window.session import Hand, open_session


def main(folder: Path) -> None:
    """Open the demo, look at it from the side, and save what is on the display."""
    with tempfile.TemporaryDirectory() as name:
        display = Display(Path(name), 1400, 900)
        os.environ["DISPLAY"] = display.name
        session = open_session(Hand(display.name), Path(name), (1280, 720), source="demo", quality="high")
        session.until(lambda: session.app.live is not None)
        camera = session.viewer.view.navigation.target.orbited(-0.16, 0.08)
        session.viewer.view.navigation = Navigation.at(replace(camera, distance=camera.distance * 0.95))
        session.for_seconds(0.5)
        session.hand.do("mousemove", 1270, 710)
        session.for_seconds(1)
        picture = session.screen()
        session.close()
        display.kill()
    cv2.imwrite(str(folder / "window.png"), picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
