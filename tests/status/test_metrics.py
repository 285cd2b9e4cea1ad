"""What the program measures about itself."""

import pytest

from engine.status.metrics import Statistics


def test_rates_are_of_the_newest_seconds_even_when_nothing_is_drawn():
    statistics = Statistics(0.0)
    for turn in range(31):
        statistics.drawn(0.005, turn / 10)
        if turn % 2 == 0:
            statistics.depth_shown(turn / 10, 0.02, turn / 10)
    now = statistics.rates(3.0, source_fps=30, dropped=0)
    assert (now.display_fps, now.depth_fps) == pytest.approx((10, 5))
    assert (now.display_ms, now.depth_ms) == pytest.approx((5, 20))
    assert statistics.depth_fps(3.0) == now.depth_fps
    assert statistics.display_ms(3.0) == now.display_ms
    assert len(statistics.rates(5.0, source_fps=30, dropped=0).display_history_ms) == 11
    later = statistics.rates(7.0, source_fps=30, dropped=0)
    assert (later.display_fps, later.depth_fps, later.display_ms, later.latency_history_ms) == (0, 0, 0, ())


def test_a_single_frame_has_no_rate():
    statistics = Statistics(0.0)
    statistics.depth_shown(0.9, 0.1, 1.0)
    statistics.drawn(0.01, 1.0)
    statistics.ticked(1.0003)
    assert statistics.report(depth_frames=1, dropped=0)["display_fps"] == 0
    statistics.drawn(0.01, 1.1)
    statistics.ticked(1.1)
    assert statistics.report(depth_frames=1, dropped=0)["display_fps"] == 10
