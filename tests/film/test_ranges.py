"""Depth ranges of a whole video."""

import numpy as np
import pytest

from engine.export.depth_spool import DepthSpool
from engine.film.ranges import smoothed_ranges

PERCENTILES = (0.0, 100.0)


def ranges_of(highs, folder, cuts=(), fps=10.0):
    with DepthSpool(folder) as spool:
        for high in highs:
            spool.append(np.linspace(0, high, 64, dtype=np.float32).reshape(8, 8))
        return np.array([span.high for span in smoothed_ranges(spool, cuts, fps, PERCENTILES)])


def test_something_near_that_comes_by_changes_the_range_before_it_is_there(tmp_path):
    highs = np.where(np.arange(100) < 50, 1.0, 2.0)
    found = ranges_of(highs, tmp_path)
    assert np.abs(np.diff(found)).max() < 0.03  # the step itself is 1
    assert (np.diff(found) > -1e-6).all()
    assert found[45] == pytest.approx(1.4, abs=0.06)  # half a second ahead
    assert found[0] == pytest.approx(1, abs=0.02)


def test_a_cut_ends_the_range_of_a_shot(tmp_path):
    highs = np.where(np.arange(40) < 20, 1.0, 5.0)
    found = ranges_of(highs, tmp_path, cuts=[20])
    np.testing.assert_allclose(found, highs, rtol=1e-4)


def test_one_frame_and_shots_of_one_frame_keep_their_own(tmp_path):
    np.testing.assert_allclose(ranges_of([3.0], tmp_path), [3.0], rtol=1e-4)
    np.testing.assert_allclose(ranges_of([3.0, 1.0], tmp_path, cuts=[1]), [3.0, 1.0], rtol=1e-4)
