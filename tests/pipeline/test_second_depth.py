"""A second network beside the first."""

from dataclasses import replace

import numpy as np
import pytest

from engine.clock import RealClock
from engine.frames import DepthKind, Frame
from engine.pipeline.second_depth import SHARE, SecondDepth
from engine.settings import DepthSettings
from tests.waiting import wait_for
from tests.window.sleeper import Sleeper

FRAME = Frame(np.zeros((18, 32, 3), np.uint8), time_s=1.0, depth=np.ones((18, 32), np.float32), kind=DepthKind.METRIC)


@pytest.fixture
def asked():
    """The settings of the networks that were loaded."""
    return []


@pytest.fixture
def second(asked):
    def make(settings, check):
        asked.append(settings)
        return Sleeper(settings, check, 0.02)

    depth = SecondDepth(RealClock(), make)
    yield depth
    depth.close()


def come(second):
    """Wait for new depth."""
    before = second.newest

    def has_come():
        second.update()
        return second.newest is not None and second.newest is not before

    wait_for(has_come)
    return second.newest


def test_it_computes_what_it_is_shown_at_a_lower_rate(second, asked):
    settings = DepthSettings(encoder="lite", input_size=128)
    assert (second.newest, second.status.state) == (None, "idle")
    second.show(FRAME, settings)
    depth = come(second)
    assert depth.frame.image is FRAME.image
    assert (depth.kind, depth.model) == (DepthKind.DISPARITY, "sleeper")  # not the depth of the source
    assert [(one.encoder, one.input_size) for one in asked] == [("lite", 128)]
    assert second.pace_s == pytest.approx((depth.done_s - depth.started_s) / SHARE)
    later = replace(FRAME, index=1, time_s=2.0)
    second.show(later, settings)
    assert come(second).frame.time_s == 2.0
    second.show(later, settings)  # the same again is no work
    assert second._frames.take() is None


def test_another_choice_loads_another_network(second, asked):
    settings = DepthSettings(encoder="vits")
    second.show(FRAME, settings)
    come(second)
    second.show(replace(FRAME, time_s=2.0), DepthSettings(encoder="lite"))
    assert second.newest is None
    wait_for(lambda: len(asked) == 2)
    assert asked[1].encoder == "lite"
    second.close()
    assert second.newest is None
    second.show(FRAME, settings)  # and it may start again
    come(second)
