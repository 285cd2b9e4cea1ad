"""Key frames in the window: keys, the list, and the file."""

from pathlib import Path

import pytest
from imgui_bundle import imgui

from engine.app.tools.key_frames import KeyFrames
from engine.film.key_frames import load_key_frames

pytestmark = pytest.mark.slow


def test_shift_k_sets_key_frames_that_a_file_holds(open_viewer, tmp_path):
    session = open_viewer(source="demo")
    session.until(lambda: session.app.live is not None)
    tool = session.tool(KeyFrames)
    session.press("shift+k")
    assert len(tool.keys) == 1
    session.drag((480, 330), (80, 0))
    session.until(lambda: session.viewer.view.navigation.camera == session.viewer.view.navigation.target)
    aside = session.viewer.view.navigation.camera
    session.press("shift+k")
    assert abs(tool.keys[1].yaw) > 1
    session.press("k")  # alone it marks the loop of a video
    assert len(tool.keys) == 2
    tool.actions()["save_key_frames"]()
    session.until(lambda: any("Saved flight" in text for text in session.viewer.snapshot().notices.infos))
    (path,) = Path("captures").glob("flight-*.toml")
    flight = load_key_frames(path, is_loop=False)
    home = session.app.home_camera(session.viewer.view.shown)
    assert flight.pose(1.0, 1.0).camera(home).yaw_rad == pytest.approx(aside.yaw_rad, abs=1e-4)

    before, panel = tool.keys, imgui.internal.find_window_by_name("key frames")
    session.click(round(panel.pos.x + panel.size.x) - 28, round(panel.pos.y) + 60)  # at the end of the first row
    assert tool.keys == before[1:]
