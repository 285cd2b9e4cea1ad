"""The pass that resamples depth to the grid."""

import moderngl

from engine.render.gpu.fullscreen import FullscreenPass
from engine.render.gpu.target import Target
from engine.render.view_inputs import Uniforms
from engine.settings import DisplaySettings


class ResamplePass:
    """Depth map -> one depth per vertex of the grid, guided by the picture at edges."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._variants: dict[bool, FullscreenPass] = {}  # by whether the picture guides it
        self._target = Target(ctx, (2, 2), components=1, dtype="f4")

    def run(
        self,
        depth: moderngl.Texture,
        color: moderngl.Texture,
        vertices: tuple[int, int],
        settings: DisplaySettings,
        world: Uniforms,
    ) -> moderngl.Texture:
        """Return the depths of a grid of `vertices` = (across, down), one texel each."""
        self._target.resize(vertices)
        uniforms = {"grid": vertices, "edge_cut": settings.edge_cut, **world}
        is_guided = settings.edge_guide > 0
        textures = {"depth": depth}
        if is_guided:
            textures["color"], uniforms["guide"] = color, settings.edge_guide
        if is_guided not in self._variants:
            self._variants[is_guided] = FullscreenPass(self._ctx, "resample.frag", defines={"GUIDED": int(is_guided)})
        self._variants[is_guided].run(self._target, textures, **uniforms)
        return self._target.texture

    def release(self) -> None:
        self._target.release()
        for variant in self._variants.values():
            variant.release()
