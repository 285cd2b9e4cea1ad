"""The pass that makes rough depth follow the picture."""

import moderngl

from engine.frames import DepthFrame
from engine.geometry.world import WorldMap
from engine.gl.context import is_software
from engine.render.gpu.fullscreen import FullscreenPass
from engine.render.gpu.target import Target
from engine.render.gpu.tiles import TilePass
from engine.render.prepare.snap import TILE, near_edges
from engine.render.view_inputs import Uniforms
from engine.settings import DisplaySettings

SPACINGS = (6, 3, 1)
"""Texels between the samples of each step."""
REACH = sum(SPACINGS)
"""Texels from an edge within which depth changes."""
LEAST_STEP = 0.5
"""Smaller steps than this many times `edge_cut` stay as they are (`STEP` in bilateral.frag)."""


class BilateralPass:
    """Depth map -> depth map whose edges are those of the picture; its settings are `edge_guide` and `edge_cut`.

    A joint bilateral filter (Petschnigg et al. 2004) in steps of ever closer samples (à trous, Dammertz et al. 2010).
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self._is_software = is_software(ctx)
        self._copy = FullscreenPass(ctx, "shrink.frag")
        self._step = TilePass(ctx, "bilateral.frag", TILE)
        self._targets = [Target(ctx, (1, 1), components=1, dtype="f4") for _ in range(2)]

    def run(
        self,
        frame: DepthFrame,
        depth: moderngl.Texture,
        color: moderngl.Texture,
        settings: DisplaySettings,
        world: WorldMap,
        uniforms: Uniforms,
    ) -> moderngl.Texture:
        """Return the filtered depth, of the size of `depth`."""
        for target in self._targets:
            target.resize(depth.size)
        tiles = None
        if self._is_software:
            tiles = near_edges(frame.depth, world, LEAST_STEP * settings.edge_cut, REACH, TILE)
            for target in self._targets:
                self._copy.run(target, {"depth": depth}, target_size=depth.size, **uniforms)
        for number, spacing in enumerate(SPACINGS):
            target = self._targets[number % 2]
            self._step.run(
                target, tiles, {"depth": depth, "color": color}, keeps_rest=True,
                spacing=spacing, edge_cut=settings.edge_cut, strength=settings.edge_guide, **uniforms,
            )  # fmt: skip
            depth = target.texture
        return depth

    def release(self) -> None:
        for target in self._targets:
            target.release()
        self._step.release()
        self._copy.release()
