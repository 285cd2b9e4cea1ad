"""When panels and bars hide."""

import pytest

from engine.app.autohide import FADE_S, HIDE_AFTER_S, Autohide

HERE, THERE = (0.5, 0.5), (0.6, 0.5)


@pytest.fixture
def panels():
    """Panels beside a video that plays; the mouse has just moved."""
    autohide = Autohide()

    def update(now_s, pointer=HERE, **changes):
        autohide.update(now_s, pointer, **{"is_used": False, "may_hide": True, "fades": True} | changes)
        return autohide.opacity

    update(0)
    return update


def test_they_fade_once_the_mouse_rests_and_come_back_at_once_when_it_moves(panels):
    assert panels(HIDE_AFTER_S - 0.01) == 1
    assert panels(HIDE_AFTER_S + FADE_S / 2) == pytest.approx(0.5)
    assert panels(HIDE_AFTER_S + 2 * FADE_S) == 0
    assert panels(HIDE_AFTER_S + 100, THERE) == 1
    assert panels(2 * HIDE_AFTER_S + 101, THERE) == 0


def test_with_reduced_motion_they_are_there_or_not(panels):
    assert panels(HIDE_AFTER_S - 0.01, fades=False) == 1
    assert panels(HIDE_AFTER_S, fades=False) == 0


@pytest.mark.parametrize("reason", [{"is_used": True}, {"may_hide": False}])
def test_they_stay_while_they_are_used_or_nothing_plays(panels, reason):
    for now_s in (HIDE_AFTER_S, 10 * HIDE_AFTER_S):
        assert panels(now_s, **reason) == 1
    assert panels(11 * HIDE_AFTER_S - 0.01) == 1, "and from then on for as long as ever"
    assert panels(11 * HIDE_AFTER_S + 2 * FADE_S) == 0


def test_a_mouse_that_leaves_the_window_counts_as_moved_once(panels):
    assert panels(HIDE_AFTER_S - 0.1, None) == 1
    assert panels(HIDE_AFTER_S + 0.1, None) == 1
    assert panels(2 * HIDE_AFTER_S + 2 * FADE_S, None) == 0
