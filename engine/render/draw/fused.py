"""The pass that draws what several views make together."""

import moderngl

from engine.geometry.mesh import ColoredMesh, Fused
from engine.render.draw.cloud import CloudPass
from engine.render.draw.fused_mesh import FusedMeshPass
from engine.render.passes import Passes
from engine.render.view_inputs import View
from engine.settings import DisplaySettings


class FusedPass:
    """Draws a point cloud or a mesh into the framebuffer in use."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._passes = Passes(ctx)

    def draw(self, fused: Fused, view: View, units: float, settings: DisplaySettings) -> None:
        """Draw `fused` as `view` sees it. units: world units per unit of its places."""
        if isinstance(fused, ColoredMesh):
            self._passes[FusedMeshPass].draw(fused, view, units)
        else:
            self._passes[CloudPass].draw(fused, view, units, settings.subsample)

    def release(self) -> None:
        self._passes.release()
