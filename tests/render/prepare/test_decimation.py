from collections import Counter

import numpy as np
import pytest

from engine.geometry.mesh import triangle_indices
from engine.render.prepare import decimation

OFF = 0.002


def triangles(values, is_whole):
    return decimation.triangles(values, is_whole, OFF)


def scene(shape, seed=0):
    """Inverse depth of planes and a ball, and the whole cells: all but a few scattered ones."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[: shape[0], : shape[1]] / max(shape)
    values = np.where(x < 0.5, 0.5 + 0.3 * x + 0.2 * y, 1.5 - 0.4 * y)
    ball = (x - 0.6) ** 2 + (y - 0.3) ** 2
    values = np.where(ball < 0.02, 2 + np.sqrt(np.maximum(0.02 - ball, 0)), values).astype(np.float32)
    return values, rng.random((shape[0] - 1, shape[1] - 1)) > 0.004


@pytest.mark.parametrize("shape", [(2, 2), (3, 5), (17, 33), (33, 65), (61, 108)])
def test_every_whole_cell_is_covered_once_and_no_other(shape):
    values, is_whole = scene(shape)
    y, x = np.divmod(triangles(values, is_whole).reshape(-1, 3).astype(int), shape[1])
    covered = np.zeros(is_whole.shape)
    for ys, xs in zip(y, x, strict=True):
        low, high = (ys.min(), xs.min()), (ys.max(), xs.max())
        centers = np.mgrid[low[0] : high[0], low[1] : high[1]] + np.array([0.31, 0.42])[:, None, None]  # on no diagonal
        signs = [(xs[i] - xs[i - 1]) * (centers[0] - ys[i - 1]) - (ys[i] - ys[i - 1]) * (centers[1] - xs[i - 1])
                 for i in range(3)]  # fmt: skip
        assert (xs[1] - xs[0]) * (ys[2] - ys[0]) - (ys[1] - ys[0]) * (xs[2] - xs[0]) < 0, "not counter-clockwise"
        covered[low[0] : high[0], low[1] : high[1]] += np.all(np.array(signs) < 0, axis=0)
    np.testing.assert_array_equal(covered, is_whole)


@pytest.mark.parametrize("shape", [(17, 33), (61, 108), (120, 161)])
def test_triangles_meet_edge_to_edge(shape):
    values, is_whole = scene(shape)
    mesh = triangles(values, is_whole).reshape(-1, 3).astype(int)
    uses = Counter(tuple(sorted((t[i - 1], t[i]))) for t in mesh.tolist() for i in range(3))
    assert max(uses.values()) == 2
    for (a, b), count in uses.items():
        if count == 1:  # the border of the grid, or of a missing cell, whose side is one cell long
            (ya, xa), (yb, xb) = divmod(a, shape[1]), divmod(b, shape[1])
            at_end = (ya == yb and ya in (0, shape[0] - 1)) or (xa == xb and xa in (0, shape[1] - 1))
            assert at_end or abs(ya - yb) + abs(xa - xb) == 1


def test_planes_need_few_triangles_and_curves_keep_theirs():
    y, x = np.mgrid[:65, :129] / 64
    plane, wave = (0.5 + 0.2 * x + 0.1 * y).astype(np.float32), (1 + 0.1 * np.sin(30 * x)).astype(np.float32)
    everywhere = np.ones((64, 128), bool)
    assert triangles(plane, everywhere).size == 3 * 2 * (64 // 16) * (128 // 16)
    assert triangles(wave, everywhere).size > 0.9 * triangle_indices(129, 65).size


def test_what_is_not_measured_is_left_out():
    values = np.full((33, 33), np.nan, np.float32)
    assert triangles(values, np.zeros((32, 32), bool)).size == 0
