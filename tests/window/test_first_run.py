"""The first run, and what the second one remembers of it."""

import tomllib

import cv2
import glfw
import numpy as np
import pytest
from imgui_bundle import imgui

from engine.app.tools.open_file import OpenFile
from engine.app.tools.start import Start
from engine.app.window_state import Remembered
from engine.models.catalog import find
from engine.status.commands import BrowseTo, Invoke
from engine.ui.notices_panel import window_of
from engine.window.file_dialog import FileDialog
from engine.window.placement import Placement
from engine.window.window import Window
from tests.window.sleeper import Sleeper

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def without_system_dialogs(monkeypatch):
    monkeypatch.setattr(FileDialog, "is_available", staticmethod(lambda: False))


FIELD = (43, 48, 59)  # of the dark theme


def test_a_first_run_greets_and_a_second_one_goes_on_where_the_first_ended(open_viewer, tmp_path):
    session = open_viewer(Sleeper.quick, source="demo", checkpoints_dir=tmp_path, is_first_run=True)
    session.until(lambda: session.app.live is not None)
    session.until(lambda: session.tool(Start).facts().device is not None)
    greeting = session.tool(Start).facts()
    assert greeting.networks == "the built-in network"
    assert (greeting.offer.network, greeting.offer.license) == ("vda-vits", "Apache-2.0")
    assert tomllib.loads((tmp_path / "window.toml").read_text())["is_welcomed"]  # already, whatever happens now

    def download(name, folder, progress):
        progress(58_000_000, 116_000_000)
        path = folder / "video_depth_anything_vits.pth"
        path.write_bytes(b"weights")
        return path

    session.viewer.downloads._download = download
    session.for_seconds(0.4)
    button = np.abs(session.screen().astype(int) - FIELD).max(-1) < 6
    y = np.flatnonzero(button.sum(1) > 60)[-1]  # the lowest one
    session.click(int(np.median(np.flatnonzero(button[y]))), int(y) - 4)
    session.until(lambda: find("vda-vits", tmp_path) is not None)
    session.until(lambda: session.tool(Start).facts().networks == "Video-Depth-Anything Small")
    assert session.tool(Start).facts().offer is None
    session.press("Escape")
    assert session.tool(Start).facts() is None
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
    assert again.tool(Start).facts() is None
    assert again.viewer.overlay.sections == kept.sections
    assert again.viewer.overlay.settings_panel.shows_all


def test_where_nobody_said_what_to_show_the_start_screen_comes_first_at_every_run(open_viewer):
    session = open_viewer(Sleeper.quick, source="demo", asks=True)
    session.until(lambda: session.app.live is not None)
    assert session.tool(Start).facts() is not None
    assert not session.window.is_closing
    session.press("Escape")
    session.until(lambda: session.tool(Start).facts() is None)  # the demo behind it is what remains


def test_a_first_run_with_a_picture_shows_the_picture(open_viewer, tmp_path):
    cv2.imwrite(str(tmp_path / "red.png"), np.full((90, 160, 3), (0, 0, 255), np.uint8))
    session = open_viewer(Sleeper.quick, source=str(tmp_path / "red.png"), is_first_run=True)
    session.turn(2)
    assert session.tool(Start).facts() is None


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
    session.press("Return")  # a list of files, where the system has no dialog for that
    session.until(lambda: session.tool(OpenFile).facts() is not None)
    session.press("Escape")
    session.until(lambda: session.tool(OpenFile).facts() is None)
    assert session.tool(Start).facts() is not None
    session.press("Escape")
    session.until(lambda: session.tool(Start).facts() is None)
    session.until(lambda: not session.window.input._io.nav_visible)
    session.press("Tab")
    assert not session.viewer.overlay.is_visible


def test_the_keyboard_chooses_a_file_and_is_the_scenes_again_after_that(open_viewer, tmp_path):
    (tmp_path / "pictures" / "more").mkdir(parents=True)
    picture = tmp_path / "pictures" / "more" / "red.png"
    cv2.imwrite(str(picture), np.full((90, 160, 3), 200, np.uint8))
    session = open_viewer(Sleeper.quick, source="demo")
    session.until(lambda: session.app.live is not None)
    files, io = session.tool(OpenFile), session.window.input._io
    files._folder = tmp_path / "pictures"
    session.press("ctrl+o")
    session.until(lambda: files.facts() is not None and io.nav_visible)
    session.for_seconds(0.1)
    session.press("Return")  # "more"
    session.until(lambda: files.facts().folder == picture.parent)
    session.for_seconds(0.1)
    session.press("Return")
    session.until(lambda: session.app.source.shown_name == str(picture))
    session.until(lambda: not io.nav_visible)
    session.press("ctrl+e")
    session.until(lambda: io.nav_visible)
    session.press("Return")
    session.until(lambda: not (session.viewer.overlay.shows_export or io.nav_visible))
    session.press("space")
    session.until(lambda: session.viewer.view.is_held)


