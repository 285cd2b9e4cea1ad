"""The lamp, the legend and the quality in the real window."""

import numpy as np
import pytest

from engine.app.tools.lamp import HELD_LIGHT
from tests.window.session import SIZE

pytestmark = pytest.mark.slow


def test_a_held_key_puts_the_lamp_under_the_mouse(open_viewer, hand):
    session = open_viewer(source="demo")
    session.until(lambda: session.app.live is not None)
    session.press("Tab")  # the scene fills the window
    session.press("space")  # nothing else changes the picture
    hand.do("mousemove", SIZE[0] // 2, SIZE[1] // 4)
    session.for_seconds(0.3)
    before = session.screen().astype(int)
    hand.do("keydown", "j")
    session.until(lambda: session.app.settings.light.light == HELD_LIGHT)
    hand.do("mousemove", SIZE[0] * 3 // 4, SIZE[1] // 2)
    session.until(lambda: session.app.settings.light.lamp_x == pytest.approx(0.75, abs=0.02))
    assert session.app.settings.light.lamp_y == pytest.approx(0.5, abs=0.02)
    session.for_seconds(0.3)
    lit = session.screen().astype(int)
    hand.do("keyup", "j")
    session.until(lambda: session.app.settings.light.light == 0)
    session.for_seconds(0.3)
    after = session.screen().astype(int)
    scene = (slice(None), slice(SIZE[0] * 6 // 10, None))
    assert np.abs(lit[scene] - before[scene]).mean() > 5
    assert np.abs(after[scene] - before[scene]).mean() < 1


def test_the_window_says_how_much_it_draws_and_what_colors_mean(open_viewer):
    session = open_viewer(source="demo", view="depth", quality="auto")
    session.until(lambda: session.app.live is not None)
    session.for_seconds(0.5)
    status = session.viewer.snapshot().scene
    assert "subsample" in status.drawn
    left, bottom = session.viewer.overlay.backdrop.area[:2]  # there is one where the processor draws
    corner = session.screen()[session.window.size_px[1] - bottom - 4, left + 4]
    assert np.abs(corner / 255 - session.viewer.overlay.backdrop.color).max() < 0.01
    assert " ms" in status.drawn
    assert [label[-1] for label in status.depth_labels] == ["m"] * 3
    session.viewer.settings.change(view="color", quality="high")
    session.for_seconds(0.2)
    assert session.viewer.snapshot().scene.depth_labels is None
    assert session.viewer.snapshot().scene.drawn == "subsample 4, 100% size"
