"""Edges are found equally on the GPU and in numpy."""

from dataclasses import replace

import numpy as np
import pytest

from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.frames import DepthKind
from engine.geometry.cuts import CUT, MISSING, WHOLE, cell_edges
from engine.geometry.world import world_map
from engine.render.prepare.edges import EdgePass
from engine.render.view_inputs import world_uniforms
from engine.settings import SceneSettings
from tests.depth_frames import depth_frame


def on_gpu(ctx, frame, edge_cut, **settings):
    texture = ctx.texture(frame.depth.shape[::-1], 1, frame.depth.tobytes(), dtype="f4")
    edges = EdgePass(ctx)
    result = edges.run(texture, edge_cut, world_uniforms(world_map(frame, SceneSettings(**settings)), frame))
    values = np.frombuffer(result.read(), np.uint8).reshape(frame.depth.shape)[:-1, :-1]
    edges.release()
    texture.release()
    return np.round(values / 127.5).astype(int)


@pytest.mark.parametrize("kind", DepthKind)
@pytest.mark.parametrize(
    "settings", [{}, {"projection": "relief", "depth_scale": 1.5}, {"invert_depth": True}], ids=str
)
def test_glsl_equals_numpy(ctx, rng, kind, settings):
    blocks = np.kron(rng.uniform(1, 4, (9, 12)), np.ones((6, 6)))
    y, x = np.mgrid[0:54, 0:72]
    depth = (blocks + 0.03 * x * rng.uniform(0, 1) + 0.02 * y + rng.normal(0, 0.01, x.shape)).astype(np.float32)
    if kind is not DepthKind.DISPARITY:
        depth[10:14, 20:30] = 0
    frame = depth_frame(depth, kind=kind, span=(1, 3, 6))
    world = world_map(frame, SceneSettings(**settings))
    expected = cell_edges(frame.depth, world, 0.06)
    clear = cell_edges(frame.depth, world, 0.0601) == cell_edges(frame.depth, world, 0.0599)
    assert (expected == CUT).sum() > 200
    assert np.array_equal(on_gpu(ctx, frame, 0.06, **settings)[clear], expected[clear])


def plane(height, width, slope_x, slope_y):
    """A plane in metric depth, seen at an angle: inverse depth is affine in the picture."""
    y, x = np.mgrid[0:height, 0:width]
    return 1 / (0.2 + slope_x * x + slope_y * y)


def test_a_floor_at_a_grazing_angle_is_not_cut():
    floor = depth_frame(plane(40, 60, 0, 0.03), kind=DepthKind.METRIC)
    distances = floor.depth[:, 0]
    assert (distances[:-1] / distances[1:]).max() > 1.12  # twice the limit from one row to the next
    assert (cell_edges(floor.depth, world_map(floor, SceneSettings()), 0.06) == WHOLE).all()


def test_an_object_on_that_floor_is_cut_all_round():
    depth = plane(40, 60, 0, 0.03)
    depth[5:20, 20:40] = depth[20, 0]
    frame = depth_frame(depth, kind=DepthKind.METRIC)
    cut = cell_edges(frame.depth, world_map(frame, SceneSettings()), 0.06) == CUT
    assert cut[5:15, 19].all()
    assert cut[5:15, 39].all()
    assert cut[4, 20:39].all()
    assert not cut[:, :18].any()
    assert not cut[8:16, 22:37].any()


def test_a_value_between_two_surfaces_makes_no_plane():
    depth = np.full((6, 12), 1.0)
    depth[:, 5] = 1.5
    depth[:, 6:] = 2.0
    frame = depth_frame(depth, kind=DepthKind.METRIC)
    cut = cell_edges(frame.depth, world_map(frame, SceneSettings()), 0.06) == CUT
    assert cut[:, 4:6].all()


def test_the_rule_has_no_scale():
    image, depth = render(SceneCamera.at(160, 90), 1.0)
    edges = []
    for unit in (0.001, 1.0, 1000.0):
        frame = depth_frame(depth * unit, image, DepthKind.RELATIVE_DEPTH)
        edges.append(cell_edges(frame.depth.astype(np.float64), world_map(frame, SceneSettings()), 0.06))
    assert 0.005 < (edges[0] == CUT).mean() < 0.1
    assert (edges[0] != edges[1]).mean() < 1e-3
    assert (edges[1] != edges[2]).mean() < 1e-3


def test_missing_depth_is_missing_and_no_cut_is_none():
    depth = np.ones((6, 6))
    depth[2, 2] = 0
    depth[:, 4:] = 9
    frame = depth_frame(depth, kind=DepthKind.METRIC, span=(1, 2, 9))
    found = cell_edges(frame.depth, world_map(frame, SceneSettings()), 0)
    assert (found[1:3, 1:3] == MISSING).all()
    assert (found != CUT).all()


def test_steady_cuts_open_late_and_close_late_within_one_shot(ctx):
    """The limit of 6 % is 8 % for a cell that was whole, and 4 % for one that was cut."""
    edges = EdgePass(ctx)

    def is_cut(step, *, shot=0, is_steady=True):
        depth = np.where(np.arange(24) < 12, 1.0, 1.0 + step)[None].repeat(16, 0).astype(np.float32)
        frame = replace(depth_frame(depth, kind=DepthKind.METRIC), shot=shot, model="lite")
        texture = ctx.texture((24, 16), 1, depth.tobytes(), dtype="f4")
        uniforms = world_uniforms(world_map(frame, SceneSettings()), frame)
        found = edges.run(texture, 0.06, uniforms, steady=frame if is_steady else None)
        cells = np.frombuffer(found.read(), np.uint8).reshape(16, 24)
        texture.release()
        return bool((cells[:-1, 11] > 0).all())

    shown = [is_cut(step) for step in (0.02, 0.07, 0.09, 0.07, 0.05, 0.03, 0.05)]
    assert shown == [False, False, True, True, True, False, False]
    assert is_cut(0.07, shot=1)  # by itself
    assert not is_cut(0.05, is_steady=False)
    edges.release()