def test_the_panel_appears_with_what_is_in_it(open_viewer):
    session = open_viewer(Sleeper.quick, source="demo")
    session.until(lambda: session.app.live is not None)
    overlay = session.viewer.overlay
    overlay.is_opaque = True
    overlay.toggle()
    session.turn(2)
    overlay.toggle()
    session.turn(1)
    assert overlay.backdrop is None
    session.turn(1)
    assert overlay.backdrop.area[3] > 200


def test_windows_that_open_over_the_scene_lie_beside_the_panel(open_viewer):
    session = open_viewer(Sleeper.quick, source="demo", size=(1280, 720))
    session.until(lambda: session.app.live is not None)
    session.press("ctrl+e")
    session.for_seconds(0.5)
    panel, menu = (imgui.internal.find_window_by_name(name) for name in ("da3d", "Export"))
    assert menu.pos.x > panel.pos.x + panel.size.x


def test_a_file_is_opened_from_the_list_and_offered_again_with_its_picture(open_viewer, tmp_path):
    folder = tmp_path / "pictures"
    (folder / "more").mkdir(parents=True)
    for place, color in (("red.png", (0, 0, 255)), ("more/green.png", (0, 255, 0))):
        cv2.imwrite(str(folder / place), np.full((90, 160, 3), color, np.uint8))
    (folder / "notes.txt").write_text("is no picture")
    session = open_viewer(Sleeper.quick, source="demo")
    session.until(lambda: session.app.live is not None)
    files, start = session.tool(OpenFile), session.tool(Start)
    files._folder = folder / "more"
    session.press("ctrl+o")
    session.until(lambda: files.facts() is not None)
    assert files.facts().files == ("green.png",)
    session.click(150, 121)  # the folder above
    session.until(lambda: (files.facts().folder, files.facts().files) == (folder, ("red.png",)))
    session.click(150, 162)
    session.until(lambda: session.app.source.shown_name == str(folder / "red.png"))
    assert files.facts() is None
    session.press("o")
    session.until(lambda: session.viewer.snapshot().source.choices.recent)
    session.until(lambda: start._thumbnails._file(str(folder / "red.png")).exists())
    session.viewer.do(Invoke("begin"))
    session.viewer.do(Invoke("show_start"))
    session.for_seconds(0.3)
    picture = np.argwhere((np.abs(session.screen().astype(int) - (255, 0, 0)).max(-1) < 12)[150:250, 40:180])
    assert len(picture) > 5000
    session.viewer.settings.change(source="demo")
    session.until(lambda: start.facts() is None)  # another source was chosen


def test_captures_go_to_a_folder_that_is_chosen_in_the_window(open_viewer, tmp_path):
    (tmp_path / "here" / "mine").mkdir(parents=True)
    session = open_viewer(Sleeper.quick, source="demo", captures_dir=tmp_path / "here" / "not yet")
    session.until(lambda: session.app.live is not None)
    files = session.tool(OpenFile)
    session.viewer.do(Invoke("choose_captures_dir"))
    session.until(lambda: files.facts() is not None)
    assert (files.facts().folder, files.facts().folders) == (tmp_path / "here", ("mine",))
    session.viewer.do(BrowseTo(tmp_path / "nowhere"))
    assert files.facts().message == "There is no such folder."
    session.viewer.do(BrowseTo(tmp_path / "here" / "mine"))
    session.for_seconds(0.3)
    window = imgui.internal.find_window_by_name("files")
    session.click(round(window.pos.x + 60), round(window.pos.y + window.size.y - 30))  # "Use this folder"
    session.until(lambda: files.facts() is None)
    assert session.app.settings.capture.captures_dir == tmp_path / "here" / "mine"


def test_in_a_small_window_the_start_screen_lies_above_messages_and_its_buttons_are_inside(open_viewer):
    session = open_viewer(source="demo", size=(500, 400), language="de", asks=True)
    session.until(lambda: session.app.live is not None)
    session.viewer.notices.say("A message that takes its place at the lower border of the window.", seconds=1e6)
    session.for_seconds(0.5)
    (notice,) = session.viewer.snapshot().notices.shown
    screen, card = (imgui.internal.find_window_by_name(name) for name in ("start", window_of(notice)))
    assert screen.pos.y >= 0
    assert screen.pos.y + screen.size.y <= card.pos.y
    assert screen.content_size.x <= screen.size.x - 2 * screen.window_padding.x
