"""The pass that continues the picture beyond its border: color and depth, softer the farther out."""

from math import ceil

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.frames import DeepImage, Image
from engine.geometry.mesh import cell_triangles
from engine.geometry.world import Array
from engine.render.prepare.refinement import cell_numbers
from engine.render.view_inputs import Backdrop

CELLS = 40
"""Cells of the backdrop along the width of the picture: what it shows is soft."""
SAMPLES = 4
"""Vertices of the grid to sample along each side of a cell, where the grid has that many."""
SAME = 1.1
"""Distances on one surface, within a cell or beside it, differ by less than this factor."""
THING = 0.35
"""A thing smaller than this share of the width does not continue beyond the border: what is behind it does."""
STEPS = (1, 2, 4, 8, 16)
"""Cells between the samples of the blurs that average what lies around a gap. Each blurs the result of the one before,
so that together they are Gaussians."""
ENOUGH = 8.0
"""The inverse of the share of known cells, weighted by the blur, from which on its average counts fully."""

Cells = NDArray[np.float32]
Map = NDArray[np.floating]


class OutpaintPass:
    """Picture and depth of the front layer -> backdrop.

    Takes the far surface of each cell and leaves out things that the border may cut. The rest is interpolated from what
    lies around, more of it the farther away it is (normalized convolution, Knutsson and Westin 1993).
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._texture: moderngl.Texture | None = None

    def run(
        self, image: Image | DeepImage, plane: Array, distance: Array, reach: float, *, has_inside: bool
    ) -> Backdrop | None:
        """Return the backdrop, or None if all depth is missing.

        image: the picture, of any size. plane, distance: plane value and distance of each vertex (rows, columns); NaN
        where depth is missing. reach: how far it extends beyond the border, as a share of the width.
        has_inside: whether it closes holes, too.
        """
        cells, is_open = _far_cells(image, plane, distance)
        if not cells[..., 4].any():
            return None
        margin = max(ceil(reach * cells.shape[1]), 1)
        surface = _filled(np.pad(cells, ((margin, margin), (margin, margin), (0, 0))))
        rows, columns = surface.shape[:2]
        if self._texture is None or self._texture.size != (columns, rows):
            self.release()
            self._texture = self._ctx.texture((columns, rows), 4, dtype="f4")
            self._texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
        self._texture.write(np.ascontiguousarray(surface))
        drawn = np.pad(is_open & has_inside, margin, constant_values=True)
        drawn = drawn[:-1] | drawn[1:]
        triangles = cell_triangles(cell_numbers(drawn[:, :-1] | drawn[:, 1:]), columns)
        return Backdrop(self._texture, triangles, margin, reach, image.shape[1] / image.shape[0])

    def release(self) -> None:
        if self._texture is not None:
            self._texture.release()


def _far_cells(image: Image | DeepImage, plane: Array, distance: Array) -> tuple[Cells, NDArray[np.bool_]]:
    """Return color, plane value and weight of the far surface in each cell, (down, across, 5), and where holes may be.

    The weight is 0 where nothing is measured, or where something stands in front of what lies around. Where the far
    surface is all there is, the front layer covers it in every view: no hole.
    """
    height, width = image.shape[:2]
    step = max(distance.shape[1] // (CELLS * SAMPLES), 1)
    plane, distance = plane[::step, ::step], np.nan_to_num(distance[::step, ::step])
    rows, columns = distance.shape
    across = min(CELLS, columns)
    down = min(max(round(across * height / width), 1), rows)
    row, column = np.arange(rows) * down // rows, np.arange(columns) * across // columns
    farthest = _by_cell(np.maximum, distance, down, across)
    is_far = distance * SAME > farthest[row[:, None], column]
    pixel_y, pixel_x = ((2 * np.arange(n) + 1) * side // (2 * n) for n, side in ((rows, height), (columns, width)))
    samples = np.ones((5, rows, columns), np.float32)
    samples[:3] = image[pixel_y[:, None], pixel_x].transpose(2, 0, 1)
    samples[:3] /= np.iinfo(image.dtype).max
    samples[3] = np.where(distance > 0, plane, 0)
    cells = np.stack([_by_cell(np.add, channel * is_far, down, across) for channel in samples], -1)
    cells /= np.maximum(cells[..., 4:], 1)
    is_hidden = (farthest == 0) | (farthest * SAME < _closed(farthest))
    cells[is_hidden] = 0
    around = np.pad(np.where(is_hidden, 0, farthest), 1, mode="edge")
    return cells, is_hidden | (_filtered(np.minimum, around, 3) * SAME < _filtered(np.maximum, around, 3))


def _by_cell(reduce: np.ufunc, samples: Map, down: int, across: int) -> Map:
    """Reduce `samples` (rows, columns) over each cell."""
    rows, columns = samples.shape
    starts = -(-np.arange(down) * rows // down), -(-np.arange(across) * columns // across)
    result: Map = reduce.reduceat(reduce.reduceat(samples, starts[0], axis=0), starts[1], axis=1)
    return result


def _closed(distance: Map) -> Map:
    """Return `distance` (down, across) without things that stand in front: their morphological closing.

    A thing that the border cuts counts as a whole one.
    """
    size = max(round(THING * distance.shape[1]), 1)
    padded = np.pad(distance, size, mode="edge")
    closed = _filtered(np.minimum, _filtered(np.maximum, padded, size), size)
    return closed[1:-1, 1:-1]


def _filtered(choose: np.ufunc, values: Map, size: int) -> Map:
    """Choose of every square of `size`, (h − size + 1, w − size + 1), doubling the reach in each step."""
    for _ in range(2):
        reach = 1
        while reach < size:
            step = min(reach, size - reach)
            values = choose(values[step:], values[:-step])
            reach += step
        values = values.T
    return values


def _filled(cells: Cells) -> Cells:
    """Return the values of `cells` (h, w, 5), (h, w, 4), without gaps: where the last value, the weight, is 0."""
    around = cells
    filled, is_open = cells[..., :4].copy(), 1 - cells[..., 4:]
    for step in STEPS:
        around = _blurred(_blurred(around, step).swapaxes(0, 1), step).swapaxes(0, 1)
        share = around[..., 4:]
        taken = is_open * np.minimum(ENOUGH * share, 1)
        filled += around[..., :4] * (taken / np.maximum(share, 1e-9))
        is_open -= taken
    mean = cells.sum((0, 1))
    filled += is_open * (mean[:4] / mean[4])
    return filled


def _blurred(values: Cells, step: int) -> Cells:
    """Average along the first axis what is `step` apart, weighted 1 : 2 : 1, as if there were zeros around."""
    blurred = values * np.float32(0.5)
    quarter = values * np.float32(0.25)
    blurred[step:] += quarter[:-step]
    blurred[:-step] += quarter[step:]
    return blurred
