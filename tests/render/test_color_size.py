"""Pictures whose colors are finer than their geometry."""

from dataclasses import replace
from math import radians

import numpy as np
import pytest

from engine.frames import in_full
from engine.navigation.camera import Camera
from engine.render.prepare.preparation import Preparation
from engine.settings import Settings
from tests.render import scenes

SIZE = (256, 144)
TIMES = 3
SIDE = Camera.home(2).orbited(radians(12), radians(6))


def with_colors(times: int):
    """The demo with each pixel of its picture `times` as large, which changes none of the colors."""
    frame = scenes.demo()
    image = frame.frame.image
    finer = image.repeat(times, 0).repeat(times, 1)
    return replace(frame, frame=replace(frame.frame, image=finer, proxy=image))


@pytest.mark.parametrize("subsample", [1, 2, 3])
def test_geometry_does_not_depend_on_them(ctx, renderer, subsample):
    settings = Settings().replace(subsample=subsample)
    plain, fine = scenes.demo(), with_colors(TIMES)
    assert np.array_equal(renderer.grid_depth(plain, settings), renderer.grid_depth(fine, settings))
    passes: Preparation = renderer._preparation
    first, second = passes.scene(plain, settings), passes.scene(fine, settings)
    assert first.cut_vertices.tolist() == second.cut_vertices.tolist()
    assert first.mesh is None or np.array_equal(first.mesh.whole, second.mesh.whole)
    assert second.color.size == (TIMES * SIZE[0], TIMES * SIZE[1])


@pytest.mark.parametrize("changes", [{}, {"edge_feather": 4}, {"display_mode": "hybrid"}, {"light": 0.6, "fog": 0.4}])
def test_what_they_leave_alone_looks_the_same(ctx, renderer, changes):
    settings = Settings().replace(**changes)
    renderer.draw(scenes.demo(), SIDE, settings)
    plain = renderer.read().astype(int)
    renderer.draw(with_colors(TIMES), SIDE, settings)
    off = np.abs(renderer.read() - plain).max(-1)
    assert np.median(off) <= 2  # large pixels have sharper borders than interpolated ones, and nothing moves
    assert (off > 40).mean() < 0.02


def test_a_frame_in_full_counts_its_own_pixels():
    fine = with_colors(TIMES).frame
    assert fine.geometry_px == SIZE
    assert in_full(fine).geometry_px == (TIMES * SIZE[0], TIMES * SIZE[1])
    larger = fine.image.repeat(2, 0).repeat(2, 1)
    assert in_full(replace(fine, original=lambda: larger)).geometry_px == larger.shape[1::-1]
