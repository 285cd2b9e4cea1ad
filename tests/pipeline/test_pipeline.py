"""Which depth the pipeline shows: that of the network, or warped to newer frames."""

from dataclasses import replace

import numpy as np
import pytest

from engine.clock import FixedClock, RealClock
from engine.navigation.camera import Camera
from engine.pipeline.headless import FIRST_DEPTH_TIMEOUT_S, run_headless
from engine.pipeline.pipeline import Pipeline
from engine.render.draw_request import DrawRequest
from engine.settings import Settings
from engine.settings.run_options import RunOptions
from tests.depth_frames import depth_frame

BASE = depth_frame(np.ones((18, 32)))


@pytest.fixture
def app(ctx):
    one = Pipeline(Settings().replace(time_warp="on"), RunOptions(size="32x18"), ctx, RealClock(), 0.0)
    yield one
    one.close()


def came(index, done_s, *, is_warped=False):
    frame = replace(BASE.frame, index=index, time_s=index / 30)
    return replace(BASE, frame=frame, done_s=done_s, is_warped=is_warped)


def test_pictures_never_go_back_in_time(app):
    first, second = came(3, 1.0), came(6, 2.0)
    app._depths.put(first)
    assert app.take_depth()
    assert app.live is first
    moved = came(8, 1.0, is_warped=True)
    app._warped.put(moved)
    assert app.take_depth()
    assert app.live is moved
    app._depths.put(second)  # of an older picture than the one on screen
    assert not app.take_depth()
    assert app.live is moved
    stale = came(9, 1.0, is_warped=True)  # from the depth before
    app._warped.put(stale)
    assert not app.take_depth()
    newer = came(9, 2.0, is_warped=True)
    app._warped.put(newer)
    assert app.take_depth()
    assert app.live is newer


@pytest.fixture
def warped(app):
    """Shows the depth of frame 3, warped to frame 8."""
    app._depths.put(came(3, 1.0))
    app.take_depth()
    app._warped.put(came(8, 1.0, is_warped=True))
    app.take_depth()
    return app


def test_the_latency_shown_is_that_of_the_frame_the_depth_was_computed_from(app):
    app._depths.put(came(3, 1.0))
    app._warped.put(came(8, 1.0, is_warped=True))
    app.take_depth()
    assert app.live.is_warped
    app.clock = FixedClock(1.0)
    app.draw_if_changed(DrawRequest(app.live, Camera.home(2)))
    assert app.statistics.report(depth_frames=1, dropped=0)["latency_ms"]["p50"] == pytest.approx(900, abs=1)


def test_a_source_that_was_reopened_counts_anew_and_is_shown(warped):
    first = came(0, 2.0)
    later = replace(first, frame=replace(first.frame, time_s=5.0))
    warped._depths.put(later)
    assert warped.take_depth()
    assert warped.live is later


def test_another_source_is_shown_at_once(warped):
    other = came(0, 2.0)
    warped._depths.put(replace(other, frame=replace(other.frame, source_id="other")))
    assert warped.take_depth()
    assert warped.live.frame.source_id == "other"


@pytest.mark.parametrize(("time_warp", "follows"), [("on", True), ("off", False), ("auto", False)])
def test_depth_is_warped_only_if_wanted(app, time_warp, follows):
    app.apply(app.settings.replace(time_warp=time_warp))
    app._depths.put(came(3, 1.0))
    app.take_depth()
    assert (app.time_warp._base is not None) is follows


def test_without_a_window_it_waits_for_depth_no_longer_than_30_s_after_loading(app, monkeypatch):
    clock, turns_s = FixedClock(), []

    def take_depth():
        turns_s.append(clock.now_s())
        if clock.now_s() > 100:
            app.worker._update(loading=None)
        return False

    monkeypatch.setattr(app, "take_depth", take_depth)
    app.worker._update(loading="vitl")
    assert not run_headless(app, RunOptions(frames=3), clock)
    assert turns_s[-1] == pytest.approx(100 + FIRST_DEPTH_TIMEOUT_S, abs=0.2)


def test_the_view_of_flicker_shows_other_colors_of_what_is_live(app, monkeypatch):
    drawn = []
    monkeypatch.setattr(app.display, "draw_if_changed", lambda request, settings: drawn.append(request.frame))
    app.settings = app.settings.replace(view="flicker")
    still = came(1, 1.0)
    for index in (1, 2, 3):
        depth = BASE.depth + (0.2 * BASE.range.high if index == 3 else 0)
        app._depths.put(replace(came(index, float(index)), depth=depth))
        app.take_depth()
        for shown in (app.live, app.live, still):
            app.draw_if_changed(DrawRequest(shown, Camera.home(2.0)))
    first, again, held = drawn[-3:]
    assert first is again  # an unchanged picture is not drawn again
    assert np.ptp(drawn[3].frame.deep, axis=-1).max() == 0  # steady
    assert np.ptp(first.frame.deep, axis=-1).min() > 0
    assert held is still
