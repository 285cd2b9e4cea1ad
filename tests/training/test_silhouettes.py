import numpy as np
import pytest

from training import silhouettes


def test_the_outline_of_a_board_is_where_it_ends():
    inverse, seen = np.full((40, 60), 0.25), np.zeros((40, 60), bool)
    inverse[10:30, 20:40], seen[10:30, 20:40] = 0.5, True
    inverse[20:, :] = np.maximum(inverse[20:, :], 0.5)  # its lower half stands on something just as near
    found = silhouettes.outline(inverse, seen)
    assert found[10, 20:40].all()
    assert found[10:20, 20].all()
    assert not found[20:].any()
    assert not found[11:19, 21:39].any()


@pytest.mark.parametrize("shift", [0, 2, 5])
def test_distances_are_in_pixels(shift):
    truth, seen = np.full((60, 80), 0.2), np.zeros((60, 80), bool)
    truth[:, 40:], seen[:, 40:] = 0.6, True
    drawn = np.roll(truth, shift, axis=1)
    drawn[:, :shift] = 0.2
    assert np.median(silhouettes.distances(drawn, truth, seen)) == pytest.approx(max(0, shift), abs=1)


def test_where_nothing_is_drawn_nothing_is_near():
    truth, seen = np.full((60, 80), 0.2), np.zeros((60, 80), bool)
    truth[:, 40:], seen[:, 40:] = 0.6, True
    assert np.isinf(silhouettes.distances(0 * truth, truth, seen)).all()


@pytest.mark.parametrize("name", silhouettes.PLACES)
def test_the_subject_is_what_vanishes(name, simple, renderer):
    scenes = silhouettes.outlined(simple, renderer, name, 1)
    for _ in range(2):
        picture, inverse, seen = next(scenes)
        assert picture.shape[:2] == inverse.shape == seen.shape
        assert 0.01 < seen.mean() < 0.95
