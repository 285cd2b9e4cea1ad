"""Lighting and fog on surfaces with known normals, shadows and corners."""

import numpy as np
import pytest
from pyglm import glm

from engine.frames import DepthKind
from engine.geometry.world import RELIEF_PLANE, pixel_rays, world_map
from engine.navigation.camera import Camera
from engine.render.prepare.lighting import Lighting, lamp_position
from engine.render.renderer import Renderer
from engine.render.view_inputs import world_uniforms
from engine.settings import LightSettings, SceneSettings, Settings
from tests.depth_frames import checker, depth_frame

HEIGHT, WIDTH = 90, 160
SPAN = (1, 2, 4)
GRAY = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)


def metric(depth):
    return depth_frame(np.broadcast_to(depth, (HEIGHT, WIDTH)), GRAY, DepthKind.METRIC, SPAN)


def rays():
    return pixel_rays(metric(2.0).intrinsics, HEIGHT, WIDTH)


@pytest.fixture
def shade(ctx):
    """Return the output of `shade.frag` in linear light, and the normals."""
    lighting = Lighting(ctx)
    depths = []

    def run(frame, projection="perspective", **settings):
        world = world_map(frame, SceneSettings(projection=projection))
        height, width = frame.depth.shape
        depths.append(ctx.texture((width, height), 1, np.ascontiguousarray(frame.depth), dtype="f4"))
        made = lighting.run(depths[-1], frame, world, world_uniforms(world, frame), LightSettings(**settings))
        if made is None:
            return None, None
        shaded = np.frombuffer(made.front.read(), np.uint8).reshape(height, width, 4) / 255
        shaded[..., :3] = (shaded[..., :3] * 255 / 128) ** 2  # linear, as it was mixed
        normals = np.frombuffer(lighting._targets["normals"].texture.read(), np.float32)
        return shaded, normals.reshape(height, width, 4)

    yield run
    lighting.release()
    for depth in depths:
        depth.release()


def angle_deg(normals, expected):
    cosine = (normals[..., :3] * expected).sum(-1) / np.linalg.norm(expected, axis=-1)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


@pytest.mark.parametrize("normal", [(0, 0, 1), (0.5, 0.2, 1), (0, 2, 0.5)])
def test_the_normal_of_a_plane(shade, normal):
    """normal · P = −2, so that it cuts the axis in front of the camera."""
    x, y = rays()
    depth = 2 / (normal[2] - normal[0] * x - normal[1] * y)
    depth = np.where((depth > 0.2) & (depth < 20), depth, 0)
    _, normals = shade(metric(depth), light=1)
    # the outermost vertices are the picture's border, half a pixel from the outermost depth values
    assert np.median(angle_deg(normals, np.array(normal, float))[depth > 0]) < 1


def test_the_normal_of_a_relief(shade):
    """A ramp that comes one unit closer across the picture."""
    frame = metric(1 / np.linspace(1 / 4, 1, WIDTH)[None, :])
    _, normals = shade(frame, "relief", light=1)
    rise = SceneSettings().depth_scale / (RELIEF_PLANE * WIDTH / frame.intrinsics[0, 0])
    assert np.median(angle_deg(normals, np.array([-rise, 0, 1]))) < 1


def test_the_normals_of_a_ball_up_to_its_edge(shade):
    x, y = rays()
    middle, radius = 2.0, 0.6
    a, b, c = x**2 + y**2 + 1, -2 * middle, middle**2 - radius**2
    root = b**2 - 4 * a * c
    hit = root > 0
    depth = np.where(hit, (-b - np.sqrt(np.maximum(root, 0))) / (2 * a), 3.5)
    _, normals = shade(metric(depth), light=1)
    points = np.stack(np.broadcast_arrays(x * depth, y * depth, -depth + middle), -1)
    error = angle_deg(normals, points)
    inside = hit & (points[..., 2] > 0.35 * radius)
    assert np.percentile(error[inside], 95) < 8
    assert np.median(angle_deg(normals, np.array([0.0, 0, 1]))[~hit]) < 0.5
    around = np.abs(np.hypot(*np.broadcast_arrays(x, y)) - np.hypot(x, y)[hit].max()) < 0.03  # the wall beside the ball
    assert np.percentile(angle_deg(normals, np.array([0.0, 0, 1]))[around & ~hit], 90) < 8


def test_nothing_is_computed_at_zero(shade, ctx, monkeypatch):
    monkeypatch.setattr("engine.render.prepare.lighting.FullscreenPass", lambda *_: pytest.fail("compiled for nothing"))
    assert shade(metric(2.0)) == (None, None)
    picture = Renderer(ctx, (WIDTH, HEIGHT))
    frame = depth_frame(np.full((HEIGHT, WIDTH), 2.0), checker(WIDTH, HEIGHT), DepthKind.METRIC, SPAN)
    picture.draw(frame, Camera.home(2), Settings().replace(subsample=1, lamp_x=0.9, lamp_distance=0.2))
    assert np.array_equal(picture.read(), frame.frame.image)
    picture.release()


