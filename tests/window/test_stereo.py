"""Stereo in the window: the menu, panels before both eyes, and full screen."""

import numpy as np
import pytest

from engine.app.tools.glasses import Glasses
from engine.settings.presets import find

IN_MENU = 320
"""The menu opens at the right border of the window."""


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
    for y in range(60, 240, 10):  # down the list
        session.click(IN_MENU, y)
        if television.matches(session.app.settings):
            break
    assert television.matches(session.app.settings)
    session.press("y")
    session.until(lambda: session.app.settings.stereo.swap_eyes)
    session.press("Escape")
    assert not session.tool(Glasses).is_open


def test_panels_and_the_mouse_are_before_both_eyes_and_either_is_clicked(session):
    session.app.apply(session.app.settings.replace(stereo="half-side-by-side"))
    session.press("space")
    session.press("g")
    session.hand.do("mousemove", 480, 300)
    session.for_seconds(0.3)
    picture = session.screen().astype(int)
    left, right = picture[:, :320], picture[:, 320:]
    assert np.abs(left - right)[40:170, 160:300].mean() < 3  # the menu
    assert np.abs(left - right)[110:300, :60].mean() > 5  # the scene beside it
    for x in (480, 160):  # the list's first row is the screen without glasses
        session.app.apply(session.app.settings.replace(stereo="half-side-by-side"))
        for y in range(80, 200, 8):  # below the bar
            session.click(x, y)
            if session.app.settings.stereo.stereo == "off":
                break
        assert session.app.settings.stereo.stereo == "off"


def test_a_drag_orbits_as_far_in_a_squeezed_part_as_its_picture_moves(session):
    session.press("space")
    turned = []
    for stereo in ("off", "half-side-by-side"):
        session.app.apply(session.app.settings.replace(stereo=stereo))
        session.press("r")
        session.for_seconds(1.0)
        before = session.viewer.view.navigation.target.yaw_rad
        session.drag((300, 200), (40, 0))  # over the border between the eyes
        turned.append(session.viewer.view.navigation.target.yaw_rad - before)
    assert turned[1] == pytest.approx(turned[0], rel=0.05)


def test_full_screen_is_remembered_with_its_monitor(session):
    session.press("f")
    session.until(lambda: session.window.size_px == (1400, 900))
    assert session.window.placement.fullscreen_at == (0, 0)
    session.viewer.close()
    assert session.viewer.window_state.value.fullscreen_at == (0, 0)
    session.window.leave_fullscreen()
    session.until(lambda: session.window.size_px == (640, 400))
    assert session.window.placement.fullscreen_at is None
