"""All shaders of the program compile for WebGL 2, as they do for OpenGL."""

import json
from dataclasses import replace

import numpy as np
import pytest

from engine.geometry.mesh import ColoredMesh
from engine.geometry.point_cloud import Points
from engine.navigation.camera import Camera
from engine.paths import SHADERS_DIR
from engine.render.gpu import shaders
from engine.render.renderer import Renderer
from engine.render.wipe import Wipe
from engine.settings import Settings
from engine.web.page import web_source
from tests.render import scenes

SIZE = (64, 36)
LOOKS = (
    {}, {"subsample": 1, "light": 0.8, "occlusion": 0.5, "shadows": 0.5, "fog": 0.5}, {"view": "depth"},
    {"view": "normals"}, {"display_mode": "pointcloud"}, {"display_mode": "hybrid"}, {"stereo": "anaglyph"},
    {"stereo": "row-interlaced"}, {"sor_neighbors": 8, "smooth": True}, {"panes": "picture+depth+scene"},
    {"light": 1.0, "display_mode": "pointcloud"}, {"light": 1.0, "hole_memory_s": 0.0}, {"view": "depth", "fog": 1.0},
)  # fmt: skip

COMPILE = """((sources) => {
  const gl = document.createElement("canvas").getContext("webgl2"), program = gl.createProgram();
  [gl.VERTEX_SHADER, gl.FRAGMENT_SHADER].forEach((kind, i) => {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, sources[i]);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  });
  gl.linkProgram(program);
  const logs = gl.getAttachedShaders(program).map(shader => gl.getShaderInfoLog(shader));
  const isLinked = gl.getProgramParameter(program, gl.LINK_STATUS);
  gl.getExtension("WEBGL_lose_context").loseContext();
  return isLinked ? "" : [gl.getProgramInfoLog(program), ...logs].join(" ");
})(%s)"""


@pytest.fixture
def programs(ctx, monkeypatch):
    """The vertex shader, the fragment shader and the macros of each program that the renderer makes."""
    made, make = {}, shaders.Program.__init__

    def noting(self, ctx, vertex, fragment, *, folder=SHADERS_DIR, defines=None):
        made[vertex, fragment, tuple((defines or {}).items())] = None
        make(self, ctx, vertex, fragment, folder=folder, defines=defines)

    monkeypatch.setattr(shaders.Program, "__init__", noting)
    renderer = Renderer(ctx, SIZE)
    try:
        for look in LOOKS:
            settings = Settings().replace(**look)
            for frame in (scenes.demo(), scenes.holes(), replace(scenes.ball(), model="lite")):
                renderer.draw(frame, Camera.home(2).orbited(0.2, 0.1), settings)
        places, colors = np.array([[0, 0, -2], [1, 0, -2], [0, 1, -2]], np.float32), np.full((3, 3), 90, np.uint8)
        normals = np.tile(np.float32([0, 0, 1]), (3, 1))
        cloud = Points(places, normals, colors, np.ones(3, np.float32))
        mesh = ColoredMesh(places, normals, colors, np.array([[0, 1, 2]], np.uint32), 1.0)
        for fused in (cloud, mesh):
            renderer.draw(scenes.demo(), Camera.home(2), Settings(), points=fused)
        Wipe(ctx)
    finally:
        renderer.release()
    return list(made)


def test_all_shaders_compile_in_a_browser(browser, programs):
    assert {fragment for _, fragment, _ in programs} == {path.name for path in SHADERS_DIR.glob("*.frag")}
    assert {vertex for vertex, _, _ in programs} == {path.name for path in SHADERS_DIR.glob("*.vert")}
    browser.call("Page.navigate", url="about:blank")
    failed = {}
    for vertex, fragment, macros in programs:
        defines = "".join(f"#define {name} {value}\n" for name, value in macros)
        sources = [text.replace("\n", f"\n{defines}", 1) for text in map(web_source, (vertex, fragment))]
        if said := browser.run(COMPILE % json.dumps(sources)):
            failed[vertex, fragment, macros] = said
    assert not failed
