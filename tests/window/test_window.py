"""The viewer in a real window, used by mouse and keyboard."""

import json
import os
import subprocess
import sys
import threading
import tomllib
from dataclasses import replace
from math import pi
from pathlib import Path

import cv2
import numpy as np
import pytest
from imgui_bundle import imgui

from engine.app.tools.compare_networks import CompareNetworks
from engine.app.tools.ruler import RulerTool
from engine.app.tools.start import Start
from engine.clock import FixedClock
from engine.depth.capture.runner import Capturer
from engine.depth.merge import FINE_SCALE
from engine.depth.preprocess import LITE_INPUT_SIZE
from engine.errors import CheckpointError
from engine.frames import DepthKind
from engine.models.catalog import find
from engine.navigation.controller import STOP_BEFORE
from engine.pipeline.second_depth import SecondDepth
from engine.render.display import Display
from engine.status.commands import ChangeSettings, Dismiss, Invoke, OpenFolder
from engine.ui.notices_panel import window_of
from engine.ui.sections import SECTIONS
from tests.conftest import ROOT
from tests.waiting import LIMIT_S
from tests.window.sleeper import Sleeper

pytestmark = pytest.mark.slow


@pytest.fixture
def session(open_viewer):
    session = open_viewer(source="demo")
    session.until(lambda: session.app.live is not None)
    session.for_seconds(0.3)
    return session


def camera(session):
    return session.viewer.view.navigation.target


def test_the_window_shows_the_scene_and_the_panel(session):
    picture = session.screen()
    assert picture.shape == (400, 640, 3)
    scene, panel = picture[:, 400:], picture[20:40, 20:300]
    assert scene.std() > 25
    assert panel.mean() < 110  # the panel is dark
    assert (panel.max(-1) > 180).any()  # and has text on it


def test_dragging_orbits_and_shift_or_the_right_button_pans(session):
    before = session.screen()
    session.drag((500, 200), (80, 20))
    assert camera(session).yaw_rad == pytest.approx(-80 * pi / 4 / 400, abs=0.03)
    assert camera(session).pitch_rad == pytest.approx(20 * pi / 4 / 400, abs=0.03)
    session.for_seconds(0.6)
    assert np.abs(session.screen()[:, 400:].astype(int) - before[:, 400:]).mean() > 5
    pivot, yaw = camera(session).pivot, camera(session).yaw_rad
    session.drag((500, 200), (40, 0), button=3)
    assert camera(session).yaw_rad == yaw
    assert camera(session).pivot != pivot
    pivot = camera(session).pivot
    session.hand.do("keydown", "shift")
    session.drag((500, 200), (40, 0))
    session.hand.do("keyup", "shift")
    assert camera(session).yaw_rad == yaw
    assert camera(session).pivot != pivot
    session.press("r")
    session.for_seconds(0.8)
    assert camera(session).yaw_rad == pytest.approx(0)


def test_the_wheel_dollies_but_not_over_the_panel(session):
    distance = camera(session).distance
    session.hand.do("mousemove", 500, 200)
    session.for_seconds(0.2)
    session.hand.do("click", 4)
    session.for_seconds(0.3)
    nearer = camera(session).distance
    assert nearer < distance
    session.hand.do("mousemove", 150, 150)
    session.for_seconds(0.2)
    session.hand.do("click", 4)
    session.for_seconds(0.3)
    assert camera(session).distance == nearer


def test_the_wheel_stops_before_what_is_seen_and_a_button_leads_home(session):
    view = session.viewer.view

    def room():
        points = [point for point in session.app.renderer.points_in_view(0.2) if point is not None]
        return min(camera(session).position.z - point[2] for point in points)

    steps, dolly = [], view.dolly
    view.dolly = lambda step, pointer: (steps.append(step), dolly(step, pointer))
    session.press("space")  # so that nothing comes nearer by itself
    session.hand.do("mousemove", 350, 200)
    for clicks in range(6, 31, 6):
        session.hand.do("click", "--repeat", 6, "--delay", 20, 4)
        session.until(lambda clicks=clicks: sum(steps) >= clicks and view.navigation.camera == camera(session))
    assert room() > 0.3 * STOP_BEFORE  # it goes along a ball
    session.press("r")
    session.until(lambda: view.navigation.camera == camera(session))
    assert not session.viewer.snapshot().scene.is_astray
    view.navigation.go_to(replace(camera(session), distance=6 * camera(session).distance))
    session.until(lambda: session.viewer.snapshot().scene.is_astray)  # home is far
    session.for_seconds(0.5)
    button = imgui.internal.find_window_by_name("reset")
    session.click(round(button.pos.x + button.size.x / 2), round(button.pos.y + button.size.y / 2))
    session.until(lambda: not session.viewer.snapshot().scene.is_astray)
    assert camera(session).distance == pytest.approx(session.app.home_camera(view.shown).distance, rel=0.1)


