"""A cache of the overlay's panel as pixels, for software renderers.

There, drawing the panel's widgets and text takes a tenth of the time of the scene, in every frame.
"""

import ctypes

import cv2
import moderngl
import numpy as np
from imgui_bundle import imgui

from engine.gl.backdrop import Backdrop
from engine.gl.calls import read_bgra
from engine.window.software_present import Patch


class SoftwarePanel:
    """Caches the pixels of the panel of a `Backdrop`. GL thread only."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._content: tuple[object, ...] = ()
        self._patch: Patch | None = None

    def take(self, data: imgui.ImDrawData, backdrop: Backdrop, size: tuple[int, int]) -> Patch | None:
        """Return the panel's pixels if they are known, and take its lists out of `data`: they need not be drawn then.

        size: of the window in pixels; a smaller one shows less of the panel.
        """
        # no public attribute names the window of a draw list
        panel = [one for one in data.cmd_lists if one._owner_name == backdrop.window]
        content = (backdrop, size, *(_bytes(one) for one in panel))
        if content == self._content and self._patch is not None:
            _replace(data, [one for one in data.cmd_lists if one not in panel])
            return self._patch
        self._content, self._patch = content, None
        return None

    def draw(self, data: imgui.ImDrawData, backdrop: Backdrop, screen: moderngl.Framebuffer) -> None:
        """Draw the panel alone, cache its pixels, and leave the rest in `data`."""
        everything = list(data.cmd_lists)
        _replace(data, [one for one in everything if one._owner_name == backdrop.window])
        imgui.backends.opengl3_render_draw_data(data)
        left, bottom, width, height = backdrop.area
        pixels = np.empty((height, width, 4), np.uint8)
        read_bgra(self._ctx, screen, pixels, (left, bottom))
        self._patch = Patch(left, bottom, cv2.flip(pixels, 0), backdrop.radius_px)
        _replace(data, [one for one in everything if one._owner_name != backdrop.window])


def _replace(data: imgui.ImDrawData, lists: list[imgui.ImDrawList]) -> None:
    data.cmd_lists.clear()
    for one in lists:
        data.add_draw_list(one)


def _bytes(drawn: imgui.ImDrawList) -> tuple[bytes, bytes]:
    """Return the vertices and indices, which determine the pixels."""
    vertices, indices = drawn.vtx_buffer, drawn.idx_buffer
    return (
        ctypes.string_at(vertices.data_address(), vertices.size() * imgui.VERTEX_SIZE),
        ctypes.string_at(indices.data_address(), indices.size() * imgui.INDEX_SIZE),
    )
