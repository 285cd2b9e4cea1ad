"""The textures of a depth frame: its picture and its depth map."""

import moderngl
import numpy as np

from engine.frames import DepthFrame


class SceneTextures:
    """Color and depth of the newest depth frame. Row 0 is the top of the picture."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self.color = self._allocate((1, 1), components=3, dtype="f1")
        self.depth = self._allocate((1, 1), components=1, dtype="f4")
        self._shown: DepthFrame | None = None

    def upload(self, frame: DepthFrame) -> None:
        """Upload `frame`, unless it is uploaded already."""
        if frame is self._shown:
            return
        image = frame.frame.image
        self.color = self._fitting(self.color, image)
        self.color.write(np.ascontiguousarray(image))
        self.depth = self._fitting(self.depth, frame.depth)
        self.depth.write(np.ascontiguousarray(frame.depth, np.float32))
        self._shown = frame

    def release(self) -> None:
        self.color.release()
        self.depth.release()

    def _fitting(self, texture: moderngl.Texture, pixels: np.ndarray) -> moderngl.Texture:
        """Return `texture` if it has the size of `pixels`, else replace it."""
        size = (pixels.shape[1], pixels.shape[0])
        if texture.size == size:
            return texture
        texture.release()
        return self._allocate(size, texture.components, texture.dtype)

    def _allocate(self, size: tuple[int, int], components: int, dtype: str) -> moderngl.Texture:
        texture = self._ctx.texture(size, components, alignment=1, dtype=dtype)
        texture.repeat_x = texture.repeat_y = False
        if dtype == "f4":  # depth is fetched by texel: filtering across an edge would invent points in between
            texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
        return texture
