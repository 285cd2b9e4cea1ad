"""The settings panel, used by mouse and keyboard."""

import numpy as np
import pytest

from tests.window.sleeper import Sleeper

pytestmark = pytest.mark.slow

ROW = 188
"""Where the only result of a search is."""


def test_a_setting_is_found_changed_and_reset(open_viewer, hand):
    session = open_viewer(Sleeper.quick, source="demo", subsample=4)
    session.until(lambda: session.app.live is not None)
    panel = session.viewer.overlay.settings_panel
    assert not panel.shows_all
    session.press("ctrl+f")
    session.until(lambda: session.window.input._io.want_text_input)
    assert panel.shows_all
    hand.do("type", "--delay", 40, "mesh detail")
    session.until(lambda: panel.wanted == "mesh detail")
    session.for_seconds(0.3)
    knob = knob_x(session)
    session.drag((knob, ROW), (80, 0))
    session.until(lambda: session.app.settings.display.subsample > 4)
    session.for_seconds(0.3)
    assert knob_x(session) > knob
    session.click(154, ROW)  # the button on its label
    session.until(lambda: session.app.settings.display.subsample == 2)
    session.click(280, 124)
    session.press("Escape")
    session.until(lambda: not panel.wanted)
    session.press("Escape")
    session.click(100, 92)
    assert not panel.shows_all


def test_the_keyboard_reaches_the_panel_and_what_is_said_below(open_viewer):
    session = open_viewer(Sleeper.quick, source="demo")
    session.until(lambda: session.app.live is not None)
    session.press("b")  # there is nothing to compare with
    session.until(lambda: session.viewer.snapshot().notices.shown)
    session.for_seconds(0.3)
    session.press("F6")
    session.until(lambda: session.window.input._io.nav_visible)
    session.press("Right")
    session.press("space")
    assert session.viewer.overlay.settings_panel.shows_all
    session.press("F6")
    session.press("space")  # the cross
    session.until(lambda: not session.viewer.snapshot().notices.shown)


def knob_x(session) -> int:
    """Where the slider's knob is: above its track there is nothing else of its color."""
    accent = np.array(session.viewer.overlay.theme.palette.accent[:3]) * 255
    above = session.screen()[ROW - 4, 170:248].astype(float)
    return 170 + round(np.flatnonzero(np.abs(above - accent).max(-1) < 40).mean())
