"""Antialiasing: several samples in each pixel."""

import moderngl

from engine.gl.calls import resolve
from engine.render.gpu.target import ColorType, Target

SAMPLES = 4


class Multisample:
    """A framebuffer with several samples in each pixel. A pixel of the picture is their mean."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._samples = min(SAMPLES, ctx.max_samples)
        self._size, self._dtype = (0, 0), "f1"
        self._buffers: tuple[moderngl.Renderbuffer | moderngl.Framebuffer, ...] = ()

    def framebuffer(self, size: tuple[int, int], dtype: ColorType = "f1") -> moderngl.Framebuffer:
        """Return the framebuffer, `size` pixels large."""
        if size != self._size or dtype != self._dtype:
            self.release()
            self._dtype = dtype
            color = self._ctx.renderbuffer(size, 4, samples=self._samples, dtype=dtype)
            depth = self._ctx.depth_renderbuffer(size, samples=self._samples)
            self._framebuffer = self._ctx.framebuffer(color, depth)
            self._size, self._buffers = size, (self._framebuffer, color, depth)
        return self._framebuffer

    def resolve(self, target: Target) -> None:
        """Copy the picture to `target`, whose size it has, and the depth of one sample of each pixel."""
        resolve(self._ctx, target.framebuffer, self._framebuffer)

    def release(self) -> None:
        if self._buffers:
            self._ctx.detect_framebuffer(0).use()  # a deleted one must not stay bound
        for buffer in self._buffers:
            buffer.release()
        self._size, self._buffers = (0, 0), ()
