"""The textures of a depth frame: its picture, in full and at the size of its geometry, and its depth map.

A frame may have other colors to show, in 16 bits, than those that its geometry follows.
"""

from time import perf_counter

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.frames import DeepImage, DepthFrame, DepthKind, Frame, Image
from engine.geometry.world import is_complete
from engine.gl.context import is_software

MINIFIED = 2.25
"""From this factor on a picture is drawn from its mipmaps: below, plain interpolation is sharper."""
_TYPES = {1: "f1", 2: "nu2", 4: "f4"}
"""Types of textures by the bytes of a value."""


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
        self._guide = self._allocate((1, 1), components=4, dtype="f1")
        self._shown: DepthFrame | None = None
        self._is_full = True
        """Whether `color` is the picture in full."""
        self._uploaded: Image | DeepImage | None = None
        """What the texture in full holds."""
        self._has_mipmaps = False
        self.upload_s = 0.0
        """How long the last upload took; 0 if nothing was new."""

    @property
    def color(self) -> moderngl.Texture:
        """The colors to show."""
        return self._full if self._is_full else self._proxy

    @property
    def small_color(self) -> moderngl.Texture:
        """The colors to show, at the size of the geometry."""
        has_proxy = self._shown is not None and self._shown.frame.proxy is not None
        return self._proxy if has_proxy else self._full

    @property
    def guide(self) -> moderngl.Texture:
        """The picture that geometry follows, at the size of that."""
        is_deep = self._shown is not None and self._shown.frame.deep is not None
        return self._guide if is_deep else self.small_color

    def upload(self, frame: DepthFrame, width_px: int) -> None:
        """Upload what is not uploaded yet of `frame`, for a picture that is drawn `width_px` wide.

        0: its colors are not drawn now.
        """
        self.upload_s, started_s = 0.0, perf_counter()
        shown, proxy = frame.frame, frame.frame.proxy
        image = shown.image if shown.deep is None else shown.deep
        # a software renderer has no time for colors that are not seen
        self._is_full = not self._is_software or proxy is None or proxy.shape[1] < width_px
        if frame is not self._shown:
            self._shown = frame
            self.depth = self._fitting(self.depth, frame.depth)
            self.depth.write(np.ascontiguousarray(frame.depth, np.float32))
            self.has_gaps = not is_complete(frame.depth, frame.kind is DepthKind.DISPARITY)
            if proxy is not None:
                self._proxy = self._filled(self._proxy, small_colors(shown))
            if shown.deep is not None:
                self._guide = self._filled(self._guide, shown.geometry_image)
            self.upload_s = perf_counter() - started_s
        if self._is_full and image is not self._uploaded:
            self._full = self._filled(self._full, image)
            self._uploaded, self._has_mipmaps = image, False
            self.upload_s = perf_counter() - started_s
        if self._is_full and width_px:
            self._choose_filter(image.shape[1] > MINIFIED * width_px)

    def release(self) -> None:
        for texture in (self._full, self._proxy, self._guide, self.depth):
            texture.release()

    def _choose_filter(self, is_minified: bool) -> None:
        if is_minified and not self._has_mipmaps:
            self._full.build_mipmaps()
            self._has_mipmaps = True
        self._full.filter = (moderngl.LINEAR_MIPMAP_LINEAR if is_minified else moderngl.LINEAR, moderngl.LINEAR)

    def _filled(self, texture: moderngl.Texture, image: Image | DeepImage) -> moderngl.Texture:
        """Return a texture with `image` in it: `texture`, or another one in its place."""
        texture = self._fitting(texture, image)
        texture.write(_rgba(image))
        return texture

    def _fitting(self, texture: moderngl.Texture, pixels: np.ndarray) -> moderngl.Texture:
        """Return `texture` if it has the size and type of `pixels`, else replace it."""
        size, dtype = (pixels.shape[1], pixels.shape[0]), _TYPES[pixels.dtype.itemsize]
        if texture.size == size and texture.dtype == dtype:
            return texture
        texture.release()
        return self._allocate(size, texture.components, dtype)

    def _allocate(self, size: tuple[int, int], components: int, dtype: str) -> moderngl.Texture:
        texture = self._ctx.texture(size, components, alignment=1, dtype=dtype)
        texture.repeat_x = texture.repeat_y = False
        if dtype == "f4":  # depth is fetched by texel: filtering across an edge would invent points in between
            texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
        else:
            texture.swizzle = "RGB1"
        return texture


def small_colors(frame: Frame) -> Image | DeepImage:
    """Return the colors of `frame` to show, at the size of its geometry."""
    if frame.deep is None:
        return frame.geometry_image
    return frame.deep if frame.deep_proxy is None else frame.deep_proxy


def _rgba(image: Image | DeepImage) -> NDArray[np.uint32] | NDArray[np.uint64]:
    """Return `image` (H, W, 3) with four values for each pixel (H, W), of which the last is not used.

    Drivers take 3 bytes a pixel ten times as slowly as 4. Every pixel is copied together with the value behind it,
    which takes a tenth of the time that copying by channels takes.
    """
    height, width = image.shape[:2]
    whole = np.dtype(np.uint32 if image.itemsize == 1 else np.uint64)
    pixels = np.empty(height * width, whole)
    data = np.ascontiguousarray(image)
    pixels[:-1] = np.ndarray(height * width - 1, whole, data, strides=(3 * image.itemsize,))
    pixels[-1:].view(image.dtype)[:3] = data.reshape(-1)[-3:]
    return pixels.reshape(height, width)
