from dataclasses import replace

import numpy as np
import pytest

from engine.frames import DepthKind
from engine.geometry.world import world_map
from engine.navigation.camera import Camera
from engine.render.gpu.readback import read_values
from engine.render.gpu.textures import SceneTextures
from engine.render.prepare.bilateral import BilateralPass
from engine.render.renderer import Renderer
from engine.render.view_inputs import world_uniforms
from engine.settings import Settings
from tests.depth_frames import depth_frame


def ragged(height=96, width=160):
    """A dark post before a bright wall, and disparity whose edges lie up to five pixels beside those of the post."""
    off = np.random.default_rng(1).integers(-5, 6, (height, 2))
    x = np.arange(width)
    disparity = np.where((x >= 60 + off[:, :1]) & (x < 100 + off[:, 1:]), 0.9, 0.3)
    picture = np.broadcast_to(np.where((x >= 60) & (x < 100), 40, 220)[None, :, None], (height, width, 3))
    frame = depth_frame(disparity, picture.astype(np.uint8), DepthKind.DISPARITY, span=(0.2, 0.3, 1.0))
    return replace(frame, model="lite")


def filtered(ctx, frame, *, in_tiles):
    settings = Settings()
    world = world_map(frame, settings.scene)
    textures = SceneTextures(ctx)
    textures.upload(frame, frame.frame.image.shape[1])
    bilateral = BilateralPass(ctx)
    bilateral._is_software = in_tiles
    result = bilateral.run(frame, textures.depth, textures.guide, settings.display, world, world_uniforms(world, frame))
    values = read_values(ctx, result)
    bilateral.release()
    textures.release()
    return values


def test_edges_move_to_those_of_the_picture(ctx):
    frame = ragged()
    is_post = (np.arange(160) >= 60) & (np.arange(160) < 100)
    off_before = ((frame.depth > 0.6) != is_post).sum()
    off_after = ((filtered(ctx, frame, in_tiles=True) > 0.6) != is_post).sum()
    assert off_after < 0.2 * off_before


def test_only_tiles_near_edges_can_change(ctx):
    frame = ragged()
    assert np.array_equal(filtered(ctx, frame, in_tiles=True), filtered(ctx, frame, in_tiles=False))


@pytest.mark.parametrize(("model", "is_filtered"), [("source", False), ("vda-vits", False), ("lite", True)])
def test_only_rough_depth_is_filtered(ctx, monkeypatch, model, is_filtered):
    calls = []
    run = BilateralPass.run
    monkeypatch.setattr(BilateralPass, "run", lambda *given: calls.append(given) or run(*given))
    renderer = Renderer(ctx, (160, 96))
    frame = replace(ragged(), model=model)
    renderer.draw(frame, Camera.home(2), Settings())
    assert bool(calls) is is_filtered
    renderer.draw(frame, Camera.home(2), Settings().replace(edge_guide=0))
    assert len(calls) <= 1
    renderer.release()