def test_holding_a_key_flies_until_it_is_let_go(session):
    start = camera(session).position
    session.hand.do("keydown", "w")
    session.until(lambda: camera(session).position.z < start.z - 0.1)
    session.hand.do("keyup", "w")
    session.for_seconds(0.2)
    there = camera(session).position
    session.for_seconds(0.3)
    assert camera(session).position == there


def test_keys_change_settings_and_the_file_remembers(session):
    for key in ("p", "l", "c", "bracketright", "equal", "m"):
        session.press(key)
    settings = session.app.settings
    assert settings.display.display_mode == "pointcloud"
    assert settings.display.wireframe
    assert settings.display.view == "depth"
    assert settings.display.subsample == 5
    assert settings.scene.depth_scale == pytest.approx(0.6)
    assert settings.depth.metric
    session.until(session.settings_file.exists)

    def saved():
        return tomllib.loads(session.settings_file.read_text())

    session.until(lambda: saved().get("depth", {}).get("metric"))  # the key that was pressed last
    assert saved()["display"]["display_mode"] == "pointcloud"
    assert saved()["scene"]["depth_scale"] == pytest.approx(0.6)


def test_a_double_click_turns_round_that_point(session):
    io = session.window.input._io
    io.mouse_single_click_delay, io.mouse_double_click_time = 2 * LIMIT_S, LIMIT_S  # however long a frame takes
    eye = camera(session).position
    session.hand.do("mousemove", 590, 280)
    session.for_seconds(0.3)
    session.hand.do("click", "--repeat", 2, "--delay", 60, 1)
    session.until(lambda: camera(session).pivot[0] > 0.1)  # right of the middle
    assert camera(session).pivot[1] < 0  # below it
    assert tuple(camera(session).position) == pytest.approx(tuple(eye), abs=0.05)


def test_typing_into_a_field_reaches_neither_the_scene_nor_the_keys(session):
    session.click(280, 92)  # all settings
    session.click(60, 192)  # unfold "Source"
    session.click(280, 260)  # the text field
    session.hand.do("key", "ctrl+a")
    session.hand.do("type", "--delay", 40, "xpl.mp4")
    session.for_seconds(0.5)
    assert not session.viewer.view.is_held  # X captured nothing
    assert session.app.settings.display.display_mode == "mesh"
    session.hand.do("key", "Return")
    session.for_seconds(0.5)
    session.until(lambda: any("xpl.mp4" in message for message in session.viewer.snapshot().notices.warnings))
    assert session.app.source.name == "demo"  # the old source goes on


def test_tab_hides_the_panel_and_f1_shows_the_keys(session):
    session.press("Tab")
    assert not session.viewer.overlay.is_visible
    bare = session.screen()
    assert np.abs(bare[20:300, 20:200].astype(int)).mean() > 60
    session.press("F1")
    session.for_seconds(0.3)
    assert np.abs(session.screen().astype(int) - bare)[150:250, 250:400].mean() > 20
    session.press("Escape")  # closes the help, not the program
    assert not session.viewer.overlay.shows_help
    assert not session.window.is_closing
    session.press("Escape")  # nothing is open any more
    session.press("Escape")
    assert not session.window.is_closing


def test_ctrl_q_closes_the_window_even_while_typing(session):
    session.press("F")
    session.until(lambda: session.window.is_fullscreen)
    session.press("Escape")
    session.until(lambda: not session.window.is_fullscreen)
    session.click(280, 92)  # all settings
    session.click(60, 192)  # unfold "Source"
    session.click(280, 260)  # the text field
    session.until(lambda: session.window.input._io.want_text_input)
    session.press("q")
    assert not session.window.is_closing
    session.press("ctrl+q")
    assert session.window.is_closing


