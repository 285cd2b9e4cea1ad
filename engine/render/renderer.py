"""The picture: a depth frame seen from a camera, drawn into our own framebuffer."""

import moderngl
from pyglm import glm

from engine.camera import Camera, projection_matrix
from engine.frames import DepthFrame, Image
from engine.render.effects import Effect, EffectChain
from engine.render.layers import draw_layers
from engine.render.passes import Passes
from engine.render.preparation import Preparation
from engine.render.readback import read_depth, read_rgb
from engine.render.target import Target
from engine.render.view import Scene, View
from engine.settings import Settings

EFFECTS: tuple[type[Effect], ...] = ()
"""In the order in which they change the picture."""


class Renderer:
    """Owns every GPU object of the scene. To be used on the thread of the GL context only.

    A picture is made in three steps: a depth frame is prepared, once for each frame; its layers are drawn as one view
    sees them; the effects change the result.
    """

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int]) -> None:
        """`size`: width and height of the picture in pixels."""
        self._ctx = ctx
        self._passes = Passes(ctx)
        self._preparation = Preparation(ctx, self._passes)
        self._effects = EffectChain(ctx, EFFECTS)
        self._target = Target(ctx, size, components=4, has_depth=True)
        self._drawn = self._target
        """Where the scene's own depth buffer is."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels."""
        return self._target.size

    @property
    def framebuffer(self) -> moderngl.Framebuffer:
        """The picture, for whoever shows or reads it."""
        return self._target.framebuffer

    def resize(self, size: tuple[int, int]) -> None:
        """Make the picture `size` pixels; a size of nothing, as of a minimised window, is ignored."""
        if min(size) > 0:
            self._target.resize(size)

    def draw(self, frame: DepthFrame | None, camera: Camera, settings: Settings) -> None:
        """Draw `frame` as `camera` sees it, or only the background where there is no frame yet."""
        if frame is None:
            self._drawn = self._target
            self._clear(self._target, settings)
            return
        scene = self._preparation.scene(frame, settings)
        view = View(camera.view_matrix(), self.projection(frame), self.size)
        self._drawn = self._effects.draw(
            lambda target: self._draw_scene(scene, view, settings, target), self._target, view, settings
        )

    def read(self) -> Image:
        """The picture as last drawn, (H, W, 3)."""
        return read_rgb(self.framebuffer)

    def release(self) -> None:
        self._target.release()
        self._effects.release()
        self._passes.release()
        self._preparation.release()

    def projection(self, frame: DepthFrame) -> glm.mat4:
        """The projection under which the whole of `frame` just fits the picture."""
        height, width = frame.depth.shape
        return projection_matrix(frame.intrinsics, (width, height), self.size)

    def pick(self, u: float, v: float, frame: DepthFrame, camera: Camera) -> tuple[float, float, float] | None:
        """The surface point drawn at (u, v), shares of the picture from its top left corner; None for background."""
        width, height = self.size
        x, y = min(int(u * width), width - 1), min(int((1 - v) * height), height - 1)
        depth = read_depth(self._drawn.framebuffer, x, y)
        if depth >= 1:
            return None
        device = glm.vec4(2 * (x + 0.5) / width - 1, 2 * (y + 0.5) / height - 1, 2 * depth - 1, 1)
        point = glm.vec4(glm.inverse(self.projection(frame) * camera.view_matrix()) * device)
        return point.x / point.w, point.y / point.w, point.z / point.w

    def _draw_scene(self, scene: Scene, view: View, settings: Settings, target: Target) -> None:
        self._clear(target, settings)
        draw_layers(self._passes, scene, view, settings.display, target)

    def _clear(self, target: Target, settings: Settings) -> None:
        target.use()
        target.framebuffer.clear(*_rgb(settings.display.background))


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue
