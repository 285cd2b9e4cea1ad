"""From the depth map to one depth for each vertex of the grid."""

import moderngl

from engine.render.fullscreen import FullscreenPass
from engine.render.target import Target
from engine.render.view import Uniforms
from engine.settings import DisplaySettings


class ResamplePass:
    """Depth map -> one depth for each vertex of the grid, the picture telling the sides of an edge apart."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._plain = FullscreenPass(ctx, "resample.frag", defines={"GUIDED": 0})
        self._guided = FullscreenPass(ctx, "resample.frag", defines={"GUIDED": 1})
        self._target = Target(ctx, (2, 2), components=1, dtype="f4")

    def run(
        self,
        depth: moderngl.Texture,
        colour: moderngl.Texture,
        vertices: tuple[int, int],
        settings: DisplaySettings,
        world: Uniforms,
    ) -> moderngl.Texture:
        """The depths of a grid of `vertices` = (across, down), one texel each."""
        self._target.resize(vertices)
        uniforms = {"grid": vertices, "edge_cut": settings.edge_cut, **world}
        if settings.edge_guide > 0:
            self._guided.run(self._target, {"depth": depth, "colour": colour}, guide=settings.edge_guide, **uniforms)
        else:
            self._plain.run(self._target, {"depth": depth}, **uniforms)
        return self._target.texture

    def release(self) -> None:
        self._target.release()
        self._plain.release()
        self._guided.release()
