import numpy as np
import pytest

from engine.geometry.line_fit import weighted_line


def test_a_line_is_found_and_what_has_no_weight_does_not_count():
    x = np.array([0.0, 1, 2, 3])
    y = 3 * x - 1
    y[2] = 99
    assert weighted_line(x, y, np.array([1.0, 2, 0, 1]), gain_for_constant=0) == pytest.approx((3, -1))


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e6])
def test_what_is_constant_but_for_rounding_has_the_gain_that_was_asked_for(unit):
    x = np.full(100, 0.1, np.float32).astype(np.float64) * unit
    x[::2] = np.nextafter(np.float32(x[0]), np.float32(np.inf))
    y = np.full(100, 2.0)
    gain, bias = weighted_line(x, y, np.ones(100), gain_for_constant=1)
    assert gain == 1
    assert bias == pytest.approx(2 - x.mean())
    sloped = np.linspace(1, 1.1, 100) * unit
    assert weighted_line(sloped, 5 * sloped, np.ones(100), gain_for_constant=1)[0] == pytest.approx(5)
