"""Scenes to linear color and exact distance, with OpenGL and no window (Mesa's software driver is enough)."""

from collections.abc import Iterator
from pathlib import Path

import moderngl
import numpy as np
from numpy.typing import NDArray

from training import skies
from training.matrices import look_at, perspective
from training.scene import Scene, Slide, View
from training.soup import Soup

SHADERS = Path(__file__).parent / "shaders"
SHADOW_SIDE = 768
SHADOW_REACH = 25.0
"""Meters to each side in which the sun throws shadows."""
LAMP_REACH, LAMP_FOV = 3.0, 125.0
SAMPLES = 4
MIN_DISTANCE = 0.05

Array = NDArray[np.float32]
_FORMAT = "3f 3f 2f 3f 2f"
_NAMES = ("position", "normal", "uv", "color", "layer_glow")


class Renderer:
    """Draws at one size, given as (width, height). `layers` (T, 256, 256, 3) are the textures that soups name."""

    def __init__(self, gl: moderngl.Context, layers: NDArray[np.uint8], size: tuple[int, int]) -> None:
        self.size = size
        self._gl = gl
        upright = np.ascontiguousarray(layers[:, ::-1])  # v grows upwards
        self._textures = gl.texture_array((*layers.shape[2:0:-1], len(layers)), 3, upright)
        self._textures.build_mipmaps()
        self._textures.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
        self._color = _program(gl, "color", "color")
        self._distance = _program(gl, "depth", "depth")
        self._shadow = _program(gl, "depth", "shadow")
        self._many = gl.framebuffer(gl.renderbuffer(size, 4, samples=SAMPLES, dtype="f2"),
                                    gl.depth_renderbuffer(size, samples=SAMPLES))  # fmt: skip
        self._one = gl.framebuffer(gl.texture(size, 4, dtype="f2"))
        self._mirrored = gl.texture(size, 4, dtype="f2")
        self._reflection = gl.framebuffer(self._mirrored, gl.depth_renderbuffer(size))
        self._far = gl.framebuffer(gl.texture(size, 1, dtype="f4"), gl.depth_renderbuffer(size))
        self._shadow_map = gl.depth_texture((SHADOW_SIDE, SHADOW_SIDE))
        self._shadow_map.compare_func = "<="
        self._shadow_target = gl.framebuffer(depth_attachment=self._shadow_map)

    def draw(self, scene: Scene) -> Iterator[tuple[Array, Array]]:
        """For each view: linear color (H, W, 3), and inverse distance along the axis (H, W) in 1/m, 0 for the sky."""
        gl = self._gl
        gl.enable_only(moderngl.DEPTH_TEST)
        self._set_light(scene)
        buffer = gl.buffer(scene.soup)
        colored = gl.vertex_array(self._color, [(buffer, _FORMAT, *_NAMES)])
        plain = gl.vertex_array(self._distance, [(buffer, "3f 40x", "position")])
        shadow = gl.vertex_array(self._shadow, [(buffer, "3f 40x", "position")])
        sun_view = _sun_matrix(scene)
        try:
            for i, view in enumerate(scene.views):
                if i == 0 or scene.movers:
                    buffer.write(_at_share(scene, i / max(1, len(scene.views) - 1)))
                    self._draw_shadow(shadow, sun_view)
                yield self._draw_view(scene, view, colored, plain)
        finally:
            for thing in (colored, plain, shadow, buffer):
                thing.release()

    def _set_light(self, scene: Scene) -> None:
        light = scene.light
        _set(
            self._color, above=light.above, below=light.below, sun=light.sun, sun_color=light.sun_color,
            lamps=light.lamps, lamp_colors=light.lamp_colors, gloss=light.gloss, fog=scene.fog, ripple=scene.ripple,
            shadow_view=_sun_matrix(scene).T, shadow_texel=1 / SHADOW_SIDE, shadow_margin=_shadow_margin(scene),
            size=self.size,
            textures=0, shadow_map=1, reflection=2,
        )  # fmt: skip
        self._set_slide(scene.slide)
        self._textures.use(0)
        self._shadow_map.use(1)

    def _set_slide(self, slide: Slide | None) -> None:
        if slide is None:
            _set(self._color, slide_strength=0.0)
            return
        view = slide.view
        _set(
            self._color, slide_view=(perspective(view.fov, 1.0) @ look_at(view)).T, slide_layer=float(slide.layer),
            slide_repeats=slide.repeats, slide_strength=slide.strength, slide_is_shadow=slide.is_shadow,
        )  # fmt: skip

    def _draw_shadow(self, shadow: moderngl.VertexArray, sun_view: Array) -> None:
        _set(self._shadow, view=np.eye(4), projection=sun_view.T)
        self._shadow_target.use()
        self._shadow_target.clear(depth=1.0)
        shadow.render()

    def _draw_view(
        self, scene: Scene, view: View, colored: moderngl.VertexArray, plain: moderngl.VertexArray
    ) -> tuple[Array, Array]:
        gl, (width, height) = self._gl, self.size
        looking, projection = look_at(view), perspective(view.fov, width / height)
        background = self._background(scene, view)
        fog_color = background.mean((0, 1))
        _set(self._color, eye=view.eye, projection=projection.T, fog_color=fog_color)
        if scene.mirror > 0:
            upside_down = looking @ np.diag([1, -1, 1, 1])
            _set(self._color, is_reflection=True, mirror=0.0, view=upside_down.T)
            self._reflection.use()
            self._reflection.clear(color=(*fog_color.tolist(), 1.0))
            colored.render()
            self._mirrored.use(2)
        _set(self._color, is_reflection=False, mirror=scene.mirror, view=looking.T)
        _set(self._distance, projection=projection.T, view=looking.T)
        self._many.use()
        self._many.clear()
        self._many.color_mask = (False,) * 4
        plain.render()  # depth first: shading what gets covered costs more than anything else
        self._many.color_mask = (True,) * 4
        gl.depth_func = "<="
        colored.render()
        gl.depth_func = "<"
        gl.copy_framebuffer(self._one, self._many)
        self._far.use()
        self._far.clear()
        plain.render()
        seen = np.frombuffer(self._one.read(components=4, dtype="f2"), np.float16).reshape(height, width, 4)[::-1]
        distance = np.frombuffer(self._far.read(components=1, dtype="f4"), np.float32).reshape(height, width)[::-1]
        seen = np.nan_to_num(seen.astype(np.float32), posinf=60)
        light = seen[..., :3] + background * (1 - np.clip(seen[..., 3:], 0, 1))
        return light, np.where(distance > 0, 1 / np.maximum(distance, MIN_DISTANCE), 0).astype(np.float32)

    def _background(self, scene: Scene, view: View) -> Array:
        """What is behind everything, (H, W, 3): the panorama along each pixel's ray, or black."""
        width, height = self.size
        if scene.sky is None:
            return np.zeros((height, width, 3), np.float32)
        slope = np.tan(np.radians(view.fov) / 2)
        x, y = np.meshgrid((np.arange(width) + 0.5) / width * 2 - 1, (np.arange(height) + 0.5) / height * 2 - 1)
        rays = np.stack([x * slope, -y * slope * height / width, -np.ones_like(x)], -1)
        return skies.look_up(scene.sky, rays @ look_at(view)[:3, :3], scene.sky_turn)


