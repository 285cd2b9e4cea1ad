"""Presenting the picture on software renderers."""

from dataclasses import dataclass
from functools import cache

import cv2
import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.gl.calls import allocate_bgra, copy_upside_down, read_bgra, write_bgra


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Pixels to show over the picture."""

    left: int
    bottom: int
    pixels: NDArray[np.uint8]
    """(H, W, 4), BGRA, the top row first."""
    radius_px: int = 0
    """Of its corners, beyond which the picture stays."""

    def paste(self, picture: NDArray[np.uint8]) -> None:
        """Write the pixels over `picture` (H, W, 4), cutting off what lies outside."""
        height, width = self.pixels.shape[:2]
        top, left = picture.shape[0] - self.bottom - height, self.left
        covered = picture[max(top, 0) : max(top + height, 0), max(left, 0) : max(left + width, 0)]
        rows, columns = covered.shape[:2]
        beyond = _beyond(self.radius_px) if (rows, columns) == (height, width) else []
        before = [covered[place][mask] for place, mask in beyond]
        covered[:] = self.pixels[max(-top, 0) :, max(-left, 0) :][:rows, :columns]
        for (place, mask), below in zip(beyond, before, strict=True):
            covered[place][mask] = below


@cache
def _beyond(radius_px: int) -> list[tuple[tuple[slice, slice], NDArray[np.bool_]]]:
    """Return where the rounded corners of a patch are, and which of their pixels lie beyond its smooth edge."""
    if radius_px == 0:
        return []
    away = radius_px - 0.5 - np.arange(radius_px)  # from the center of the arc
    mask = np.hypot(away[:, None], away[None]) > radius_px + 1  # (r, r)
    first, last = slice(None, radius_px), slice(-radius_px, None)
    return [
        ((first, first), mask),
        ((first, last), mask[:, ::-1]),
        ((last, first), mask[::-1]),
        ((last, last), mask[::-1, ::-1]),
    ]


class SoftwarePresenter:
    """Stretches the picture to the window with OpenCV, which is four times as fast as a software renderer.

    The result has the byte and row order of the window, so that presenting it is a plain memory copy. GL thread only.
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._texture: moderngl.Texture | None = None

    def copy(
        self,
        picture: moderngl.Framebuffer,
        target: moderngl.Framebuffer,
        size: tuple[int, int],
        patch: Patch | None = None,
    ) -> None:
        """Fill `size` (width, height) pixels of `target`, from its lower left corner, with `picture` and `patch`."""
        width, height = picture.size
        drawn = np.empty((height, width, 4), np.uint8)
        read_bgra(self._ctx, picture, drawn)
        shown = cv2.flip(drawn, 0)  # GL's first row is at the bottom, that of a window at the top
        if picture.size != size:
            shown = cv2.resize(shown, size, interpolation=cv2.INTER_LINEAR)
        if patch is not None:
            patch.paste(shown)
        if self._texture is None or self._texture.size != size:
            self._allocate(size)
        assert self._texture is not None
        write_bgra(self._ctx, self._texture, shown)
        copy_upside_down(self._ctx, target, self._framebuffer)

    def release(self) -> None:
        if self._texture is not None:
            self._framebuffer.release()
            self._texture.release()

    def _allocate(self, size: tuple[int, int]) -> None:
        self.release()
        self._texture = self._ctx.texture(size, 4)
        allocate_bgra(self._ctx, self._texture)
        self._framebuffer = self._ctx.framebuffer([self._texture])
