"""The exported mesh equals the picture on screen: it is read back, drawn by a plain program and compared."""

from math import radians

import moderngl
import numpy as np
import pytest
import trimesh
from pyglm import glm

from engine.export.glb import save_glb
from engine.frames import DepthKind
from engine.geometry.mesh import surface_of
from engine.navigation.camera import Camera
from engine.render.renderer import Renderer
from engine.settings import Settings
from tests.depth_frames import checker, depth_frame
from tests.render import scenes

SIZE = (256, 144)
BACKGROUND = (255, 0, 255)

VERTEX = """
#version 330 core
uniform mat4 matrix;
in vec3 point;
in vec2 uv;
out vec2 at;
void main() { gl_Position = matrix * vec4(point, 1.0); at = uv; }
"""
FRAGMENT = """
#version 330 core
uniform sampler2D picture;
in vec2 at;
out vec4 color;
void main() { color = texture(picture, at); }
"""


def drawn_from_file(ctx, path, matrix, size=SIZE):
    """Draw the mesh of a GLB file as any viewer would, (H, W, 3), with the distance of each pixel."""
    (mesh,) = trimesh.load(path, process=False).geometry.values()
    image = np.asarray(mesh.visual.material.baseColorTexture.convert("RGB"))
    texture = ctx.texture(image.shape[1::-1], 3, np.ascontiguousarray(image), alignment=1)
    texture.repeat_x = texture.repeat_y = False
    uv = np.stack([mesh.visual.uv[:, 0], 1 - mesh.visual.uv[:, 1]], 1)
    program = ctx.program(VERTEX, FRAGMENT)
    program["matrix"].write(np.array(glm.transpose(matrix), "f4").tobytes())
    array = ctx.vertex_array(
        program,
        [(ctx.buffer(mesh.vertices.astype("f4")), "3f", "point"), (ctx.buffer(uv.astype("f4")), "2f", "uv")],
        ctx.buffer(mesh.faces.astype("u4")),
    )
    target = ctx.framebuffer([ctx.texture(size, 3)], ctx.depth_renderbuffer(size))
    target.use()
    target.clear(*(value / 255 for value in BACKGROUND))
    ctx.enable_only(moderngl.DEPTH_TEST)
    texture.use()
    array.render()
    return pixels(target)


def pixels(framebuffer):
    width, height = framebuffer.size
    color = np.frombuffer(framebuffer.read(components=3, alignment=1), np.uint8).reshape(height, width, 3)
    depth = np.frombuffer(framebuffer.read(components=1, attachment=-1, dtype="f4"), "f4").reshape(height, width)
    return color[::-1].astype(int), depth[::-1]


def waves():
    """Disparity with soft hills and a step."""
    y, x = np.mgrid[0:90, 0:160]
    disparity = 1.5 + 0.3 * np.sin(x / 17) * np.cos(y / 13) + 1.2 * ((x - 90) ** 2 + (y - 40) ** 2 < 500)
    return depth_frame(disparity, checker(320, 180, 20), DepthKind.DISPARITY)


@pytest.mark.parametrize(
    ("frame", "changes"),
    [
        (scenes.demo, {"subsample": 2}),
        (scenes.steps, {"subsample": 1, "metric_depth_scale": 2.0}),
        (waves, {"subsample": 2, "depth_scale": 1.0}),
        (waves, {"subsample": 3, "projection": "relief"}),
        (waves, {"subsample": 2, "invert_depth": True}),
        (scenes.holes, {"subsample": 2, "fill_gaps": False}),
        (waves, {"subsample": 2, "depth_threshold": 0.8, "smooth": True, "sor_neighbors": 20}),
    ],
    ids=["demo", "steps", "disparity", "relief", "inverted", "holes", "filtered"],
)
def test_the_exported_mesh_is_the_front_layer_on_screen(ctx, tmp_path, frame, changes):
    frame = frame()
    settings = Settings().replace(
        background="#ff00ff", edge_feather=0, hole_memory_s=0, hole_fill=0, border_fill=0, **changes
    )
    renderer = Renderer(ctx, SIZE)
    path = tmp_path / "scene.glb"
    save_glb(
        path, surface_of(frame, renderer.grid_depth(frame, settings), settings), frame.intrinsics, frame.depth.shape
    )
    camera = Camera.home(2.0).orbited(radians(14), radians(-9))
    renderer.draw(frame, camera, settings)
    screen, depth_buffer = pixels(renderer.target.framebuffer)
    screen_depth = np.minimum(2 * depth_buffer, 1)  # the surface is drawn into the nearer half
    exported, depth = drawn_from_file(ctx, path, renderer.projection(frame, settings.scene) * camera.view_matrix())
    renderer.release()

    is_there = depth < 1
    assert is_there.mean() > 0.4
    # apart from pixels on outlines, nothing is exported that is not on screen
    assert (is_there & (screen_depth == 1)).mean() < 0.002
    same_place = is_there & (np.abs(depth - screen_depth) < 2e-5)
    assert same_place.sum() / is_there.sum() > 0.97  # outlines are finer on screen
    off = np.abs(exported - screen).max(-1)
    assert (off[same_place] <= 2).mean() > 0.98  # software renderers merge planar blocks of cells
    # only rubber sheets across edges are on screen but not in the file
    assert (~is_there & (screen_depth < 1)).mean() < 0.06
