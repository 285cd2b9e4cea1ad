"""The whole window by keyboard, and where it is."""

import numpy as np
import pytest
from imgui_bundle import imgui

from engine.app.tools.start import Start
from engine.ui.notices_panel import window_of
from engine.ui.theme import DARK
from engine.window.window import Window

pytestmark = pytest.mark.slow

FOCUS = np.array(DARK.accent_bright[:3]) * 255


@pytest.fixture
def session(open_viewer, monkeypatch):
    monkeypatch.setattr(Window, "content_scale", property(lambda self: 1.25))
    session = open_viewer(source="demo", size=(1000, 600))
    session.until(lambda: session.app.live is not None)
    session.press("space")
    session.for_seconds(0.3)
    return session


def focused(session, name):
    """Press F6 until the keyboard is in that window; return it."""
    for _ in range(8):
        session.press("F6")
        window = imgui.get_current_context().nav_window
        if window is not None and window.name == name:
            return window
    raise AssertionError(f"F6 never came to {name}")


def test_f6_comes_to_the_bar_of_actions_and_shows_where_it_is(session):
    bar = focused(session, "actions")
    (left, top), (width, height) = bar.pos, bar.size
    shown = session.screen()[round(top) : round(top + height), round(left) : round(left + width)]
    ring = np.abs(shown.astype(int) - FOCUS).max(-1) < 24
    assert ring.sum() > 200  # two sides of it at least
    for key in ("Right", "Right", "space"):  # past "Capture" to "Export"
        session.press(key)
    session.until(lambda: session.viewer.overlay.shows_export)


def test_f6_comes_to_the_way_home_and_to_messages(session):
    session.viewer.view.is_astray = lambda: True
    session.viewer.notices.warn("something", seconds=1e6)
    session.for_seconds(0.3)
    assert focused(session, "reset")
    assert focused(session, window_of(session.viewer.snapshot().notices.shown[-1]))
    session.press("F1")
    session.for_seconds(0.3)
    assert focused(session, "Keys")


def test_a_click_counts_after_another_window_was_in_front_although_the_mouse_rested(session):
    handle = session.window._handle
    bar = imgui.internal.find_window_by_name("actions")
    x, y = round(bar.pos.x + 24), round(bar.pos.y + bar.size.y / 2)  # its first button
    session.hand.do("mousemove", x, y)
    session.until(lambda: tuple(imgui.get_io().mouse_pos) == (x, y))
    for is_focused in (0, 1):
        session.window.input._on_focus(handle, is_focused)
        session.for_seconds(0.2)
    session.hand.do("click", 1)
    session.until(lambda: session.tool(Start).facts() is not None)
