"""The first run, and what the second one remembers of it."""

import tomllib

import glfw
import numpy as np
import pytest

from engine.app.tools.first_run import FirstRun
from engine.app.window_state import Remembered
from engine.models.catalog import find
from engine.window.placement import Placement
from engine.window.window import Window
from tests.window.sleeper import Sleeper

pytestmark = pytest.mark.slow

FIELD = (43, 48, 59)  # of the dark theme


def test_a_first_run_greets_and_a_second_one_goes_on_where_the_first_ended(open_viewer, tmp_path):
    session = open_viewer(Sleeper.quick, source="demo", checkpoints_dir=tmp_path, is_first_run=True)
    session.until(lambda: session.app.live is not None)
    session.until(lambda: (session.tool(FirstRun).facts().device or "").startswith("CPU"))
    greeting = session.tool(FirstRun).facts()
    assert greeting.networks == "lite, which is built in"
    assert greeting.offer == "Download vda-vits (116 MB, Apache-2.0)"
    assert tomllib.loads((tmp_path / "window.toml").read_text())["is_welcomed"]  # already, whatever happens now

    def download(name, folder, progress):
        progress(58_000_000, 116_000_000)
        path = folder / "video_depth_anything_vits.pth"
        path.write_bytes(b"weights")
        return path

    session.viewer.downloads._download = download
    session.for_seconds(0.4)
    y, x = np.median(np.argwhere(np.abs(session.screen().astype(int) - FIELD).max(-1) < 6), axis=0)
    session.click(int(x), int(y))
    session.until(lambda: find("vda-vits", tmp_path) is not None)
    session.until(lambda: session.tool(FirstRun).facts().networks == "Video-Depth-Anything Small")
    assert session.tool(FirstRun).facts().offer is None
    session.press("Escape")
    assert session.tool(FirstRun).facts() is None
    assert not session.window.is_closing

    session.click(280, 92)  # all settings
    session.click(60, 272)  # fold "Depth"
    glfw.set_window_size(session.window._handle, 700, 500)
    glfw.set_window_pos(session.window._handle, 90, 60)
    session.until(lambda: session.window.placement == Placement((700, 500), (90, 60), False))
    session.close()
    kept = Remembered.model_validate(tomllib.loads((tmp_path / "window.toml").read_text()))
    assert (kept.window_px, kept.window_at) == ((700, 500), (90, 60))
    assert kept.shows_all_settings
    assert kept.sections["Depth"] is False
    assert kept.sections["Look"] is True

    again = open_viewer(Sleeper.quick, source="demo", is_first_run=True)
    again.turn(2)
    assert again.tool(FirstRun).facts() is None
    assert again.viewer.overlay.sections == kept.sections
    assert again.viewer.overlay.settings_panel.shows_all


def test_a_first_run_without_a_camera_shows_the_demo_meanwhile(open_viewer):
    session = open_viewer(Sleeper.quick, source="webcam", is_first_run=True)
    session.until(lambda: session.app.live is not None)
    snapshot = session.viewer.snapshot()
    assert (snapshot.source.name, snapshot.source.is_lost) == ("demo", True)
    assert any("camera" in message for message in snapshot.notices.warnings)
    assert session.app.settings.source.source == "webcam"


def test_a_window_opens_where_it_was_unless_that_is_nowhere(display, monkeypatch):
    monkeypatch.setenv("DISPLAY", display)
    window = Window("place", (300, 200), placement=Placement((640, 480), (200, 100)), vsync=False)
    assert window.placement == Placement((640, 480), (200, 100))
    window.destroy()
    window = Window("place", (500, 300), placement=Placement(None, (9000, 100)), vsync=False)
    assert window.placement.window_px == (500, 300)
    assert window.placement.window_at[0] < 1400
    window.destroy()
    window = Window("place", (500, 300), vsync=False)
    assert window.placement is None  # such a size, as from --size, is for this time only
    window.destroy()


def test_the_keyboard_walks_through_the_panels_and_leaves_the_scene_alone(open_viewer):
    session = open_viewer(Sleeper.quick, source="demo", theme="light")
    session.until(lambda: session.app.live is not None)
    session.for_seconds(0.3)
    assert session.screen()[20:60, 200:320].mean() > 180  # the light theme
    yaw = session.viewer.view.navigation.target.yaw_rad
    session.press("F6")
    session.until(lambda: session.window.input._io.nav_visible)
    for key in ("Right", "space", "Down", "Down", "Down", "Down", "Down", "space"):
        session.press(key)  # to all settings; past the search, presets, "Source" and "Model": fold "Depth"
    session.until(lambda: session.viewer.overlay.sections.get("Depth") is False)
    assert not session.viewer.view.is_held  # the space bar froze nothing
    session.press("Tab")
    assert session.viewer.overlay.is_visible
    session.press("Escape")
    session.until(lambda: not session.window.input._io.nav_visible)
    session.press("F6")  # and back
    session.until(lambda: session.window.input._io.nav_visible)
    session.press("ctrl+e")
    session.until(lambda: session.viewer.overlay.shows_export)
    session.press("Escape")
    session.until(lambda: not session.window.input._io.nav_visible)
    assert not session.viewer.overlay.shows_export
    session.press("Tab")  # is the scene's again
    assert not session.viewer.overlay.is_visible
    assert session.viewer.view.navigation.target.yaw_rad == yaw
    session.hand.do("keydown", "Left")
    session.for_seconds(0.3)
    session.hand.do("keyup", "Left")
    assert session.viewer.view.navigation.target.yaw_rad != yaw


def test_after_the_card_the_keyboard_belongs_to_the_scene(open_viewer):
    session = open_viewer(Sleeper.quick, source="demo", is_first_run=True)
    session.until(lambda: session.app.live is not None)
    session.until(lambda: session.window.input._io.nav_visible)
    session.press("Return")
    session.until(lambda: session.tool(FirstRun).facts() is None)
    session.until(lambda: not session.window.input._io.nav_visible)
    session.press("Tab")
    assert not session.viewer.overlay.is_visible
