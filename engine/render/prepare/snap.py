"""The pass that sharpens blurred depth edges."""

import moderngl

from engine.frames import DepthFrame
from engine.render.gpu.fullscreen import FullscreenPass
from engine.render.gpu.target import Target
from engine.render.view_inputs import Uniforms
from engine.settings import DisplaySettings

REACH = 0.022
"""Width of a network's edge blur, as a share of the map's width."""
SENSOR_REACH_PX = 2.0
"""The same for depth that came with the picture: one pixel may see two surfaces."""
FINER = 1.5
"""The output has at most this many times the vertices of the grid."""


class SnapPass:
    """Depth map -> depth map without flying pixels between surfaces; its settings are `edge_snap` and `edge_cut`."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._pass = FullscreenPass(ctx, "snap.frag")
        self._target = Target(ctx, (1, 1), components=1, dtype="f4")

    def run(
        self,
        frame: DepthFrame,
        depth: moderngl.Texture,
        color: moderngl.Texture,
        vertices: tuple[int, int],
        settings: DisplaySettings,
        world: Uniforms,
    ) -> moderngl.Texture:
        """Return the sharpened depth. `vertices`: across and down, of the grid that it is for."""
        coarser = max(1, round(depth.width / (FINER * vertices[0])))
        self._target.resize((max(1, round(depth.width / coarser)), max(1, round(depth.height / coarser))))
        is_blurred = frame.model != "source"
        reach = max(SENSOR_REACH_PX, 2.0 * round(REACH * depth.width / 2)) if is_blurred else SENSOR_REACH_PX
        self._pass.run(
            self._target,
            {"depth": depth, "color": color},
            target_size=self._target.size, reach=reach, is_blurred=is_blurred,
            edge_cut=settings.edge_cut, strength=settings.edge_snap, **world,
        )  # fmt: skip
        return self._target.texture

    def release(self) -> None:
        self._target.release()
        self._pass.release()
