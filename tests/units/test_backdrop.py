import numpy as np
import pytest

from engine.backdrop import Backdrop


@pytest.mark.parametrize("area", [(12, 30, 40, 50), (0, 0, 40, 50), (12, 0, 88, 80), (0, 0, 100, 80)])
def test_what_is_around_it_covers_all_the_rest_once(area):
    seen = np.zeros((80, 100), int)
    for left, bottom, width, height in (area, *Backdrop(area, (0.1, 0.1, 0.1)).around((100, 80))):
        seen[bottom : bottom + height, left : left + width] += 1
    assert (seen == 1).all()
