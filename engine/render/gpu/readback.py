"""Pixels from the GPU back to memory."""

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.frames import Image
from engine.gl.calls import finish


def read_rgb(framebuffer: moderngl.Framebuffer) -> Image:
    """The framebuffer's color, (H, W, 3) with the top row first."""
    width, height = framebuffer.size
    pixels = np.frombuffer(framebuffer.read(components=3, alignment=1), np.uint8)
    return np.ascontiguousarray(pixels.reshape(height, width, 3)[::-1])


def read_depth(framebuffer: moderngl.Framebuffer, x: int, y: int) -> float:
    """The depth buffer, 0 (near plane) to 1 (far plane, nothing drawn), `y` pixels from the bottom."""
    value = framebuffer.read(viewport=(x, y, 1, 1), components=1, attachment=-1, dtype="f4")
    return float(np.frombuffer(value, np.float32)[0])


def read_values(ctx: moderngl.Context, texture: moderngl.Texture) -> NDArray[np.float32]:
    """A texture with one component, (rows, columns) in its own order; bytes become 0..1."""
    finish(ctx)  # waiting here leaves Python to other threads, waiting in `read` does not
    columns, rows = texture.size
    pixels = texture.read(alignment=1)
    if texture.dtype == "f4":
        return np.frombuffer(pixels, np.float32).reshape(rows, columns).copy()
    values = np.frombuffer(pixels, np.uint8).reshape(rows, columns).astype(np.float32)
    values /= 255
    return values
