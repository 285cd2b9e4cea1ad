import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.depth.live.stabilize import CutDetector, RangeTracker, TemporalFilter, blend_for
from engine.frames import DepthKind
from tests.depth_frames import checker

PERCENTILES = (2.0, 98.0)
SCENE = checker(64, 48)


def scene_depth():
    y, x = np.mgrid[0:48, 0:64]
    return (2 + np.sin(x / 9) + y / 48).astype(np.float32)


@given(st.floats(0.01, 10), st.floats(0.001, 1), st.integers(1, 8))
def test_blending_is_the_same_at_every_frame_rate(time_constant, step, parts):
    """One long step leaves as much of the old value as many short ones."""
    whole = 1 - blend_for(step, time_constant)
    assert (1 - blend_for(step / parts, time_constant)) ** parts == pytest.approx(whole, rel=1e-9)


def test_no_time_constant_means_at_once():
    assert blend_for(0.01, 0) == 1


def track(tracker, depth, time_s, tau=1.0, kind=DepthKind.DISPARITY):
    return tracker.update(depth, kind, time_s, percentiles=PERCENTILES, time_constant_s=tau)


def test_the_first_range_is_the_percentiles_of_the_map():
    depth = np.linspace(0, 100, 10_000, dtype=np.float32).reshape(100, 100)
    found = track(RangeTracker(), depth, 0.0)
    assert (found.low, found.median, found.high) == pytest.approx((2, 50, 98), abs=0.6)


def test_the_range_follows_with_its_time_constant():
    tracker = RangeTracker()
    track(tracker, np.full((10, 10), 1, np.float32), 0.0)
    found = track(tracker, np.full((10, 10), 2, np.float32), 1.0)
    assert found.high == pytest.approx(1 + (1 - np.exp(-1)))


def test_unmeasured_depth_does_not_count():
    depth = np.full((10, 10), 3, np.float32)
    depth[:5] = 0
    depth[5, 0] = np.nan
    found = track(RangeTracker(), depth, 0.0, kind=DepthKind.METRIC)
    assert (found.low, found.high) == (3, 3)
    empty = track(RangeTracker(), np.zeros((10, 10), np.float32), 0.0, kind=DepthKind.METRIC)
    assert np.isfinite([empty.low, empty.median, empty.high]).all()


def test_a_cut_is_found_and_motion_is_not_one(rng):
    detector = CutDetector()
    first = rng.integers(0, 255, (90, 160, 3)).astype(np.uint8)
    first[:45] = (30, 60, 200)
    found = [detector.update(np.roll(first, 4 * n, axis=1)) for n in range(10)]
    assert not any(found)
    other = np.full((90, 160, 3), 240, np.uint8)
    assert detector.update(other)
    assert not detector.update(other)


def test_the_first_picture_and_a_slow_fade_are_no_cuts():
    detector = CutDetector()
    assert not detector.update(np.zeros((90, 160, 3), np.uint8))
    assert not any(detector.update(np.full((90, 160, 3), level, np.uint8)) for level in range(0, 250, 8))


def flicker(filtered):
    return float(np.abs(np.diff(np.stack(filtered), axis=0)).mean())


def test_flicker_on_a_still_picture_falls_to_a_third(rng):
    """Noise, and scale and shift that wander from frame to frame: what per-frame networks do."""
    truth = scene_depth()
    raw = [
        (truth * rng.uniform(0.9, 1.1) + rng.uniform(-0.2, 0.2) + rng.normal(0, 0.03, truth.shape)).astype(np.float32)
        for _ in range(40)
    ]
    filter_ = TemporalFilter()
    calm = [filter_.update(depth, SCENE, n / 30) for n, depth in enumerate(raw)]
    assert flicker(calm[5:]) < flicker(raw[5:]) / 3


def test_what_moves_does_not_lag():
    """A near block jumps to another place in picture and depth: the filter follows at once, there."""
    far, near = scene_depth(), scene_depth() + 3
    filter_ = TemporalFilter()
    for n in range(10):
        filter_.update(far, SCENE, n / 30)
    picture, depth = SCENE.copy(), far.copy()
    picture[10:30, 20:40] = 255
    depth[10:30, 20:40] = near[10:30, 20:40]
    result = filter_.update(depth, picture, 10 / 30)
    assert np.abs(result[12:28, 22:38] - depth[12:28, 22:38]).max() < 0.15
    assert np.abs(result[:, :10] - far[:, :10]).max() < 0.05


def test_a_new_size_starts_anew():
    filter_ = TemporalFilter()
    filter_.update(scene_depth(), SCENE, 0.0)
    smaller = scene_depth()[::2, ::2]
    assert np.array_equal(filter_.update(smaller, SCENE, 0.1), smaller)


def test_a_constant_map_is_no_division_by_zero():
    filter_ = TemporalFilter()
    for n in range(3):
        result = filter_.update(np.full((48, 64), 2.0, np.float32), SCENE, n / 30)
    assert result == pytest.approx(2.0, abs=1e-3)


def test_alignment_does_not_drift_away_over_a_minute(rng):
    truth = scene_depth()
    filter_ = TemporalFilter()
    for n in range(600):
        result = filter_.update((truth * rng.uniform(0.95, 1.05)).astype(np.float32), SCENE, n / 10)
    assert np.abs(result - truth).mean() < 0.15 * np.ptp(truth)
