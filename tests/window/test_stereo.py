"""Stereo in the window: the menu, panels before both eyes, and full screen."""

import pytest

from engine.app.tools.glasses import Glasses
from engine.settings.presets import find

MIDDLE = 320
"""The menu opens in the middle of the window."""


@pytest.fixture
def session(open_viewer):
    session = open_viewer(source="demo")
    session.viewer.overlay.is_visible = False
    session.until(lambda: session.app.live)
    return session


def test_a_device_is_chosen_in_the_menu(session):
    session.press("g")
    assert session.tool(Glasses).is_open
    television = find("3d-television")
    for y in range(140, 240, 10):  # down the list
        session.click(MIDDLE, y)
        if television.matches(session.app.settings):
            break
    assert television.matches(session.app.settings)
    session.press("y")
    session.until(lambda: session.app.settings.stereo.swap_eyes)
    session.press("Escape")
    assert not session.tool(Glasses).is_open