def test_space_freezes_and_goes_on(session):
    session.press("space")
    held = session.viewer.view.shown
    session.for_seconds(0.5)
    assert session.viewer.view.shown is held
    session.press("space")
    session.until(lambda: session.viewer.view.shown is not held)


def test_x_takes_the_frame_on_screen_again_and_escape_returns(open_viewer, tmp_path, monkeypatch):
    take, goes_on = Capturer.take, threading.Event()
    monkeypatch.setattr(Capturer, "take", lambda *arguments: goes_on.wait(LIMIT_S) and take(*arguments))
    session = open_viewer(source="demo", demo_depth=False)
    stage = session.viewer.view
    session.until(lambda: session.app.live is not None)
    live, before = session.app.live, camera(session)
    session.press("x")
    shown = set()
    session.until(lambda: shown.add(stage.shown.frame.index) or len(shown) > 2)  # the live scene continues
    assert not stage.is_capture
    goes_on.set()
    session.until(lambda: stage.is_capture)
    capture = stage.capture
    assert capture.frame.frame is capture.live.frame
    assert capture.live.frame.index >= live.frame.index
    assert min(capture.frame.depth.shape) == FINE_SCALE * LITE_INPUT_SIZE
    assert capture.frame.kind is DepthKind.DISPARITY
    snapshot = session.viewer.snapshot()
    assert "the weights of da3-base are not on this machine" in snapshot.capture.note
    assert snapshot.downloads.capture_offer.network == "da3-base"
    session.until(lambda: any((tmp_path / "captures").glob("2*/capture.json")))
    (saved,) = (tmp_path / "captures").glob("2*")
    assert len(list(saved.iterdir())) == 7
    picture = cv2.imread(str(saved / "view.png"))
    assert picture.shape == (400, 640, 3)
    assert picture.std() > 25
    session.press("Escape")
    assert not stage.is_held
    assert not session.window.is_closing
    assert camera(session).distance == pytest.approx(before.distance, rel=0.2)


def test_holding_b_compares_a_capture_with_the_live_scene(session, hand):
    session.press("b")
    assert any("Press X to make one" in message for message in session.viewer.snapshot().notices.warnings)
    session.press("x")
    session.until(lambda: session.viewer.view.is_capture)
    hand.do("mousemove", 480, 300)
    session.for_seconds(0.3)
    before = session.screen()
    hand.do("keydown", "b")
    session.for_seconds(0.6)
    during = session.screen()
    assert session.viewer.snapshot().capture.wipe == pytest.approx(0.75, abs=0.01)
    assert (during[60:150, 479:481] == 255).all()
    hand.do("keyup", "b")
    session.for_seconds(0.4)
    after = session.screen()
    assert session.viewer.snapshot().capture.wipe is None
    assert not (after[60:150, 479:481] == 255).all()
    still = np.abs(before[90:150, 350:470].astype(int) - during[90:150, 350:470]).max(-1) > 8  # below their names
    assert still.mean() < 0.01  # the capture stands still left of the line


def test_holding_v_compares_with_a_second_network(open_viewer, hand):
    session = open_viewer(source="demo", compare_with="lite")
    session.until(lambda: session.app.live is not None)
    tool = session.tool(CompareNetworks)
    tool.depth = SecondDepth(session.app.clock, Sleeper.quick)
    hand.do("mousemove", 480, 300)
    session.for_seconds(0.3)
    hand.do("keydown", "v")
    session.until(lambda: session.viewer.snapshot().capture.wipe is not None)
    session.until(lambda: np.all(session.screen()[60:150, 479:481] == 255))
    assert session.viewer.snapshot().capture.wipe_names == ("depth of the source", "lite (built in)")
    assert session.app.worker.status.depth_frames > tool.depth.status.depth_frames  # which takes less of the time
    hand.do("keyup", "v")
    session.until(lambda: session.viewer.snapshot().capture.wipe is None)
    session.until(lambda: not np.all(session.screen()[60:150, 479:481] == 255))


