"""Reading pixels back from the GPU."""

from dataclasses import dataclass

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.frames import DeepImage, Image
from engine.gl.calls import finish


def read_rgb(framebuffer: moderngl.Framebuffer) -> Image:
    """Return the framebuffer's colors, (H, W, 3), top row first."""
    width, height = framebuffer.size
    pixels = np.frombuffer(framebuffer.read(components=3, alignment=1), np.uint8)
    return np.ascontiguousarray(pixels.reshape(height, width, 3)[::-1])


def read_deep(framebuffer: moderngl.Framebuffer) -> DeepImage:
    """Return the colors of a framebuffer with 16 bits, (H, W, 3), top row first."""
    width, height = framebuffer.size
    pixels = np.frombuffer(framebuffer.read(components=3, alignment=1, dtype="nu2"), np.uint16)
    return np.ascontiguousarray(pixels.reshape(height, width, 3)[::-1])


def read_depth(framebuffer: moderngl.Framebuffer, x: int, y: int) -> float:
    """Return the depth buffer's value at (x, y) from the lower left: 0 at the near plane, 1 where nothing is drawn."""
    value = framebuffer.read(viewport=(x, y, 1, 1), components=1, attachment=-1, dtype="f4")
    return float(np.frombuffer(value, np.float32)[0])


def read_values(ctx: moderngl.Context, texture: moderngl.Texture) -> NDArray[np.float32]:
    """Return a texture with one component, (rows, columns) in its own order. Bytes become 0..1."""
    finish(ctx)  # waiting here releases Python's lock, waiting in `read` does not
    columns, rows = texture.size
    pixels = texture.read(alignment=1)
    if texture.dtype == "f4":
        return np.frombuffer(pixels, np.float32).reshape(rows, columns).copy()
    values = np.frombuffer(pixels, np.uint8).reshape(rows, columns).astype(np.float32)
    values /= 255
    return values


@dataclass(frozen=True, slots=True, eq=False)
class TextureCopy:
    """A texture outside of the GPU."""

    values: NDArray[np.float32] | NDArray[np.uint8]
    """(rows, columns, components), in the order and the type of the texture."""
    is_smooth: bool
    """Whether shaders read it between its texels."""


def copy_of(texture: moderngl.Texture) -> TextureCopy:
    """Return a copy of `texture`."""
    columns, rows = texture.size
    shape, pixels = (rows, columns, texture.components), texture.read(alignment=1)
    is_smooth = texture.filter[1] == moderngl.LINEAR
    if texture.dtype == "f4":
        return TextureCopy(np.frombuffer(pixels, np.float32).reshape(shape), is_smooth)
    return TextureCopy(np.frombuffer(pixels, np.uint8).reshape(shape), is_smooth)
