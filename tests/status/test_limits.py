"""What limits the rate of the scene."""

import pytest

from engine.status.limits import StageTimes


def limit(source=0.033, network=0.01, transfer=0.001, drawing=0.005, swap=0.001, picture=0.0167, pace=0.0):
    """The limit where each stage takes that long, in seconds."""
    times = StageTimes()
    for number in range(5):
        now_s = number / 10
        times.depth_shown(0.002, network, transfer, now_s)
        times.drawn(drawing, now_s)
        times.swapped(swap, now_s)
    return times.limits(0.5, source_s=source, picture_s=picture, pace_s=pace).limit


@pytest.mark.parametrize(
    ("times", "stage"),
    [
        ({}, "source"),
        ({"network": 0.2}, "network"),
        ({"transfer": 0.2}, "transfer"),
        ({"drawing": 0.2}, "drawing"),
        ({"swap": 0.2}, "display"),
        ({"source": 5.0, "network": 4.0}, "source"),  # a camera that sends a picture now and then
        ({"source": 0.033, "network": 0.034}, "source"),  # as fast as the source
        ({"source": 0.008, "picture": 0.0167}, "display"),  # a screen of 60 Hz
        ({"source": 0.008, "swap": 0.011}, "display"),  # the rest of the time is waited for the screen
        ({"source": 0.008, "drawing": 0.02, "swap": 0.012}, "drawing"),  # that misses every other refresh
        ({"source": 0.033, "pace": 0.08}, "drawing"),  # depth comes less often, to leave time for drawing
    ],
)
def test_the_slowest_stage_is_named(times, stage):
    assert limit(**times) == stage


def test_nothing_limits_a_scene_that_stands_still():
    times = StageTimes()
    assert times.limits(0.0, source_s=0.0, picture_s=0.02).limit is None
    times.depth_shown(0.01, 0.1, 0.001, 1.0)
    assert times.limits(1.1, source_s=0.0, picture_s=0.02).limit is None  # a photograph
    assert times.limits(3.9, source_s=0.03, picture_s=0.02).limit == "network"
    assert times.limits(4.1, source_s=0.03, picture_s=0.02).limit is None  # a video that was paused
    times.depth_shown(0.01, 8.0, 0.001, 20.0)
    assert times.limits(40.0, source_s=0.03, picture_s=0.02).limit == "network"  # the next map is being computed


def test_the_usual_time_of_the_newest_seconds_counts():
    times = StageTimes()
    for number, network in enumerate((5.0, 0.02, 0.02, 0.9, 0.02)):
        times.depth_shown(0.003, network, 0.0, float(number))
    now = times.limits(4.0, source_s=0.03, picture_s=0.02)
    assert (now.network_ms, now.source_ms, now.display_ms, now.queue_ms) == (20, 30, 20, 3)