def test_ctrl_e_saves_the_frame_as_what_one_clicks(session, tmp_path):
    session.hand.do("key", "ctrl+e")
    session.for_seconds(0.4)
    assert session.viewer.overlay.shows_export
    before = camera(session)
    for name in ("glb", "npz"):
        session.viewer.do(Invoke(f"export_{name}"))
    session.until(lambda: len(list((tmp_path / "captures").glob("*"))) == 2)
    assert {path.suffix for path in (tmp_path / "captures").iterdir()} == {".glb", ".npz"}
    assert camera(session) == before  # E did not fly
    session.press("Escape")
    assert not session.viewer.overlay.shows_export
    assert not session.window.is_closing


def test_a_capture_that_cannot_be_saved_says_so_and_stays(session, tmp_path):
    (tmp_path / "captures").write_text("in the way")
    session.press("x")
    session.until(lambda: session.viewer.view.is_capture)
    session.until(lambda: any("cannot be written" in message for message in session.viewer.snapshot().notices.warnings))
    assert session.viewer.view.is_capture
    (tmp_path / "captures").unlink()
    session.viewer.do(Invoke("export_folder"))  # the same again, now that there is a place
    session.until(lambda: any((tmp_path / "captures").glob("2*/capture.json")))


def test_the_window_may_be_any_size(session, hand):
    found = hand.display and session.window
    for size in ((1000, 700), (330, 240), (640, 400)):
        hand.do("search", "--name", "da3d", "windowsize", "--sync", *size)
        session.until(lambda size=size: found.size_px == size)
        session.for_seconds(0.3)
        assert session.app.renderer.size == size
        assert session.screen()[-20:, -20:].shape == (20, 20, 3)


def test_f12_saves_the_picture_without_the_overlay_among_the_users_pictures(session):
    session.viewer.do(ChangeSettings({"captures_dir": None}))
    pictures = Path(os.environ["XDG_PICTURES_DIR"])
    session.press("F12")
    session.until(lambda: any(pictures.glob("da3d-*.png")))
    (saved,) = pictures.glob("da3d-*.png")
    session.for_seconds(0.3)
    picture = cv2.imread(str(saved))
    assert picture.shape == (400, 640, 3)
    assert picture[20:300, 20:200].mean() > 60  # no panel
    session.until(lambda: "Picture saved." in session.viewer.snapshot().notices.infos)
    (notice,) = session.viewer.snapshot().notices.shown
    assert [button.command for button in notice.buttons] == [OpenFolder(saved), Invoke("copy_picture")]


def test_a_notice_is_closed_by_its_cross_and_listed_afterwards(session):
    session.viewer.do(Invoke("step_back"))
    session.until(lambda: session.viewer.snapshot().notices.warnings == ("Only videos can be rewound.",))
    session.for_seconds(0.4)
    (notice,) = session.viewer.snapshot().notices.shown
    window = imgui.internal.find_window_by_name(window_of(notice))
    corner, size = window.pos, window.size
    session.click(round(corner.x + size.x - 24), round(corner.y + size.y / 2))
    assert session.viewer.snapshot().notices.shown == ()
    session.press("F2")
    assert session.viewer.overlay.shows_messages
    assert session.viewer.snapshot().notices.history[0].text == "Only videos can be rewound."
    session.press("Escape")
    assert not session.viewer.overlay.shows_messages


def test_a_lower_quality_is_explained_with_what_was_measured(open_viewer, monkeypatch):
    record = Display.record_work
    monkeypatch.setattr(Display, "record_work", lambda display, seconds: record(display, 0.069))  # a slow machine
    session = open_viewer(source="demo", quality="auto")
    session.until(lambda: any("(69 ms a frame, target 33)" in text for text in session.viewer.snapshot().notices.infos))


def test_without_a_camera_it_explains_and_offers_the_demo(open_viewer):
    session = open_viewer(source="webcam:7")
    session.until(lambda: session.app.source.is_lost)
    session.for_seconds(0.5)
    snapshot = session.viewer.snapshot()
    assert snapshot.source.is_lost
    assert any("camera" in message for message in snapshot.notices.warnings)
    picture = session.screen()
    button = np.argwhere(np.abs(picture[250:, 345:].astype(int) - [43, 48, 59]).max(-1) < 6)  # beside the panel
    y, x = np.median(button, axis=0)
    session.click(int(x) + 345, int(y) + 250)
    session.until(lambda: session.app.live is not None)
    assert session.app.source.name == "demo"


