"""A video in the window: keys, the transport bar, and no drawing while paused."""

import glfw
import numpy as np
import pytest

from tests.sources.test_recording import COUNT, FPS, number, write_numbered
from tests.window.sleeper import Sleeper

pytestmark = pytest.mark.slow


def test_a_video_is_paused_stepped_sought_and_repeated(open_viewer, tmp_path):
    clip = write_numbered(tmp_path / "clip.mp4", "mpeg4")
    session = open_viewer(Sleeper.quick, source=str(clip), max_res=640, crop="off")  # black digits are no bars
    session.until(lambda: session.app.live is not None)

    def transport():
        return session.app.source.transport

    def is_shown(n: int) -> None:
        """Wait until frame `n` is on screen with its own depth."""
        session.until(lambda: number(session.viewer.view.shown.frame.image) == n)

    session.press("space")
    assert transport().playback.is_paused
    assert not session.viewer.view.is_held  # paused, not frozen: the depth thread rests too
    here = round(transport().playback.position_s * FPS)
    is_shown(here)
    room = session.viewer.view.centering
    session.until(lambda: room.share == room.covered > 0)  # the panels stay now
    session.turn(3)
    drawn = session.app.statistics.display_frames
    session.for_seconds(0.3)
    assert session.app.statistics.display_frames == drawn
    for key, step in (("period", 1), ("comma", -1), ("comma", -1), ("period", 1)):
        session.press(key)
        here = (here + step) % COUNT
        is_shown(here)
    session.press("ctrl+Left")  # to the end
    is_shown(0)
    session.press("ctrl+Right")
    is_shown(COUNT - 1)

    # the bar lies along the lower edge, over all of a window that is so small
    session.drag((320, 364), (1, 0))
    middle = round(transport().playback.position_s * FPS)
    assert COUNT * 0.25 < middle < COUNT * 0.75
    is_shown(int(transport().playback.position_s * FPS + 1e-3))
    session.press("k")
    begin_s = transport().playback.position_s
    for _ in range(4):
        session.press("period")
    session.press("k")
    assert transport().playback.loop_s == pytest.approx((begin_s, begin_s + 4 / FPS), abs=1 / FPS)
    session.click(82, 364)  # play
    assert not transport().playback.is_paused
    session.for_seconds(0.6)
    assert begin_s - 1 / FPS <= transport().playback.position_s <= begin_s + 5 / FPS
    session.press("k")
    assert transport().playback.loop_s is None

    for _ in range(3):  # the settings, the bar of actions, then this one
        session.press("F6")
        session.until(lambda: session.window.input._io.nav_visible)
    for key in ("Right", "space"):  # from one picture back to pause
        session.press(key)
    session.until(lambda: transport().playback.is_paused)


def test_what_is_no_recording_has_no_bar_and_says_so(open_viewer):
    session = open_viewer(source="demo")
    session.until(lambda: session.app.live is not None)
    assert session.viewer.snapshot().playback is None
    session.press("period")
    assert any("Only videos" in message for message in session.viewer.snapshot().notices.warnings)


def test_panels_hide_while_it_plays_and_come_back_with_the_mouse(open_viewer, tmp_path, monkeypatch):
    monkeypatch.setattr("engine.app.autohide.HIDE_AFTER_S", 0.5)
    session = open_viewer(Sleeper.quick, source=str(write_numbered(tmp_path / "clip.mp4", "mpeg4")))
    session.until(lambda: session.app.live is not None)
    overlay = session.viewer.overlay
    session.hand.do("mousemove", 500, 150)
    session.until(lambda: session.window.input.pointer == (500 / 640, 150 / 400))
    session.until(lambda: overlay.opacity == 1)
    session.until(lambda: overlay.opacity == 0)
    session.until(lambda: glfw.get_input_mode(session.window._handle, glfw.CURSOR) == glfw.CURSOR_HIDDEN)
    session.turn(3)
    hidden = session.screen()
    session.hand.do("mousemove", 520, 150)
    session.until(lambda: overlay.opacity == 1)
    session.until(lambda: glfw.get_input_mode(session.window._handle, glfw.CURSOR) == glfw.CURSOR_NORMAL)
    session.press("space")  # what stands still hides nothing
    session.for_seconds(1)
    assert overlay.opacity == 1
    shown = session.screen()
    panel = np.abs(hidden[60:200, 30:200].astype(int) - shown[60:200, 30:200]).max(-1)
    assert (panel > 8).mean() > 0.5
