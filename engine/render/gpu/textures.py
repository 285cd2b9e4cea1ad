"""The textures of a depth frame: its picture, in full and at the size of its geometry, and its depth map."""

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.frames import DepthFrame, DepthKind, Image
from engine.geometry.world import is_complete
from engine.gl.context import is_software

MINIFIED = 2.25
"""From this factor on a picture is drawn from its mipmaps: below, plain interpolation is sharper."""


class SceneTextures:
    """Color and depth of the newest depth frame. Row 0 is the top of the picture."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._is_software = is_software(ctx)
        self.depth = self._allocate((1, 1), components=1, dtype="f4")
        """The depth map."""
        self.has_gaps = False
        """Whether depth is missing somewhere."""
        self._full = self._allocate((1, 1), components=4, dtype="f1")
        self._proxy = self._allocate((1, 1), components=4, dtype="f1")
        self._shown: DepthFrame | None = None
        self._is_full = True
        """Whether `color` is the picture in full."""
        self._uploaded: Image | None = None
        """What the texture in full holds."""
        self._has_mipmaps = False

    @property
    def color(self) -> moderngl.Texture:
        """The colors to show."""
        return self._full if self._is_full else self._proxy

    @property
    def guide(self) -> moderngl.Texture:
        """The picture at the size of the geometry."""
        has_proxy = self._shown is not None and self._shown.frame.proxy is not None
        return self._proxy if has_proxy else self._full

    def upload(self, frame: DepthFrame, width_px: int) -> None:
        """Upload what is not uploaded yet of `frame`, for a picture that is drawn `width_px` wide.

        0: its colors are not drawn now.
        """
        image, proxy = frame.frame.image, frame.frame.proxy
        # a software renderer has no time for colors that are not seen
        self._is_full = not self._is_software or proxy is None or proxy.shape[1] < width_px
        if frame is not self._shown:
            self._shown = frame
            self.depth = self._fitting(self.depth, frame.depth)
            self.depth.write(np.ascontiguousarray(frame.depth, np.float32))
            self.has_gaps = not is_complete(frame.depth, frame.kind is DepthKind.DISPARITY)
            if proxy is not None:
                self._proxy = self._fitting(self._proxy, proxy)
                self._proxy.write(_rgba(proxy))
        if self._is_full and image is not self._uploaded:
            self._full = self._fitting(self._full, image)
            self._full.write(_rgba(image))
            self._uploaded, self._has_mipmaps = image, False
        if self._is_full and width_px:
            self._choose_filter(image.shape[1] > MINIFIED * width_px)

    def release(self) -> None:
        for texture in (self._full, self._proxy, self.depth):
            texture.release()

    def _choose_filter(self, is_minified: bool) -> None:
        if is_minified and not self._has_mipmaps:
            self._full.build_mipmaps()
            self._has_mipmaps = True
        self._full.filter = (moderngl.LINEAR_MIPMAP_LINEAR if is_minified else moderngl.LINEAR, moderngl.LINEAR)

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
        else:
            texture.swizzle = "RGB1"
        return texture


def _rgba(image: Image) -> NDArray[np.uint32]:
    """Return `image` (H, W, 3) with four bytes for each pixel (H, W), of which the last is not used.

    Drivers take 3 bytes a pixel ten times as slowly as 4. Every pixel is copied together with the byte behind it, which
    takes a tenth of the time that copying by channels takes.
    """
    height, width = image.shape[:2]
    pixels = np.empty(height * width, np.uint32)
    data = np.ascontiguousarray(image)
    pixels[:-1] = np.ndarray(height * width - 1, np.uint32, data, strides=(3,))
    pixels[-1:].view(np.uint8)[:3] = data.reshape(-1)[-3:]
    return pixels.reshape(height, width)
