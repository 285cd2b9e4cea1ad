"""Pictures whose colors are finer than their geometry."""

from dataclasses import replace
from math import radians

import numpy as np
import pytest

from engine.frames import DepthKind, in_full
from engine.navigation.camera import Camera
from engine.render.prepare.preparation import Preparation
from engine.settings import Settings
from tests.depth_frames import depth_frame
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
    first, second = passes.scene(plain, settings, 0), passes.scene(fine, settings, 2 * SIZE[0])
    assert first.cut_vertices.tolist() == second.cut_vertices.tolist()
    assert first.triangles is None or np.array_equal(first.triangles, second.triangles)
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


def test_a_software_renderer_uploads_no_colors_that_are_not_seen(ctx, renderer):
    passes: Preparation = renderer._preparation
    settings, fine = Settings(), with_colors(TIMES)
    small = passes.scene(fine, settings, SIZE[0])
    assert small.color.size == SIZE
    large = passes.scene(fine, settings, SIZE[0] + 1)
    assert large.color.size == (TIMES * SIZE[0], TIMES * SIZE[1])
    assert large.depth is small.depth  # nothing else is made again
    assert passes.scene(fine, settings, SIZE[0]).color.size == SIZE


def test_a_large_picture_drawn_small_is_averaged(ctx, renderer):
    """A still of 4096 pixels in a small window: one pixel of eight, as plain interpolation takes, would be noise."""
    stripes = np.zeros((8 * SIZE[1], 8 * SIZE[0], 3), np.uint8)
    stripes[:, ::2] = 255
    flat = depth_frame(np.full(SIZE[::-1], 2.0), stripes, DepthKind.METRIC)
    renderer.draw(flat, Camera.home(2), Settings())
    averaged = renderer.read()
    assert np.abs(averaged.astype(int) - 127).max() <= 2
    renderer.resize((4 * SIZE[0], 4 * SIZE[1]))
    renderer.draw(flat, Camera.home(2), Settings())
    large = renderer.read()
    renderer.resize(SIZE)
    other = replace(flat)
    renderer.grid_depth(other, Settings())  # which draws no colors
    renderer.resize((4 * SIZE[0], 4 * SIZE[1]))
    renderer.draw(other, Camera.home(2), Settings())
    assert np.array_equal(renderer.read(), large)
    renderer.resize(SIZE)
    renderer.draw(flat, Camera.home(2), Settings())
    assert np.array_equal(renderer.read(), averaged)


def test_every_color_arrives(ctx, renderer, rng):
    image = rng.integers(0, 256, (SIZE[1], SIZE[0], 3)).astype(np.uint8)
    flat = depth_frame(np.full(SIZE[::-1], 2.0), image, DepthKind.METRIC)
    renderer.draw(flat, Camera.home(2), Settings())
    assert np.array_equal(renderer.read(), image)
