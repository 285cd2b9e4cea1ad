"""The scene lies in the part of the window that no panel covers, and saved pictures know nothing of it."""

import cv2
import numpy as np
import pytest

from engine.status.commands import Invoke
from tests.window.sleeper import Sleeper

pytestmark = pytest.mark.slow

RED = (255, 0, 0)
"""The portrait is 200 wide in a window that is 640 wide, of which the panel leaves 288."""
MIDDLE = (352 + 640) / 2
COVERED = 352 / 640


@pytest.fixture
def session(open_viewer, tmp_path):
    cv2.imwrite(str(tmp_path / "red.png"), np.full((80, 40, 3), RED[::-1], np.uint8))
    session = open_viewer(Sleeper.quick, source=str(tmp_path / "red.png"), reduced_motion=True, border_fill=0)
    session.until(lambda: session.app.live is not None)
    return session


def columns(picture):
    """The first and the last column of red, in a row between all bars."""
    red = np.flatnonzero(np.abs(picture[150].astype(int) - RED).max(-1) < 12)
    return (int(red[0]), int(red[-1])) if red.size else (0, 0)


def settle(session, has_panel=True):
    view = session.viewer.view
    session.until(lambda: session.viewer.overlay.is_visible == has_panel)
    session.until(lambda: view.draw_request().covered == (pytest.approx(COVERED) if has_panel else 0))
    session.for_seconds(0.3)


def test_a_portrait_lies_beside_the_panel_and_in_the_middle_without_it(session):
    session.until(lambda: columns(session.screen()) == pytest.approx((MIDDLE - 100, MIDDLE + 100), abs=3))
    session.press("Tab")
    session.until(lambda: columns(session.screen()) == pytest.approx((320 - 100, 320 + 100), abs=3))


def test_a_wide_picture_lies_beside_the_panel_and_fills_the_window_without_it(open_viewer, tmp_path):
    cv2.imwrite(str(tmp_path / "red.png"), np.full((50, 80, 3), RED[::-1], np.uint8))
    session = open_viewer(Sleeper.quick, source=str(tmp_path / "red.png"), reduced_motion=True, border_fill=0)
    session.until(lambda: columns(session.screen()) == pytest.approx((352 - 32, 639), abs=3))  # half, but no less
    session.press("Tab")
    session.until(lambda: columns(session.screen()) == pytest.approx((0, 639), abs=3))


def test_a_saved_picture_is_the_same_with_and_without_the_panel(session, tmp_path):
    settle(session)
    session.press("F12")
    session.until(lambda: len(list((tmp_path / "captures").glob("*.png"))) == 1)
    session.press("Tab")
    settle(session, has_panel=False)
    session.press("F12")
    session.until(lambda: len(list((tmp_path / "captures").glob("*.png"))) == 2)
    session.viewer._jobs.finish()
    first, second = (cv2.imread(str(path)) for path in sorted((tmp_path / "captures").glob("*.png")))
    assert (first == second).all()
    assert sum(columns(first[..., ::-1])) / 2 == pytest.approx(320, abs=3)


def test_the_mouse_finds_what_is_drawn_beside_the_panel(session):
    settle(session)
    view = session.viewer.view
    middle = MIDDLE / 640, 0.5
    place = view.pick(*middle)
    assert place[0] == pytest.approx(0, abs=0.01)
    assert view.pick(320 / 640, 0.5) is None  # where the middle would be
    (spot,) = view.project(place)
    assert spot == pytest.approx(middle, abs=0.005)
    assert session.app.renderer.direction(*middle) == pytest.approx((0, 0), abs=0.01)
    before = view.navigation.target.distance
    view.dolly(2, middle)
    assert view.navigation.target.distance < before
    assert view.navigation.target.pivot[0] == pytest.approx(0, abs=0.01)  # straight ahead


def test_the_scene_slides_aside_while_nothing_else_moves(open_viewer, tmp_path):
    cv2.imwrite(str(tmp_path / "red.png"), np.full((80, 40, 3), RED[::-1], np.uint8))
    session = open_viewer(Sleeper.quick, source=str(tmp_path / "red.png"))
    session.until(lambda: session.app.live is not None)
    settle(session)
    seen, view = [], session.viewer.view
    session.viewer.do(Invoke("toggle_overlay"))
    session.until(lambda: (seen.append(view.draw_request().covered), seen[-1] == 0)[1])
    assert seen[0] == pytest.approx(COVERED, abs=0.005)
    assert seen == sorted(seen, reverse=True)


def test_a_recording_shows_the_scene_in_its_middle(session, tmp_path):
    settle(session)
    assert session.viewer.view.draw_request().covered > 0
    session.press("ctrl+r")
    session.until(lambda: session.viewer.view.draw_request().covered == 0)
    assert sum(columns(session.app.renderer.read())) / 2 == pytest.approx(320, abs=3)
    session.press("ctrl+r")
    session.until(lambda: session.viewer.view.draw_request().covered > 0)
