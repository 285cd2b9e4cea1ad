import numpy as np
import pytest

from training import measures
from training.evaluate import GUESSES


def test_a_map_of_another_scale_and_shift_fits_exactly(rng):
    disparity = rng.uniform(10, 60, (40, 50))
    fit = measures.fit(0.3 * disparity - 4, disparity, offset=20)
    assert fit.abs_rel == pytest.approx(0, abs=1e-9)
    assert (fit.delta1, fit.rank) == (1, pytest.approx(1))
    assert fit.error == pytest.approx(0, abs=1e-9)


def test_a_reversed_map_is_no_better_than_a_constant(rng):
    disparity = rng.uniform(10, 60, (40, 50))
    reverse, constant = measures.fit(-disparity, disparity), measures.fit(0 * disparity, disparity)
    assert reverse.abs_rel == constant.abs_rel
    assert reverse.rank == pytest.approx(-1)
    assert constant.error == pytest.approx(1, rel=0.01)


def test_what_is_unknown_does_not_count(rng):
    disparity = rng.uniform(10, 60, (40, 50))
    predicted = disparity.copy()
    disparity[:5], disparity[5:8], predicted[:8] = 0, np.inf, 1e6
    assert measures.fit(predicted, disparity).abs_rel == pytest.approx(0, abs=1e-9)


def test_guesses_never_look_at_the_picture(rng):
    a, b = rng.integers(0, 255, (2, 30, 40, 3)).astype(np.uint8)
    for guess in GUESSES.values():
        np.testing.assert_array_equal(guess(a), guess(b))


@pytest.mark.parametrize(("shift", "recall"), [(0, 1.0), (2, 1.0), (6, 0.0)])
def test_silhouettes_may_be_off_by_two_pixels(shift, recall):
    truth = np.full((60, 80), 0.2)
    truth[:, 40:] = 0.6
    predicted = np.roll(truth, shift, axis=1)
    predicted[:, :shift] = 0.2
    found_precision, found_recall = measures.edge_fit(predicted, truth)
    assert found_recall == pytest.approx(recall)
    assert found_precision == pytest.approx(recall)


def test_a_ramp_has_no_silhouette():
    ramp = np.repeat(np.linspace(0.2, 1, 80)[None], 60, 0)
    assert not measures.edges(ramp).any()
    assert measures.edge_fit(ramp, ramp) == (0.0, 1.0)
