"""Where depth flickers."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.depth.live.flicker_map import FlickerMap, heated
from engine.frames import DepthFrame, DepthKind, DepthRange, Frame

SIZE = (90, 160)
SPAN = DepthRange(1.0, 3.0, 2.0)


def picture(rng) -> np.ndarray:
    """Large soft spots, which optical flow can follow; twice as wide as a frame."""
    spots = rng.integers(0, 255, (12, 40, 3)).astype(np.uint8)
    return cv2.resize(spots, (2 * SIZE[1], SIZE[0]), interpolation=cv2.INTER_CUBIC)


def frame(number: int, image: np.ndarray, depth: np.ndarray) -> DepthFrame:
    shown = Frame(np.ascontiguousarray(image), index=number, time_s=number / 10)
    return DepthFrame(shown, depth.astype(np.float32), DepthKind.DISPARITY, range=SPAN)


def test_the_deviation_is_that_of_the_depth(rng):
    image, flicker = picture(rng)[:, : SIZE[1]], FlickerMap()
    for number in range(40):
        depth = np.full(SIZE, 2.0)
        depth[:, 80:] += rng.normal(0, 0.04, (SIZE[0] // 10, 8)).repeat(10, 0).repeat(10, 1)
        depth[:30] += 0.001 * number  # slow changes are no flicker
        flicker.update(frame(number, image, depth))
    assert np.median(flicker.deviation[40:, 85:]) == pytest.approx(0.02, rel=0.3)  # of a range of 2
    assert flicker.deviation[:, :75].max() < 0.001


def test_what_moves_with_the_picture_does_not_flicker(rng):
    wide, flicker, not_followed = picture(rng), FlickerMap(), FlickerMap()
    steps = np.where(np.arange(wide.shape[1]) // 40 % 2, 2.5, 1.5)
    for number in range(8):
        at = 3 * number
        depth = np.tile(steps[at : at + SIZE[1]], (SIZE[0], 1))
        flicker.update(frame(number, wide[:, at : at + SIZE[1]], depth))
        not_followed.update(frame(number, wide[:, : SIZE[1]], depth))
    assert flicker.deviation[5:-5, 5:-5].mean() < not_followed.deviation[5:-5, 5:-5].mean() / 5


def test_it_begins_anew_with_another_picture_take_or_network(rng):
    image, flicker = picture(rng)[:, : SIZE[1]], FlickerMap()
    flat, other = np.full(SIZE, 2.0), np.full(SIZE, 2.5)
    flicker.update(frame(0, image, flat))
    flicker.update(frame(1, 255 - image, other))  # unlike what was there: nothing is known of it
    assert flicker.deviation.mean() < 0.03
    for change in (lambda f: replace(f, model="other"), lambda f: replace(f, frame=replace(f.frame, take=5))):
        flicker.update(frame(2, image, flat))
        flicker.update(frame(3, image, other))
        assert flicker.deviation is not None
        flicker.update(change(frame(4, image, flat)))
        assert flicker.deviation is None


def test_the_picture_is_gray_and_brighter_where_depth_flickers(rng):
    one = frame(0, np.full((*SIZE, 3), (200, 40, 40), np.uint8), np.full(SIZE, 2.0))
    still = heated(one, None).frame.deep
    assert np.ptp(still, axis=-1).max() == 0
    deviation = np.zeros((45, 80), np.float32)
    deviation[:, 40:] = 0.03
    colors = heated(one, deviation).frame.deep
    assert np.array_equal(colors[:, :70], still[:, :70])
    assert tuple(colors[40, 120] >> 8) == (0xFC, 0xFF, 0xA4)
    assert heated(one, deviation).frame.geometry_image is one.frame.geometry_image  # geometry follows the picture
