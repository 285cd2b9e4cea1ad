"""The picture: a depth frame seen from a camera, drawn into our own framebuffer."""

import moderngl
import numpy as np
from pyglm import glm

from engine.camera import Camera, projection_matrix
from engine.frames import DepthFrame, Image
from engine.render.grid import grid_size
from engine.render.passes import ResamplePass, SurfacePass, world_uniforms
from engine.render.readback import read_rgb
from engine.render.target import Target
from engine.render.textures import SceneTextures
from engine.settings import Settings
from engine.world import world_map


class Renderer:
    """Owns every GPU object of the scene. To be used on the thread of the GL context only."""

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int]) -> None:
        """`size`: width and height of the picture in pixels."""
        self._ctx = ctx
        self._textures = SceneTextures(ctx)
        self._resample = ResamplePass(ctx)
        self._surface = SurfacePass(ctx)
        self._resampled_for: Settings | None = None
        self._target = Target(ctx, size, components=4, has_depth=True)

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
        if frame is not None:
            uniforms = world_uniforms(world_map(frame, settings.scene), frame)
            if self._textures.upload(frame) or self._resampled_for is not settings:
                vertices = grid_size(self._textures.colour.size, settings.display.subsample)
                self._resample.draw(self._textures.depth, vertices, settings.display.edge_cut, uniforms)
                self._resampled_for = settings
        self._target.use()
        self.framebuffer.clear(*_rgb(settings.display.background))
        if frame is not None:
            uniforms["view_projection"] = self._view_projection(frame, camera)
            self._surface.draw(self._textures.colour, self._resample.depth, settings.display, uniforms)

    def read(self) -> Image:
        """The picture as last drawn, (H, W, 3)."""
        return read_rgb(self.framebuffer)

    def release(self) -> None:
        self._target.release()
        self._surface.release()
        self._resample.release()
        self._textures.release()

    def _view_projection(self, frame: DepthFrame, camera: Camera) -> tuple[float, ...]:
        height, width = frame.depth.shape
        projection = projection_matrix(frame.intrinsics, (width, height), self.size)
        return tuple(np.array(glm.transpose(projection * camera.view_matrix())).ravel())


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue
