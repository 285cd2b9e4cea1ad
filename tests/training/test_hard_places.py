"""Places for what fails on real pictures."""

import numpy as np
import pytest

from training import corridors, places, roads, slides, soup, tabletops
from training.kit import Kit
from training.scene import Light, Scene, Slide, View
from training.soup import Paint

ZERO, ONE = np.zeros(3), np.ones(3)


def drawn(place, simple, renderer, seeds=range(6)):
    """Inverse depth (N, H, W) of a view of each scene."""
    return np.stack([next(renderer.draw(place(Kit(simple, np.random.default_rng(seed)), 1)))[1] for seed in seeds])


def test_beyond_a_table_lies_something_much_farther(simple, renderer):
    inverse = drawn(tabletops.tabletop, simple, renderer)
    steps = np.maximum(inverse[:, 1:], 1e-3) / np.maximum(inverse[:, :-1], 1e-3)
    assert ((steps > 1.3) | (steps < 1 / 1.3)).any((1, 2)).mean() > 0.6


def test_a_table_stands_on_its_feet_below_its_top(simple):
    for seed in range(10):
        rows = tabletops._table(Kit(simple, np.random.default_rng(seed)), np.array([0.8, 0, 0.4]), 0.7)
        assert rows[:, 1].max() == pytest.approx(0, abs=1e-6)
        assert rows[:, 1].min() == pytest.approx(-0.7, abs=0.06)


def test_a_road_is_seen_from_right_here_to_the_far_end(simple, renderer):
    """Within 6 m and beyond 40 m, most of the time."""
    inverse = drawn(roads.road, simple, renderer)
    seen = [(one.max() > 1 / 6, (one[one > 0] < 1 / 40).any()) for one in inverse]
    assert np.mean(seen, axis=0).min() > 0.6


@pytest.mark.parametrize("seed", range(8))
def test_a_car_stands_on_the_road_and_has_the_size_of_one(simple, seed):
    rows = roads.car(Kit(simple, np.random.default_rng(seed)))
    low, high = rows[:, :3].min(0), rows[:, :3].max(0)
    assert low[1] == pytest.approx(0, abs=0.05)
    assert 1.3 < (high - low)[1] < 3.6
    assert 1.5 < (high - low)[0] < 2.6
    assert 3 < (high - low)[2] < 11


def test_a_corridor_is_longer_than_wide(simple, renderer):
    inverse = drawn(corridors.corridor, simple, renderer)
    ratios = np.quantile(inverse, 0.98, axis=(1, 2)) / np.quantile(inverse, 0.02, axis=(1, 2))
    assert np.median(ratios) > 3
    assert (inverse > 0).all()  # it is closed


def test_a_dim_room_has_less_light_from_everywhere_than_others(simple):
    rooms_light = [places.rooms.room(Kit(simple, np.random.default_rng(seed)), 1).light.above for seed in range(12)]
    dim_light = [corridors.dim(Kit(simple, np.random.default_rng(seed)), 1).light.above for seed in range(12)]
    assert np.mean(dim_light) < 0.5 * np.mean(rooms_light)


@pytest.mark.parametrize("place", [tabletops.tabletop, corridors.corridor, corridors.dim], ids=lambda p: p.__name__)
def test_some_cameras_are_rolled(place, simple):
    rolls = [place(Kit(simple, np.random.default_rng(seed)), 1).views[0].roll for seed in range(30)]
    assert np.abs(rolls).max() > 0.25
    assert np.median(np.abs(rolls)) < 0.15


def scene(slide):
    """A gray board 2 m ahead, before a gray wall 4 m ahead."""
    gray = Paint((0.7, 0.7, 0.7))
    rows = np.concatenate([
        soup.quad((-9, -9, -4), (18, 0, 0), (0, 18, 0), gray), soup.quad((-0.5, -0.5, -2), (1, 0, 0), (0, 1, 0), gray),
    ])  # fmt: skip
    light = Light(ONE, ONE, np.array([0, 1.0, 0]), ZERO, np.zeros((4, 3)), np.zeros((4, 3)))
    view = View(np.array([0.0, 0, 0]), np.array([0.0, 0, -1]), 60.0)
    return Scene("test", rows, [view], light, 4.0, slide=slide)


@pytest.mark.parametrize("is_shadow", [True, False])
def test_a_slide_colors_what_it_falls_on_and_leaves_depth_alone(simple, renderer, is_shadow):
    camera = scene(None).views[0]
    ((plain, depth),) = renderer.draw(scene(None))
    ((painted, same),) = renderer.draw(scene(Slide(camera, 2, 3.0, 1.0, is_shadow)))
    np.testing.assert_array_equal(same, depth)
    assert painted.std() > 3 * plain.std()
    assert (painted <= plain + 1e-3).all()
    ((behind, _),) = renderer.draw(scene(Slide(View(camera.eye, -camera.target, 60.0), 2, 3.0, 1.0, is_shadow)))
    np.testing.assert_allclose(behind, plain, atol=1e-3)  # thrown the other way
    ((after, _),) = renderer.draw(scene(None))
    np.testing.assert_array_equal(after, plain)


def test_a_slide_from_the_camera_ignores_edges(simple, renderer):
    """Across the edge of the board its picture goes on as if nothing were there."""
    camera = scene(None).views[0]
    slide = Slide(camera, 2, 1.0, 1.0, False)
    ((both, _),) = renderer.draw(scene(slide))
    ((plain, _),) = renderer.draw(scene(None))
    wall_alone = scene(slide)
    wall_alone.soup = wall_alone.soup[:6]
    ((wall, _),) = renderer.draw(wall_alone)
    np.testing.assert_allclose(both / plain, wall / plain.max(), atol=0.1)


def test_a_third_of_all_scenes_has_a_slide(simple):
    kit = Kit(simple, np.random.default_rng(0))
    with_one = [slides.added(kit, scene(None)).slide is not None for _ in range(600)]
    assert np.mean(with_one) == pytest.approx(1 / 3, abs=0.06)


def test_shares_are_shares():
    assert sum(places.SHARES.values()) == pytest.approx(1)
