"""Pixels from the GPU back to memory."""

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.frames import Image


def read_rgb(framebuffer: moderngl.Framebuffer) -> Image:
    """The framebuffer's colour, (H, W, 3) with the top row first."""
    width, height = framebuffer.size
    pixels = np.frombuffer(framebuffer.read(components=3, alignment=1), np.uint8)
    return np.ascontiguousarray(pixels.reshape(height, width, 3)[::-1])


def read_depth(framebuffer: moderngl.Framebuffer, x: int, y: int) -> float:
    """The depth buffer, 0 (near plane) to 1 (far plane, nothing drawn), `y` pixels from the bottom."""
    value = framebuffer.read(viewport=(x, y, 1, 1), components=1, attachment=-1, dtype="f4")
    return float(np.frombuffer(value, np.float32)[0])


def read_values(texture: moderngl.Texture) -> NDArray[np.float32]:
    """A float texture with one component, (rows, columns) in its own order."""
    columns, rows = texture.size
    return np.frombuffer(texture.read(), np.float32).reshape(rows, columns).copy()
