"""Draws the states of the window on one sheet, to be looked at: `python -m tests.window.states docs/images`.

`python -m tests.window.states docs/images FOLDER` also keeps each picture in full size.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from engine.ui.sections import SECTIONS
from tests.sources.servers import Display
from tests.window.session import Hand, Session, open_session
from tests.window.source_pictures import clip_of_the_demo

TILE, COLUMNS = (640, 360), 3
LARGE, SMALL, HUGE = (1280, 720), (500, 400), (3840, 2160)
LITTLE = {"subsample": 4, "max_res": 320, "quality": "high"}


@dataclass(frozen=True)
class State:
    """One tile of the sheet."""

    name: str
    bring_about: Callable[[Session], None] = lambda session: None
    size: tuple[int, int] = LARGE
    settings: dict[str, Any] = field(default_factory=dict)
    is_first_run: bool = False
    opens: str = ""
    """The only unfolded section of all settings."""


def press(*keys: str) -> Callable[[Session], None]:
    """Press keys one after the other."""
    return lambda session: [session.press(key) for key in keys] and None


def find(session: Session) -> None:
    session.viewer.overlay.settings_panel.shows_all = True
    session.viewer.overlay.settings_panel.wanted = "edge"


def capture(session: Session) -> None:
    session.press("x")
    session.until(lambda: session.viewer.view.is_capture)


def move_mouse(session: Session) -> None:
    """Bring back what hides while a video plays."""
    session.hand.do("mousemove", 900, 300)
    session.for_seconds(0.2)
    session.hand.do("mousemove", 910, 300)


LIGHT, LOST = {"theme": "light"}, {"source": "webcam:7"}
STATES = (
    State("first-run", is_first_run=True),
    State("simple"),
    State("changed", settings={"depth_scale": 1.2, "quality": "medium", "auto_rotate": True, "projection": "relief"}),
    State("all", press("F6", "Right", "space"), opens="none"),
    State("look", opens="Look", settings={"edge_snap": 0.4}),
    State("search", find, settings={**LIGHT, "edge_snap": 0.4}),
    State("source", opens="Source", settings=LIGHT),
    State("glasses", press("g"), settings={**LIGHT, "stereo": "anaglyph"}),
    State("keys", press("F1"), settings=LIGHT),
    State("export", press("ctrl+e")),
    State("capture", capture, settings={"encoder": "lite", "demo_depth": False}),
    State("recording", move_mouse, settings={"source": "clip"}),
    State("lost", settings=LOST),
    State("depth", settings={"view": "depth", "panes": "picture+depth+scene"}),
    State("ruler", press("t", "i"), settings=LIGHT),
    State("small-simple", size=SMALL),
    State("small-all", size=SMALL, opens="Depth", settings=LIGHT),
    State("small-keys", press("F1"), size=SMALL),
    State("small-export", press("ctrl+e"), size=SMALL, settings=LIGHT),
    State("german", opens="Depth", settings={"language": "de", "depth_scale": 1.2}),
    State("huge", size=HUGE, opens="Light", settings={"ui_scale": 3.0, "light": 0.6}),
)


def picture_of(state: State, clip: Path) -> np.ndarray:
    """Open a window in that state, and return what is on the display (H, W, 3)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_CONFIG_HOME"] = name
        os.chdir(name)
        display = Display(folder, state.size[0] + 20, state.size[1] + 20)
        os.environ["DISPLAY"] = display.name
        is_open = {section.title: section.title == state.opens for section in SECTIONS}
        if state.opens:
            lines = "\n".join(f'"{title}" = {str(opens).lower()}' for title, opens in is_open.items())
            head = "is_welcomed = true\nshows_all_settings = true"
            (folder / "window.toml").write_text(f"{head}\n[sections]\n{lines}\n", encoding="utf-8")
        settings = {"source": "demo", **LITTLE, **state.settings}
        if settings["source"] == "clip":
            settings["source"] = str(clip)
        session = open_session(
            Hand(display.name), folder, state.size, is_first_run=state.is_first_run, **settings
        )  # fmt: skip
        try:
            session.until(lambda: session.app.live is not None or session.app.source.is_lost)
            session.for_seconds(1)
            state.bring_about(session)
            session.for_seconds(1.5)
            return session.screen()
        finally:
            session.close()
            display.kill()


def tile(picture: np.ndarray) -> np.ndarray:
    """Fit a picture into a tile."""
    height, width = picture.shape[:2]
    scale = min(TILE[0] / width, TILE[1] / height)
    small = cv2.resize(picture, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    down, across = TILE[1] - small.shape[0], TILE[0] - small.shape[1]
    edges = (down // 2, down - down // 2, across // 2, across - across // 2)
    return cv2.copyMakeBorder(small, *edges, cv2.BORDER_CONSTANT, value=(96, 96, 96))


def main(folder: Path, kept: Path | None = None) -> None:
    """Draw all states, and save the sheet."""
    tiles = []
    with tempfile.TemporaryDirectory() as name:
        clip = clip_of_the_demo(Path(name) / "holiday.mp4")
        for state in STATES:
            picture = picture_of(state, clip)
            tiles.append(tile(picture))
            if kept is not None:
                kept.mkdir(parents=True, exist_ok=True)
                cv2.imwrite(str(kept / f"{state.name}.png"), picture[..., ::-1])
    tiles += [np.full_like(tiles[0], 96)] * (-len(tiles) % COLUMNS)
    rows = [np.hstack(tiles[start : start + COLUMNS]) for start in range(0, len(tiles), COLUMNS)]
    sheet = np.vstack(rows)[..., ::-1]
    cv2.imwrite(str(folder / "window-states.webp"), sheet, [cv2.IMWRITE_WEBP_QUALITY, 80])


if __name__ == "__main__":
    main(*(Path(argument).resolve() for argument in sys.argv[1:]))