def test_a_click_downloads_the_missing_network_and_it_is_loaded(open_viewer, tmp_path):
    goes_on, loaded = threading.Event(), []

    def make(settings, check):
        loaded.append(settings.encoder)
        if settings.encoder == "vits" and find("vda-vits", settings.checkpoints_dir) is None:
            raise CheckpointError("the weights of vda-vits are not on this machine")
        return Sleeper(settings, check)

    def download(name, folder, progress):
        progress(58_000_000, 116_000_000)
        goes_on.wait(LIMIT_S)
        path = folder / "video_depth_anything_vits.pth"
        path.write_bytes(b"weights")
        return path

    session = open_viewer(make, source="demo", demo_depth=False, encoder="vits", checkpoints_dir=tmp_path)
    session.viewer.downloads._download = download
    session.until(lambda: session.app.worker.status.message is not None)
    assert session.viewer.snapshot().downloads.offer.network == "vda-vits"
    session.press("Tab")  # away with the panel, whose fields have the color of buttons
    button = np.argwhere(np.abs(session.screen()[250:, :].astype(int) - [43, 48, 59]).max(-1) < 6)
    y, x = np.median(button, axis=0)
    session.click(int(x), int(y) + 250)
    session.until(lambda: session.viewer.downloads.status.progress is not None)
    assert session.viewer.snapshot().downloads.progress == ("vda-vits: 58 of 116 MB", 0.5)
    assert session.viewer.snapshot().downloads.offer is None
    session.turn()  # the bar is drawn
    goes_on.set()
    session.until(lambda: loaded[-1:] == ["vits"] and session.app.worker.status.message is None)


