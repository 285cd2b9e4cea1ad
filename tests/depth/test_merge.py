"""Merging a coarse depth map with a fine one: what must survive, and what must come from where."""

import numpy as np
import pytest

from engine.depth.merge import merged

COARSE, FINE = (112, 144), (224, 288)


def plane(size, across=1.0, down=0.5):
    """A plane over the unit square, at pixel centers."""
    y, x = ((np.arange(count) + 0.5) / count for count in size)
    return (across * x[None] + down * y[:, None]).astype(np.float32)


def step(size, at, softness_px=0.0):
    """0 left of `at` (a share of the width), 1 right of it."""
    x = np.arange(size[1]) + 0.5
    edge = np.clip((x - at * size[1]) / max(softness_px, 1e-6) + 0.5, 0, 1)
    return np.tile(edge.astype(np.float32), (size[0], 1))


def test_the_result_has_the_size_of_the_fine_map_and_the_unit_of_the_coarse_one():
    result = merged(100 + 7 * step(COARSE, 0.5), step(FINE, 0.5))
    assert result.shape == FINE
    assert result.dtype == np.float32
    np.testing.assert_allclose(np.percentile(result, (5, 95)), (100, 107), atol=0.1)


@pytest.mark.parametrize("fine", [np.ones(FINE, np.float32), plane(FINE, -2, 3), step(FINE, 0.3)])
def test_a_constant_map_stays_constant_whatever_the_fine_map_shows(fine):
    np.testing.assert_allclose(merged(np.full(COARSE, 3, np.float32), fine), 3, rtol=1e-6)


def test_a_plane_stays_a_plane():
    np.testing.assert_allclose(merged(plane(COARSE), plane(FINE)), plane(FINE), atol=0.01)


def test_a_fine_map_without_shape_leaves_the_shape_of_the_coarse_one():
    inside = np.s_[40:-40, 40:-40]  # at the border a plane that is smoothed bends
    np.testing.assert_allclose(merged(plane(COARSE), np.ones(FINE, np.float32))[inside], plane(FINE)[inside], atol=0.01)


@pytest.mark.parametrize(("beside_px", "jump"), [(0, 0.6), (3, 0.4), (-3, 0.4)])
def test_an_outline_of_the_fine_map_is_taken_over(beside_px, jump):
    """The coarse edge is eight pixels wide, and may lie beside the true one."""
    coarse, fine = step(COARSE, 0.5 + beside_px / FINE[1], softness_px=4), step(FINE, 0.5)
    steps = np.diff(merged(coarse, fine)[FINE[0] // 2])
    middle = FINE[1] // 2 - 1
    assert steps.argmax() == middle
    assert steps[middle] > jump
    assert np.delete(steps, middle).max() < 0.1


@pytest.mark.parametrize(("scale", "shift"), [(1, 50), (0.01, 0), (1000, -7), (-1, 0)])
def test_neither_scale_nor_shift_of_the_fine_map_matters(scale, shift):
    coarse, fine = step(COARSE, 0.52, softness_px=4) + plane(COARSE), step(FINE, 0.5) + plane(FINE)
    expected = merged(coarse, fine)
    np.testing.assert_allclose(merged(coarse, scale * fine + shift), expected, atol=2e-3)


def test_scale_and_shift_of_the_coarse_map_are_kept():
    coarse, fine = step(COARSE, 0.52, softness_px=4), step(FINE, 0.5)
    np.testing.assert_allclose(merged(20 * coarse - 3, fine), 20 * merged(coarse, fine) - 3, atol=1e-3)


def test_texture_of_the_fine_map_that_the_coarse_one_does_not_know_is_left_out():
    stripes = np.tile(np.where(np.arange(FINE[1]) % 8 < 4, 0.2, -0.2).astype(np.float32), (FINE[0], 1))
    coarse, fine = step(COARSE, 0.5), step(FINE, 0.5) + stripes
    away = np.s_[:, : FINE[1] // 3]
    assert merged(coarse, fine)[away].std() < 0.1 * stripes[away].std()
