"""The world formula on the GPU equals the one in numpy."""

import shutil
from dataclasses import replace

import moderngl
import numpy as np
import pytest

from engine.frames import Calibration, DepthKind
from engine.geometry.world import pixel_rays, world_map
from engine.paths import SHADERS_DIR
from engine.render.gpu.shaders import Program
from engine.render.view_inputs import world_uniforms
from engine.settings import SceneSettings
from tests.depth_frames import depth_frame

PROBE = """#version 330 core
#include "include/world.glsl"
uniform sampler2D u_depth;
out vec4 f_out;
void main() {
    float d = texelFetch(u_depth, ivec2(gl_FragCoord.xy), 0).r;
    vec3 point = world_point(gl_FragCoord.xy / vec2(textureSize(u_depth, 0)), view_distance(d));
    f_out = vec4(is_measured(d) ? point : vec3(0.0), nearness(d));
}
"""
CALIBRATION = Calibration(0.23, -0.06, 9.0, DepthKind.METRIC, 0.0)  # reaches its limit within the tested depths
SETTINGS = [
    {}, {"depth_scale": 2.5}, {"depth_scale": 0}, {"invert_depth": True}, {"projection": "relief"},
    {"projection": "relief", "depth_scale": 1.7, "invert_depth": True}, {"metric_depth_scale": 0.3},
]  # fmt: skip


@pytest.fixture
def program(ctx, tmp_path):
    shutil.copytree(SHADERS_DIR, tmp_path, dirs_exist_ok=True)
    (tmp_path / "probe.frag").write_text(PROBE)
    return Program(ctx, "fullscreen.vert", "probe.frag", folder=tmp_path)


@pytest.mark.parametrize(
    ("kind", "calibration"),
    [*((kind, None) for kind in DepthKind), (DepthKind.DISPARITY, CALIBRATION)],
    ids=[*(kind.value for kind in DepthKind), "calibrated"],
)
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_glsl_equals_numpy(ctx, program, rng, kind, calibration, settings):
    depth = rng.uniform(0.2, 8, (13, 17)).astype(np.float32)
    if kind is not DepthKind.DISPARITY:
        depth[3, 4:8] = 0  # not measured
    frame = depth_frame(depth, np.zeros((26, 51, 3), np.uint8), kind, span=(1.0, 3.0, 6.0), fov_deg=77)
    frame = replace(frame, calibration=calibration)
    world = world_map(frame, SceneSettings(**settings))

    texture = ctx.texture((17, 13), 1, frame.depth, dtype="f4")
    target = ctx.framebuffer([ctx.texture((17, 13), 4, dtype="f4")])
    target.use()
    texture.use(0)
    program.set(depth=0, **world_uniforms(world, frame))
    ctx.vertex_array(program.gl, []).render(moderngl.TRIANGLES, vertices=3)
    result = np.frombuffer(target.read(components=4, dtype="f4"), np.float32).reshape(13, 17, 4)

    expected = np.nan_to_num(world.points(depth, *pixel_rays(frame.intrinsics, 13, 17)))
    np.testing.assert_allclose(result[..., :3], expected, rtol=2e-5, atol=2e-5)
    np.testing.assert_allclose(result[..., 3], world.nearness(depth), atol=2e-5)