def test_a_network_that_is_busy_does_not_hold_up_the_window(open_viewer):
    is_stuck, goes_on = threading.Event(), threading.Event()

    class Stuck(Sleeper):
        """Gives one depth map, and blocks on the second until it may continue."""

        has_answered = False

        def estimate(self, image):
            if self.has_answered:
                is_stuck.set()
                goes_on.wait(LIMIT_S)
            self.has_answered = True
            return super().estimate(image)

    session = open_viewer(Stuck.quick, source="demo", demo_depth=False)
    session.until(lambda: session.app.live is not None and is_stuck.is_set())
    drawn = session.app.statistics.display_frames
    for n in range(20):
        session.viewer.view.navigation.target = camera(session).orbited(0.01 * (-1) ** (n // 5), 0)
        session.turn(1)
    assert session.app.statistics.display_frames >= drawn + 20
    goes_on.set()


def test_the_overlay_grows_with_the_monitors_scale(session, monkeypatch):
    from engine.window.window import Window

    def panel_width():
        panel = imgui.internal.find_window_by_name("da3d")
        return panel.pos.x + panel.size.x

    plain = panel_width()
    monkeypatch.setattr(Window, "content_scale", property(lambda self: 1.5))
    session.for_seconds(0.8)
    assert plain < panel_width() < 0.7 * 640  # it leaves room for the scene
    session.hand.do("search", "--name", "da3d", "windowsize", "--sync", 1000, 600)
    session.until(lambda: session.window.size_px == (1000, 600))
    session.for_seconds(0.8)
    assert panel_width() == pytest.approx(1.5 * plain, rel=0.1)


def test_a_line_says_what_is_loading_and_how_far_it_is(open_viewer):
    goes_on = threading.Event()

    def slow(settings, check):
        check("reading its weights")
        goes_on.wait(LIMIT_S)
        return Sleeper.quick(settings, check)

    session = open_viewer(slow, source="demo", demo_depth=False, reduced_motion=True)

    def loading():
        return session.viewer.snapshot().network.loading

    session.until(lambda: loading() == "Loading the depth network: reading its weights…")
    session.for_seconds(0.3)
    line = imgui.internal.find_window_by_name("progress")
    assert line.active
    assert line.size.y > 70  # too long for the room beside the panel, and so in lines of its own
    assert line.content_size.x <= line.size.x - 2 * line.window_padding.x
    left, top, right, bottom = (round(v) for v in (*line.pos, *(line.pos + line.size)))
    before = session.screen()[top:bottom, left:right].astype(int)
    session.for_seconds(0.6)
    moved = np.abs(session.screen()[top:bottom, left:right] - before).max(-1) > 24
    assert moved.mean() < 0.005  # no bar runs to and fro
    goes_on.set()
    session.until(lambda: loading() is None)


def test_it_closes_while_a_network_loads(open_viewer):
    goes_on = threading.Event()

    def slow(settings, check):
        goes_on.wait(LIMIT_S)
        return Sleeper.quick(settings, check)

    session = open_viewer(slow, source="demo", demo_depth=False)
    session.until(lambda: session.app.worker.status.loading is not None)
    session.press("ctrl+q")
    assert session.window.is_closing
    session.close()  # returns although the network still loads
    goes_on.set()


def test_changing_the_source_keeps_the_old_one_until_the_new_one_delivers(session, tmp_path):
    cv2.imwrite(str(tmp_path / "red.png"), np.full((90, 160, 3), (0, 0, 255), np.uint8))
    session.viewer.settings.change(source=str(tmp_path / "red.png"), demo_depth=False)
    seen = set()
    session.until(lambda: (seen.add(session.app.live.frame.source_id), len(seen) > 1)[1])
    assert seen == {"demo", str(tmp_path / "red.png")}
    assert not session.app.source.is_lost


AT_FIRST_PICTURE = """
import sys
from engine.cli import run
from engine.status.metrics import Statistics

presented = Statistics.presented

def note(self, now_s):
    if self._first_picture_s is None:
        print(*{name.partition(".")[0] for name in sys.modules}, flush=True)
    presented(self, now_s)

Statistics.presented = note
run()
"""


def test_the_picture_is_up_before_any_network(tmp_path, display):
    """In a fresh process, before what takes long to load. `python -m tests.bench.start` measures how soon."""
    done = subprocess.run(
        [sys.executable, "-c", AT_FIRST_PICTURE, "--source", "demo", "--no-demo-depth", "--size", "320x180",
         "--input-size", "64", "--frames", "1", "--stats", "s.json"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT), "DISPLAY": display},
        capture_output=True, text=True, timeout=LIMIT_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "glfw" in done.stdout.split()
    assert {"torch", "openvino"}.isdisjoint(done.stdout.split())
    stats = json.loads((tmp_path / "s.json").read_text())
    assert stats["first_picture_s"] < stats["first_depth_s"]


def test_a_panel_an_action_or_a_pass_that_fails_ends_nothing(open_viewer, monkeypatch):
    session = open_viewer(source="demo")
    session.until(lambda: session.app.live is not None)
    viewer = session.viewer

    def says(text):
        return any(text in line for line in viewer.snapshot().notices.warnings)

    def broken_panel(*arguments):
        imgui.begin("left open")
        imgui.push_style_var(imgui.StyleVar_.alpha, 0.5)
        raise ValueError("a panel is broken")

    with monkeypatch.context() as patch:
        patch.setattr("engine.ui.sources_panel.choose", broken_panel)
        session.until(lambda: says("a panel is broken"))
        session.turn(5)
    with monkeypatch.context() as patch:
        patch.setattr(session.tool(RulerTool), "update", lambda now_s: 1 / 0)
        session.until(lambda: says("division by zero"))
    with monkeypatch.context() as patch:
        patch.setattr(session.app.display, "draw_if_changed", lambda *request: {}["a pass"])
        session.until(lambda: says("a pass"))
    drawn = session.app.statistics.display_frames
    session.press("p")
    session.until(lambda: session.app.statistics.display_frames > drawn)
    assert session.app.settings.display.display_mode == "pointcloud"
    assert not session.window.is_closing


def test_the_wait_for_the_display_is_no_work(session, monkeypatch):
    """Otherwise quality falls on every display that is slower than the scene."""
    clock, worked = FixedClock(), []
    monkeypatch.setattr(session.viewer, "_clock", clock)
    monkeypatch.setattr(session.window, "swap", lambda: clock.sleep_until(clock.now_s() + 1 / 30))
    monkeypatch.setattr(session.app, "record_work", worked.append)
    for _ in range(5):
        navigation = session.viewer.view.navigation
        navigation.target = navigation.target.orbited(0.05, 0)
        session.viewer.turn(clock.now_s())
    assert worked
    assert set(worked) == {0.0}


def test_what_is_wrong_with_the_settings_file_is_said_in_the_window(open_viewer, tmp_path):
    (tmp_path / "settings.toml").write_text("[display]\nsubsample = 99\n", encoding="utf-8")
    session = open_viewer(source="demo")
    assert any("subsample" in line for line in session.viewer.snapshot().notices.warnings)


def test_no_text_of_the_keys_and_exports_is_cut_off_in_a_small_window(open_viewer):
    session = open_viewer(source="demo", size=(500, 400))
    session.until(lambda: session.app.live is not None)
    overlay = session.viewer.overlay
    for toggle, name in ((overlay.toggle_help, "Keys"), (overlay.toggle_export, "Export")):
        toggle()
        session.for_seconds(0.5)
        window = imgui.internal.find_window_by_name(name)
        assert window.content_size.x <= window.size.x - window.window_padding.x
        assert max(window.size.x, window.size.y) <= 500
        toggle()


def test_in_a_small_window_notices_leave_the_panel_free_and_its_texts_whole(open_viewer):
    session = open_viewer(source="demo", size=(500, 400), language="de")
    session.until(lambda: session.app.live is not None)
    panel = imgui.internal.find_window_by_name("da3d")
    session.until(lambda: panel.size.y > 100)  # in its first frames it finds its size
    whole = panel.size.y
    for kind in ("info", "success", "warning"):
        session.viewer.notices.report(f"{kind}: " + "ein längerer Text als in eine Zeile paßt. " * 2, kind, 60)
    session.for_seconds(0.5)
    names = map(window_of, session.viewer.snapshot().notices.shown)
    cards = list(filter(None, map(imgui.internal.find_window_by_name, names)))
    shown = [card for card in cards if card.active]
    assert shown
    assert min(card.pos.y for card in shown) >= panel.pos.y + panel.size.y
    assert whole / 4 < panel.size.y < whole
    assert panel.content_size.x <= panel.size.x - 2 * panel.window_padding.x
    for notice in session.viewer.snapshot().notices.shown:
        session.viewer.do(Dismiss(notice.number))
    session.until(lambda: panel.size.y == whole)


def test_in_a_small_window_no_button_cuts_off_its_german_text(open_viewer, monkeypatch):
    cut, button = set(), imgui.button

    def checked(label, *arguments):
        is_pressed = button(label, *arguments)
        if imgui.calc_text_size(label.partition("##")[0]).x > imgui.get_item_rect_size().x:
            cut.add(label)
        return is_pressed

    session = open_viewer(source="demo", size=(500, 400), language="de", stereo="anaglyph")
    session.until(lambda: session.app.live is not None)
    monkeypatch.setattr(imgui, "button", checked)
    session.viewer.overlay.settings_panel.shows_all = True
    session.viewer.overlay._controls.is_open.update(dict.fromkeys((section.title for section in SECTIONS), True))
    for action in ("toggle_help", "export", "toggle_glasses", "show_render", "show_gallery", "show_start"):
        session.viewer.do(Invoke(action))
        session.turn(4)
        session.viewer.do(Invoke("go_back"))
        session.turn(2)
    assert cut == set()


def test_the_bar_opens_the_start_screen_and_menus_leave_it_free(session):
    session.press("g")
    session.for_seconds(0.3)
    bar, menu = (imgui.internal.find_window_by_name(name) for name in ("actions", "glasses"))
    assert menu.pos.y >= bar.pos.y + bar.size.y
    session.press("g")
    session.click(round(bar.pos.x + 20), round(bar.pos.y + bar.size.y / 2))  # its first button
    session.until(lambda: session.tool(Start).facts() is not None)
    session.press("Escape")
    session.until(lambda: session.tool(Start).facts() is None)


def test_a_warning_about_something_else_does_not_mark_the_source_as_lost(session):
    def dot():
        session.for_seconds(0.4)
        return session.screen()[40, 37].astype(int)

    before = dot()
    session.viewer.notices.warn("The picture cannot be copied.")
    assert np.abs(dot() - before).max() < 8
