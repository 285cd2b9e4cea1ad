"""The gallery in the window: opened, looked through, used and closed by mouse and keyboard."""

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

import engine.app.desktop
from engine.app.tools.gallery import ShowGallery
from engine.files.gallery import Gallery
from engine.paths import gallery_file
from tests.window.sleeper import Sleeper

pytestmark = pytest.mark.slow

ROW, FIRST = 67, 80
"""Height of a row and the middle of the first one."""
NAME, SHOW, DELETE = 200, 532, 580
"""Where the parts of a row are."""


def test_what_was_made_is_opened_shown_and_deleted(open_viewer, tmp_path, monkeypatch):
    picture = tmp_path / "red.png"
    cv2.imwrite(str(picture), np.full((90, 160, 3), (0, 0, 255), np.uint8))
    gone, old = tmp_path / "gone.png", tmp_path / "old"
    file = gallery_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [{"path": f"{old}/{number}.mp4", "kind": "film", "made_s": number} for number in range(5000)]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    gallery = Gallery(file)
    gallery.add("film", gone)
    gallery.add("picture", picture)
    binned, shown = [], []
    monkeypatch.setattr("send2trash.send2trash", lambda path: (binned.append(path), shutil.move(path, old)))
    monkeypatch.setattr(engine.app.desktop, "show_in_file_manager", shown.append)
    old.mkdir()

    session = open_viewer(Sleeper.quick, source="demo")
    tool = session.tool(ShowGallery)
    session.until(lambda: session.app.live is not None)
    session.press("ctrl+g")
    session.until(lambda: tool.facts() is not None and tool.facts().items is not None)
    assert [item.is_gone for item in tool.facts().items[:3]] == [False, True, True]
    assert len(tool.facts().items) == 5002
    session.until(lambda: tool._thumbnail(tool.facts().items[0].made) is not None)
    session.until(lambda: np.any(np.all(np.abs(session.screen().astype(int) - (255, 0, 0)) < 9, axis=-1)))
    assert len(tool._thumbnails._textures) + len(tool._thumbnails._reading) < 20  # the rows in sight

    session.click(SHOW, FIRST)
    session.until(lambda: shown == [picture])
    session.click(DELETE, FIRST + ROW)  # of what is gone: from the gallery only
    session.until(lambda: len(tool.facts().items) == 5001)
    assert gone not in {made.path for made in gallery.read()}
    assert binned == []

    session.click(NAME, FIRST)
    assert tool.facts() is None
    session.until(lambda: session.app.source.shown_name == str(picture))

    session.press("ctrl+g")
    session.until(lambda: tool.facts() is not None)
    session.for_seconds(0.3)
    session.click(DELETE, FIRST)
    session.until(lambda: len(tool.facts().items) == 5000)
    assert binned == [picture]
    session.until(lambda: any("bin" in notice.text for notice in session.viewer.snapshot().notices.shown))
    session.press("Escape")
    assert tool.facts() is None
    assert Path(old / "red.png").exists()
