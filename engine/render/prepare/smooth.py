"""The pass that smooths depth."""

import moderngl

from engine.render.gpu.fullscreen import FullscreenPass
from engine.render.gpu.target import Target
from engine.render.view_inputs import Uniforms


class SmoothPass:
    """Depth map -> depth map without noise, with its edges; its setting is `smooth`."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._pass = FullscreenPass(ctx, "smooth.frag")
        self._target = Target(ctx, (1, 1), components=1, dtype="f4")

    def run(self, depth: moderngl.Texture, world: Uniforms) -> moderngl.Texture:
        self._target.resize(depth.size)
        self._pass.run(self._target, {"depth": depth}, **world)
        return self._target.texture

    def release(self) -> None:
        self._target.release()
        self._pass.release()
