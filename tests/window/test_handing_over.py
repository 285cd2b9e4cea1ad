"""Presenting the picture and the panel on a software renderer."""

import cv2
import numpy as np
import pytest
from imgui_bundle import imgui

from engine.window import window as window_module
from tests.window.session import SIZE

pytestmark = pytest.mark.slow


@pytest.fixture(params=["processor", "gpu"])
def still(open_viewer, monkeypatch, request):
    """A viewer in which nothing changes any more."""
    monkeypatch.setattr(window_module, "is_software", lambda _: request.param == "processor")
    session = open_viewer(source="demo", quality="low")
    session.until(lambda: session.app.live is not None)
    session.press("space")
    session.for_seconds(0.5)
    return session


def present(session):
    """Run one more iteration with an overlay. Return what is on the display."""
    session.viewer._draw_overlay()
    session.window.present(session.app.renderer.drawn, session.viewer.overlay.backdrop)
    session.window.swap()
    return session.screen()


def test_the_picture_fills_the_window_upright_and_in_its_colors(still):
    drawn = still.app.renderer.drawn
    assert drawn.size != SIZE, "nothing to stretch"
    pixels = np.frombuffer(drawn.read(components=3, alignment=1), np.uint8).reshape(*drawn.size[::-1], 3)
    expected = cv2.resize(pixels[::-1], SIZE, interpolation=cv2.INTER_LINEAR)
    shown = present(still)
    beside = np.s_[SIZE[1] // 4 : SIZE[1] * 3 // 4, SIZE[0] * 6 // 10 :]  # where nothing of the overlay is
    assert np.abs(shown[beside].astype(int) - expected[beside]).max() <= 2
    assert shown[beside].std() > 10


@pytest.mark.parametrize("still", ["processor"], indirect=True)
def test_what_is_kept_of_the_panel_is_what_would_be_drawn(still):
    present(still)
    kept = still.window._panel._patch
    assert kept is not None
    from_memory = present(still)
    assert still.window._panel._patch is kept
    assert all(one._owner_name != "da3d" for one in imgui.get_draw_data().cmd_lists), "it was drawn all the same"
    still.window._panel._content = ()
    np.testing.assert_array_equal(from_memory, present(still))


def test_the_panel_follows_what_changes_in_it(still):
    before = present(still)
    still.viewer.settings.change(projection="relief", depth_scale=1.0)
    after = present(still)
    panel = np.s_[:, : SIZE[0] // 4]
    assert (before[panel] != after[panel]).any()
