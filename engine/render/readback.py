"""Pixels from the GPU back to memory."""

import moderngl
import numpy as np

from engine.frames import Image


def read_rgb(framebuffer: moderngl.Framebuffer) -> Image:
    """The framebuffer's colour, (H, W, 3) with the top row first."""
    width, height = framebuffer.size
    pixels = np.frombuffer(framebuffer.read(components=3, alignment=1), np.uint8)
    return np.ascontiguousarray(pixels.reshape(height, width, 3)[::-1])
