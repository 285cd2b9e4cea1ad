"""From the depth map to one depth for each vertex of the grid."""

import moderngl

from engine.render.fullscreen import FullscreenPass
from engine.render.target import Target
from engine.render.view import Uniforms


class ResamplePass:
    """Depth map -> one depth for each vertex of the grid, in a texture of its own."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._pass = FullscreenPass(ctx, "resample.frag")
        self._target = Target(ctx, (2, 2), components=1, dtype="f4")

    def run(
        self, depth: moderngl.Texture, vertices: tuple[int, int], edge_cut: float, world: Uniforms
    ) -> moderngl.Texture:
        """The depths of a grid of `vertices` = (across, down), one texel each."""
        self._target.resize(vertices)
        self._pass.run(self._target, {"depth": depth}, grid=vertices, edge_cut=edge_cut, **world)
        return self._target.texture

    def release(self) -> None:
        self._target.release()
        self._pass.release()