@pytest.mark.parametrize("name", ["light", "shadows", "occlusion", "fog"])
def test_it_grows_out_of_nothing(shade, name):
    """A tiny strength changes hardly anything: there is no jump at the end of the slider."""
    depth = np.full((HEIGHT, WIDTH), 3.0)
    depth[30:60, 60:100] = 2.7
    weak, _ = shade(metric(depth), **{name: 0.01})
    strong, _ = shade(metric(depth), **{name: 1.0})
    assert np.abs(weak - 1).max() < 0.02
    assert np.abs(strong - 1).max() > 0.2


def test_the_lamp_is_where_it_says(shade):
    for lamp_x, lamp_y in ((0.1, 0.2), (0.8, 0.9)):
        shaded, _ = shade(metric(2.0), light=1, lamp_x=lamp_x, lamp_y=lamp_y, lamp_distance=0.8)
        row, column = np.unravel_index(shaded[..., 1].argmax(), (HEIGHT, WIDTH))
        # the lamp's foot on the wall is farther out than the lamp is in the picture
        x, y = (lamp_x - 0.5) * 0.8 + 0.5, (lamp_y - 0.5) * 0.8 + 0.5
        assert column / WIDTH == pytest.approx(x, abs=0.04)
        assert row / HEIGHT == pytest.approx(y, abs=0.04)


def test_lamp_in_world_units():
    frame = metric(2.0)
    world = world_map(frame, SceneSettings())
    x, y, z = lamp_position(frame, world, LightSettings(lamp_x=0.5, lamp_y=0.5, lamp_distance=0.25))
    assert (x, y, z) == pytest.approx((0, 0, -0.5))


def test_a_shadow_falls_away_from_the_lamp(shade):
    depth = np.full((HEIGHT, WIDTH), 2.4)
    depth[35:55, 70:90] = 2.0
    options = {"shadows": 1, "lamp_y": 0.5, "lamp_distance": 0.3}
    left, _ = shade(metric(depth), lamp_x=0.0, **options)
    right, _ = shade(metric(depth), lamp_x=1.0, **options)
    beside = (slice(40, 50), slice(92, 96)), (slice(40, 50), slice(64, 68))
    for shaded, dark, lit in ((left, *beside), (right, *beside[::-1])):
        assert shaded[dark][..., 0].mean() < 0.6
        assert shaded[lit][..., 0].mean() > 0.95
    assert left[:20, :40, 0].min() > 0.99


def test_shadows_are_soft(shade):
    depth = np.full((HEIGHT, WIDTH), 2.4)
    depth[35:55, 70:90] = 2.0
    shaded, _ = shade(metric(depth), shadows=1, lamp_x=0.0, lamp_y=0.5, lamp_distance=0.3)
    across = shaded[45, 91:125, 0]
    assert ((across > 0.4) & (across < 0.9)).sum() >= 3


def test_creases_are_darker_than_open_places(shade):
    x, _ = rays()
    depth = np.minimum(2.4 - 2 * np.abs(x), 2.4) + np.zeros((HEIGHT, 1))  # two walls that meet in the middle
    shaded, _ = shade(metric(depth), occlusion=1)
    assert shaded[20:70, 79:81, 0].mean() < 0.85
    flat, _ = shade(metric(2.4), occlusion=1)
    assert flat[..., 0].min() > 0.98


def test_the_far_end_is_in_the_fog_and_the_near_end_is_not(shade):
    frame = metric(np.tile(np.linspace(1, 4, WIDTH), (HEIGHT, 1)))
    shaded, _ = shade(frame, fog=0.7)
    assert shaded[45, 0, 3] == pytest.approx(1, abs=4e-3)
    assert shaded[45, -1, 3] == pytest.approx(0.3, abs=4e-3)
    assert (np.diff(shaded[45, :, 3]) <= 0).all()
    assert np.abs(shaded[..., :3] - 1).max() < 0.01


def test_fog_has_the_backgrounds_color(ctx):
    renderer = Renderer(ctx, (WIDTH, HEIGHT))
    depth = np.full((HEIGHT, WIDTH), 4.0)
    settings = Settings().replace(fog=1.0, background="#204060")
    renderer.draw(metric(depth), Camera.home(2), settings)
    picture = renderer.read()
    renderer.release()
    assert (np.abs(picture.astype(int) - (0x20, 0x40, 0x60)) <= 1).all()


@pytest.mark.parametrize("projection", ["perspective", "relief"])
@pytest.mark.parametrize("yaw", [0.0, 0.4])
def test_the_lamp_under_the_mouse_is_seen_there(ctx, projection, yaw):
    settings = Settings().replace(projection=projection, lamp_distance=0.4)
    renderer, frame, camera = Renderer(ctx, (WIDTH, HEIGHT)), metric(2.0), Camera.home(2).orbited(yaw, 0.1)
    renderer.draw(frame, camera, settings)
    lamp_x, lamp_y = renderer.lamp_under(0.4, 0.7)
    placed = settings.replace(lamp_x=lamp_x, lamp_y=lamp_y)
    lamp = lamp_position(frame, world_map(frame, settings.scene), placed.light)
    clip = renderer.projection(frame, settings.scene) * camera.view_matrix() * glm.vec4(lamp, 1)
    assert (clip.x / clip.w / 2 + 0.5, 0.5 - clip.y / clip.w / 2) == pytest.approx((0.4, 0.7), abs=1e-3)
    renderer.release()
