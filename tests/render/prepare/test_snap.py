from dataclasses import replace

import numpy as np
import pytest

from engine.frames import DepthKind
from engine.geometry.world import world_map
from engine.render.gpu.readback import read_values
from engine.render.gpu.textures import SceneTextures
from engine.render.prepare.snap import SnapPass
from engine.render.view_inputs import world_uniforms
from engine.settings import Settings
from tests.bench.edges import blurred
from tests.depth_frames import depth_frame
from tests.render import scenes


@pytest.fixture
def textures(ctx):
    one = SceneTextures(ctx)
    yield one
    one.release()


def snapped(ctx, textures, frame, vertices, *, in_tiles=True):
    """Return the sharpened depth for a grid of `vertices` across."""
    settings = Settings()
    world = world_map(frame, settings.scene)
    textures.upload(frame, frame.frame.image.shape[1])
    height, width = frame.depth.shape
    snap = SnapPass(ctx)
    snap._is_software = in_tiles
    size = vertices, vertices * height // width
    result = snap.run(
        frame, textures.depth, textures.color, size, settings.display, world, world_uniforms(world, frame)
    )
    values = read_values(ctx, result)
    snap.release()
    return values


SCENES = {"demo": scenes.demo, "blurred": lambda: blurred(scenes.demo()), "holes": scenes.holes}


@pytest.mark.parametrize("vertices", [64, 256])
@pytest.mark.parametrize("scene", SCENES)
def test_only_tiles_near_edges_can_change(ctx, textures, scene, vertices):
    frame = SCENES[scene]()
    everywhere = snapped(ctx, textures, frame, vertices, in_tiles=False)
    assert np.array_equal(snapped(ctx, textures, frame, vertices), everywhere)


def step(at, size=(90, 160)):
    depth = np.full(size, 3.0)
    depth[:, :at] = 1.5
    return depth_frame(depth, None, DepthKind.METRIC, span=(1.5, 2, 3))


@pytest.mark.parametrize("vertices", [160, 53, 40])
def test_a_sharp_edge_stays_where_it_is_at_any_resolution(ctx, textures, vertices):
    values = snapped(ctx, textures, step(75), vertices)
    assert np.minimum(np.abs(values - 1.5), np.abs(values - 3)).max() < 1e-6
    assert (values[0] < 2).mean() == pytest.approx(75 / 160, abs=0.5 / values.shape[1])


def test_a_fine_map_is_sharpened_at_its_own_resolution(ctx, textures):
    assert snapped(ctx, textures, step(75), 80).shape == (90, 160)


@pytest.mark.parametrize(("color", "is_kept"), [((200, 0, 0), True), ((90, 120, 90), False)])
def test_a_strip_of_its_own_color_is_no_flying_pixel(ctx, textures, color, is_kept):
    depth, image = np.full((90, 160), 3.0), np.full((90, 160, 3), 60, np.uint8)
    depth[:, :75], image[:, :75] = 1.5, (120, 180, 120)
    depth[:, 75], image[:, 75] = 2.0, color
    frame = depth_frame(depth, image, DepthKind.METRIC, span=(1.5, 2, 3))
    values = snapped(ctx, textures, replace(frame, model="source"), 160)
    assert (abs(values[20:70, 75] - 2) < 1e-3).all() == is_kept
