import numpy as np
import pytest

from engine.depth.live.flicker import FlickerMeter
from engine.frames import DepthRange
from tests.depth_frames import checker

SPAN = DepthRange(1.0, 3.0, 2.0)
IMAGE = checker(64, 48)


def test_still_depth_does_not_flicker_and_the_first_map_says_nothing():
    meter = FlickerMeter()
    depth = np.full((48, 64), 2.0, np.float32)
    assert meter.update(depth, SPAN, IMAGE, 0.0) is None
    assert meter.update(depth, SPAN, IMAGE, 0.1) == 0


def test_it_is_the_change_as_a_share_of_the_range():
    meter = FlickerMeter()
    for number in range(100):
        found = meter.update(np.full((48, 64), 2 + 0.1 * (number % 2), np.float32), SPAN, IMAGE, number / 10)
    assert found == pytest.approx(0.05)


def test_what_moves_does_not_count():
    meter = FlickerMeter()
    for number in range(10):
        image, depth = IMAGE.copy(), np.full((48, 64), 1.0, np.float32)
        image[8:40, 4 * number : 4 * number + 20] = 250 - number * 20
        depth[8:40, 4 * number : 4 * number + 20] = 3.0
        found = meter.update(depth, SPAN, image, number / 10)
    assert found < 0.02


def test_a_new_size_begins_anew():
    meter = FlickerMeter()
    meter.update(np.ones((48, 64), np.float32), SPAN, IMAGE, 0.0)
    assert meter.update(np.ones((24, 32), np.float32), SPAN, IMAGE, 0.1) is None