def _sun_matrix(scene: Scene) -> Array:
    """World to the shadow map (4, 4): a lamp under the ceiling indoors, parallel light outdoors."""
    sun = np.asarray(scene.light.sun, np.float64)
    if scene.sky is None:
        lamp = sun * 0.9 * min(scene.extent, LAMP_REACH)
        looking = look_at(View(lamp, lamp * np.array([0.4, 0, 0.4]), 0))
        return perspective(LAMP_FOV, 1.0, 0.3, 60.0) @ looking
    reach = min(scene.extent, SHADOW_REACH)
    ortho = np.diag([1 / reach, 1 / reach, -1 / (4 * reach), 1]).astype(np.float32)
    return ortho @ look_at(View(sun * reach, np.zeros(3), 0))


def _shadow_margin(scene: Scene) -> float:
    """How far (m) from a surface its shadow is asked for: two texels of the map, so that nothing shadows itself."""
    reach = LAMP_REACH * np.tan(np.radians(LAMP_FOV / 2)) if scene.sky is None else SHADOW_REACH
    return 4 * min(scene.extent, reach) / SHADOW_SIDE


def _at_share(scene: Scene, share: float) -> Soup:
    """The soup at a moment of a clip, 0 … 1."""
    if not scene.movers:
        return scene.soup
    rows = scene.soup.copy()
    for part, way in scene.movers:
        rows[part, :3] += (way * share).astype(np.float32)
    return rows


def _program(gl: moderngl.Context, vertex: str, fragment: str) -> moderngl.Program:
    return gl.program(
        vertex_shader=(SHADERS / f"{vertex}.vert").read_text(),
        fragment_shader=(SHADERS / f"{fragment}.frag").read_text(),
    )


def _set(program: moderngl.Program, **values: object) -> None:
    """Uniforms by name: arrays and sequences as float32, matrices column by column; single numbers as they are."""
    for name, value in values.items():
        member = program[name]
        assert isinstance(member, moderngl.Uniform)
        if isinstance(value, (np.ndarray, tuple)):
            member.write(np.ascontiguousarray(value, np.float32))
        else:
            member.value = value
