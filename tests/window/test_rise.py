"""A new source is on screen before it has depth."""

import threading

import cv2
import numpy as np
import pytest

from engine.status.commands import Invoke, Open
from tests.waiting import LIMIT_S
from tests.window.sleeper import Sleeper

pytestmark = pytest.mark.slow


def test_a_picture_is_shown_flat_until_its_depth_lets_it_rise(open_viewer, tmp_path):
    goes_on = threading.Event()

    class Gated(Sleeper):
        def estimate(self, image):
            goes_on.wait(LIMIT_S)
            return super().estimate(image)

    session = open_viewer(Gated.quick, source="demo", rise_s=0.5)
    view = session.viewer.view
    session.until(lambda: session.app.live is not None and view.rise.share == 1)
    drawn = session.app.statistics.display_frames
    cv2.imwrite(str(tmp_path / "red.png"), np.full((90, 160, 3), (0, 0, 255), np.uint8))
    view.navigation.target = view.navigation.target.orbited(0.2, 0)
    session.viewer.do(Open((str(tmp_path / "red.png"),)))
    session.until(lambda: view.shown is None)
    session.turn(2)
    assert (session.screen()[150:250, 350:600] == (255, 0, 0)).all()  # from its home, not from where the demo was seen
    assert session.app.statistics.display_frames > drawn
    assert session.app.live.frame.source_id == "demo"
    goes_on.set()
    session.until(lambda: view.shown is not None)
    assert view.shown.frame.source_id == str(tmp_path / "red.png")
    assert view.draw_request().rise < 1
    session.viewer.do(Invoke("screenshot"))  # of the settled picture
    assert view.draw_request().rise == 1


def test_a_large_photograph_is_shown_small_at_first_and_then_in_full(open_viewer, tmp_path):
    goes_on = threading.Event()

    class Gated(Sleeper):
        def estimate(self, image):
            goes_on.wait(LIMIT_S)
            return super().estimate(image)

    session = open_viewer(Gated.quick, source="demo", max_res=0)
    session.until(lambda: session.app.live is not None)
    cv2.imwrite(str(tmp_path / "red.png"), np.full((900, 1600, 3), (0, 0, 255), np.uint8))
    widths, draw = [], session.app.display.draw_if_changed

    def note(request, settings):
        if request.frame is not None and request.rise == 0:
            widths.append(request.frame.frame.image.shape[1])
        return draw(request, settings)

    session.app.display.draw_if_changed = note
    session.viewer.do(Open((str(tmp_path / "red.png"),)))
    session.until(lambda: len(widths) > 1)
    assert widths[:2] == [640, 1600]
    goes_on.set()
