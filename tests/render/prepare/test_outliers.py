"""Removing outliers and smoothing, on depth maps with known truth."""

import numpy as np
import pytest

from engine.frames import DepthKind
from engine.geometry.world import is_measured, world_map
from engine.navigation.camera import Camera
from engine.render.gpu.textures import SceneTextures
from engine.render.prepare.outliers import OutlierPass
from engine.render.prepare.smooth import SmoothPass
from engine.render.renderer import Renderer
from engine.render.view_inputs import world_uniforms
from engine.settings import SceneSettings, Settings
from tests.depth_frames import depth_frame
from tests.render.scenes import ball

HEIGHT, WIDTH = 48, 80
KINDS = (DepthKind.METRIC, DepthKind.DISPARITY)


@pytest.fixture
def run(ctx):
    """Run both passes on a map of distances. Return the distances, and which ones are kept."""
    textures, outliers, smooth = SceneTextures(ctx), OutlierPass(ctx), SmoothPass(ctx)

    def passes(distance, kind=DepthKind.METRIC, **settings):
        disparity = kind is DepthKind.DISPARITY
        frame = depth_frame((1 / distance if disparity else distance).astype(np.float32), kind=kind)
        scene = SceneSettings(**settings)
        mapping = world_map(frame, scene)
        world = world_uniforms(mapping, frame)
        textures.upload(frame, WIDTH)
        texture = textures.depth
        if OutlierPass.is_wanted(scene):
            texture = outliers.run(frame, texture, scene, mapping, world)
        if scene.smooth:
            texture = smooth.run(texture, world)
        depth = np.frombuffer(texture.read(), np.float32).reshape(distance.shape)
        left = is_measured(depth, disparity) & (depth > -1e38)
        return (1 / depth if disparity else depth), left

    yield passes
    for thing in (textures, outliers, smooth):
        thing.release()


def wall(rng, distance=3.0, noise=0.002):
    return distance * (1 + noise * rng.standard_normal((HEIGHT, WIDTH)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("neighbors", [4, 12, 50])
def test_stray_points_go_to_the_surface_and_the_surface_stays(run, rng, kind, neighbors):
    distance = wall(rng)
    stray = np.zeros_like(distance, bool)
    stray[5:43:9, 7:75:11] = True
    distance[stray] *= np.where(np.arange(stray.sum()) % 2, 0.7, 1.3)
    cleaned, left = run(distance, kind, sor_neighbors=neighbors, sor_std_ratio=2.0)
    assert left.all()  # no pinholes
    assert np.abs(cleaned / 3 - 1)[stray].max() < 0.02
    assert np.isclose(cleaned, distance, rtol=1e-4)[~stray].mean() > 0.99


@pytest.mark.parametrize("kind", KINDS)
def test_both_sides_of_an_edge_stay_and_what_flies_between_them_goes(run, rng, kind):
    distance = wall(rng, 2.0)
    distance[:, 40:] *= 2
    distance[:, 40] = 2.9  # a column of depth that a network has blurred
    cleaned, left = run(distance, kind, sor_neighbors=12, sor_std_ratio=1.0)
    inside = np.s_[3:-3, 25:55]  # at the border of the picture there are no pairs
    assert left[inside].all()
    on_a_surface = (np.abs(cleaned / 2 - 1) < 0.02) | (np.abs(cleaned / 4 - 1) < 0.02)
    assert on_a_surface[inside].all()
    assert np.isclose(cleaned, distance, rtol=1e-4)[inside].mean() > 0.96  # all but the one column of thirty


def test_a_patch_of_nonsense_leaves_a_hole(run, rng):
    distance = wall(rng)
    distance[20:26, 30:36] = rng.uniform(0.5, 6, (6, 6))
    _, left = run(distance, sor_neighbors=12, sor_std_ratio=0.5)
    assert not left[21:25, 31:35].any()
    assert left[:15].all()


def test_a_larger_ratio_leaves_more(run, rng):
    distance = wall(rng) * np.where(rng.random((HEIGHT, WIDTH)) < 0.03, rng.uniform(1.02, 1.4, (HEIGHT, WIDTH)), 1)
    same = [
        np.isclose(run(distance, sor_neighbors=12, sor_std_ratio=ratio)[0], distance).mean()
        for ratio in (0.2, 1.0, 3.0)
    ]
    assert same[0] < same[1] < same[2]


@pytest.mark.parametrize("kind", KINDS)
def test_a_clean_scene_stays_whole_even_where_it_is_seen_at_a_grazing_angle(run, kind):
    y = np.arange(HEIGHT)[:, None]
    floor = np.where(y > HEIGHT // 2, 3.0 / np.maximum(y - HEIGHT // 2, 1) * 4, 12.0)  # up to a wall far behind
    distance = np.repeat(np.minimum(floor, 12.0), WIDTH, axis=1)
    distance[10:40, 20:50] = 1.5  # and something in front of both
    cleaned, left = run(distance, kind, sor_neighbors=12, sor_std_ratio=1.0)
    assert left.mean() > 0.995
    assert np.isclose(cleaned, distance, rtol=1e-4).mean() > 0.98  # but for the corners of what is in front


def test_what_was_not_measured_says_nothing_about_its_neighbors(run, rng):
    distance = wall(rng)
    distance[10:30, 20:50] = 0
    _, left = run(distance, sor_neighbors=12, sor_std_ratio=3.0)
    assert not left[10:30, 20:50].any()
    assert left[:10].mean() > 0.98


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("inverted", [False, True])
def test_the_threshold_leaves_out_that_share_of_what_is_farthest(run, kind, inverted):
    distance = np.tile(np.linspace(1, 4, WIDTH), (HEIGHT, 1))
    _, left = run(distance, kind, depth_threshold=0.75, invert_depth=inverted)
    assert left.mean() == pytest.approx(0.75, abs=0.02)
    assert left[:, -1 if inverted else 0].all()
    assert not left[:, 0 if inverted else -1].any()


@pytest.mark.parametrize("kind", KINDS)
def test_smoothing_takes_noise_and_leaves_edges_and_slopes(run, rng, kind):
    truth = 1 / np.tile(np.linspace(0.5, 0.4, WIDTH), (HEIGHT, 1))  # a plane that is seen at an angle
    truth[:, 40:] *= 1.5
    distance = truth * (1 + 0.005 * rng.standard_normal(truth.shape))
    smooth, left = run(distance, kind, smooth=True)
    assert left.all()
    inside = np.s_[2:-2, 2:-2]
    before, after = (np.abs(values / truth - 1)[inside] for values in (distance, smooth))
    assert after.mean() < 0.4 * before.mean()
    assert after.max() < 0.02


def test_what_is_left_out_is_not_painted_anew(ctx):
    renderer = Renderer(ctx, (160, 90))
    settings = Settings().replace(background="#ff00ff", quality="high", subsample=1)
    shares = []
    for threshold in (1, 0.2):
        renderer.draw(ball(), Camera.home(2.5).orbited(0.3, 0.1), settings.replace(depth_threshold=threshold))
        shares.append((renderer.read() != (255, 0, 255)).any(-1).mean())
    renderer.release()
    assert shares[0] > 0.6
    assert 0.05 < shares[1] < 0.25  # the ball alone, without the wall
