"""How stereo divides the overlay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.settings import Settings
from engine.window.eyes import WHOLE, Eyes, eyes_of

WINDOW = (1280, 720)
DIVIDED = [Eyes(columns=2), Eyes(columns=2, is_squeezed=True), Eyes(rows=2), Eyes(rows=2, is_squeezed=True)]


@pytest.mark.parametrize(
    ("stereo", "size"),
    [
        ("off", (1280, 720)), ("side-by-side", (640, 720)), ("half-side-by-side", (1280, 720)),
        ("top-bottom", (1280, 360)), ("half-top-bottom", (1280, 720)), ("anaglyph", (1280, 720)),
        ("row-interlaced", (1280, 720)), ("quilt", (1280, 720)),
    ],
)  # fmt: skip
def test_the_overlay_is_as_large_as_what_an_eye_sees(stereo, size):
    assert eyes_of(Settings().replace(stereo=stereo)).overlay_size(WINDOW) == size


def test_beside_flat_panes_the_overlay_is_whole():
    assert eyes_of(Settings().replace(stereo="side-by-side", panes="picture+depth+scene")) == WHOLE


@given(eyes=st.sampled_from(DIVIDED), x=st.floats(0, 1279.9), y=st.floats(0, 719.9))
def test_the_mouse_is_at_the_same_place_before_both_eyes(eyes, x, y):
    part = eyes.part_at((x, y), WINDOW)
    at = eyes.to_overlay((x, y), WINDOW, part)
    assert all(0 <= place < size for place, size in zip(at, eyes.overlay_size(WINDOW), strict=True))
    assert eyes.to_window(at, WINDOW, part) == pytest.approx((x, y), abs=1e-6)
    half = WINDOW[0] / eyes.columns % WINDOW[0], WINDOW[1] / eyes.rows % WINDOW[1]
    other = (x + half[0]) % WINDOW[0], (y + half[1]) % WINDOW[1]
    assert eyes.to_overlay(other, WINDOW, eyes.part_at(other, WINDOW)) == pytest.approx(at, abs=1e-6)
    share = eyes.share((x / WINDOW[0], y / WINDOW[1]))
    size = eyes.overlay_size(WINDOW)
    assert (share[0] * size[0], share[1] * size[1]) == pytest.approx(at, abs=1e-6)


def test_a_drag_goes_on_beyond_the_part_where_it_began():
    eyes = Eyes(columns=2, is_squeezed=True)
    assert eyes.to_overlay((650, 100), WINDOW, (0, 0)) == (1300, 100)
