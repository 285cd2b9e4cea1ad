from collections import Counter

import numpy as np
import pytest

from engine.navigation.camera import Camera
from engine.render.prepare import layers
from engine.render.prepare.decimation import triangles
from engine.render.prepare.refinement import SplitCells, cell_numbers, depth_tiles, edge_tiles, near_edges
from engine.render.renderer import Renderer
from engine.settings import Settings
from tests.depth_frames import checker, depth_frame
from tests.render.scenes import FRONT_ONLY


def cells(shape, seed=0):
    """Cells of a grid around a disc, whole or cut, and a missing corner; and those of the fine grid."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[: 2 * shape[0], : 2 * shape[1]] / (2 * max(shape))
    off = np.abs(np.hypot(x - 0.45, y - 0.3) - 0.2)
    is_missing = (x > 0.8) & (y < 0.1)
    fine_whole = ~is_missing & ~((off < 0.01) & (rng.random(off.shape) < 0.7))
    quarters = fine_whole.reshape(shape[0], 2, shape[1], 2)
    gone = is_missing.reshape(shape[0], 2, shape[1], 2).all((1, 3))
    is_whole = quarters.all((1, 3)) | (~gone & (rng.random(shape) < 0.3))  # the grid may see an edge less
    return is_whole, ~is_whole & ~gone, gone, fine_whole


@pytest.mark.parametrize("shape", [(2, 3), (16, 32), (37, 61)])
def test_whole_cells_of_both_grids_are_covered_once_without_cracks(shape):
    is_whole, is_cut, is_missing, fine_whole = cells(shape)
    split = SplitCells.of(near_edges(is_cut, is_missing), is_whole, fine_whole)
    columns, fine_columns = shape[1] + 1, 2 * shape[1] + 1
    flat = np.ones((shape[0] + 1, columns), np.float32)
    y, x = np.divmod(triangles(flat, is_whole & ~split.split & ~split.beside, 0.001).astype(int), columns)
    mesh = np.concatenate([2 * (y * fine_columns + x), split.triangles(fine_whole)]).reshape(-1, 3)

    y, x = np.divmod(mesh, fine_columns)
    covered = np.zeros(fine_whole.shape)
    for ys, xs in zip(y, x, strict=True):
        low, high = (ys.min(), xs.min()), (ys.max(), xs.max())
        at = np.mgrid[low[0] : high[0], low[1] : high[1]] + np.array([0.31, 0.42])[:, None, None]  # on no diagonal
        signs = [(xs[i] - xs[i - 1]) * (at[0] - ys[i - 1]) - (ys[i] - ys[i - 1]) * (at[1] - xs[i - 1])
                 for i in range(3)]  # fmt: skip
        covered[low[0] : high[0], low[1] : high[1]] += np.all(np.array(signs) < 0, axis=0)
    twice = split.finer()
    np.testing.assert_array_equal(covered, np.where(twice, fine_whole, is_whole.repeat(2, 0).repeat(2, 1)))

    uses = Counter(tuple(sorted((t[i - 1], t[i]))) for t in mesh.tolist() for i in range(3))
    assert max(uses.values()) <= 2
    for (a, b), count in uses.items():
        (ya, xa), (yb, xb) = divmod(a, fine_columns), divmod(b, fine_columns)
        at_end = (ya == yb and ya in (0, 2 * shape[0])) or (xa == xb and xa in (0, 2 * shape[1]))
        if count == 1 and not at_end:  # the cell on the other side is not whole
            between = (slice(ya - 1, ya + 1), min(xa, xb)) if ya == yb else (min(ya, yb), slice(xa - 1, xa + 1))
            assert covered[between].sum() == 1


def test_tiles_hold_every_vertex_that_decides_about_an_edge():
    near = np.zeros((37, 61), bool)
    near[8, 15] = near[36, 60] = near[0, 0] = True
    for y, x in np.argwhere(near):
        seen = depth_tiles(near).repeat(8, 0).repeat(8, 1)[:75, :123]
        assert seen[max(2 * y - 2, 0) : 2 * y + 5, max(2 * x - 2, 0) : 2 * x + 5].all()
        assert edge_tiles(near)[2 * y // 8, 2 * x // 8]
    assert depth_tiles(near).mean() < 0.1


def test_cell_numbers_are_those_of_the_top_left_vertices():
    np.testing.assert_array_equal(cell_numbers(np.array([[0, 1, 0], [1, 0, 1]], bool)), [1, 4, 6])


def disc(size=(144, 256)):
    """A dark disc in front of a bright wall."""
    y, x = np.mgrid[: size[0], : size[1]]
    inside = np.hypot(x - 100.3, y - 70.6) < 40.4
    image = np.where(inside[..., None], 40, 220).astype(np.uint8).repeat(3, 2)
    return depth_frame(np.where(inside, 1.0, 3.0), image, span=(1, 2, 3))


def test_outlines_are_those_of_a_grid_twice_as_fine(ctx, monkeypatch):
    """On the grid itself, twice as many pixels along the outline differ."""
    renderer = Renderer(ctx, (512, 288))
    camera = Camera.home(2).orbited(0.2, 0.1)
    settings = Settings().replace(**FRONT_ONLY)

    def drawn(subsample):
        renderer.draw(disc(), camera, settings.replace(subsample=subsample))
        return renderer.read().astype(int)

    monkeypatch.setattr(layers, "COARSEST_SPLIT", 4)
    fine, refined = drawn(2), drawn(4)
    monkeypatch.setattr(layers, "is_refined", lambda _: False)
    coarse = drawn(4)
    renderer.release()
    off, plain = ((np.abs(picture - fine).max(-1) > 20).mean() for picture in (refined, coarse))
    assert off < plain / 2, (off, plain)


def test_without_edges_nothing_is_split(ctx):
    y, x = np.mgrid[0:72, 0:128]
    frame = depth_frame(2 + x / 200 + y / 300, checker(256, 144, 16), span=(2, 2.5, 3))
    renderer = Renderer(ctx, (256, 144))
    scene = renderer._preparation.scene(frame, Settings().replace(subsample=2), 256)
    assert scene.fine is not None
    assert scene.fine.triangles.size == 0
    assert scene.cut_vertices.size == 0
    renderer.release()
