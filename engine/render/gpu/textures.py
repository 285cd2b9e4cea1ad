"""The textures of a depth frame: its picture, at full size and at that of its geometry, and its depth map."""

import moderngl
import numpy as np

from engine.frames import DepthFrame, DepthKind
from engine.geometry.world import is_complete


class SceneTextures:
    """Color and depth of the newest depth frame. Row 0 is the top of the picture."""

    color: moderngl.Texture
    """The colors that are shown."""
    depth: moderngl.Texture

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self.color = self._allocate((1, 1), components=3, dtype="f1")
        self.depth = self._allocate((1, 1), components=1, dtype="f4")
        self._proxy = self._allocate((1, 1), components=3, dtype="f1")
        self.has_gaps = False
        """Whether depth is missing somewhere."""
        self._shown: DepthFrame | None = None

    @property
    def guide(self) -> moderngl.Texture:
        """The picture at the size of the geometry."""
        has_proxy = self._shown is not None and self._shown.frame.proxy is not None
        return self._proxy if has_proxy else self.color

    def upload(self, frame: DepthFrame) -> None:
        """Upload `frame`, unless it is uploaded already."""
        if frame is self._shown:
            return
        image, proxy = frame.frame.image, frame.frame.proxy
        self.color = self._fitting(self.color, image)
        self.color.write(np.ascontiguousarray(image))
        if proxy is not None:
            self._proxy = self._fitting(self._proxy, proxy)
            self._proxy.write(np.ascontiguousarray(proxy))
        self.depth = self._fitting(self.depth, frame.depth)
        self.depth.write(np.ascontiguousarray(frame.depth, np.float32))
        self.has_gaps = not is_complete(frame.depth, frame.kind is DepthKind.DISPARITY)
        self._shown = frame

    def release(self) -> None:
        for texture in (self.color, self._proxy, self.depth):
            texture.release()

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
