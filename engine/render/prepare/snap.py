"""The pass that sharpens blurred depth edges."""

from math import ceil
from typing import Any

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.frames import DepthFrame
from engine.geometry.world import WorldMap, is_measured
from engine.gl.calls import copy_color
from engine.gl.context import is_software
from engine.render.gpu.fullscreen import FullscreenPass
from engine.render.gpu.target import Target
from engine.render.gpu.tiles import TilePass
from engine.render.prepare.tiling import by_tile, halved, spread
from engine.render.view_inputs import Uniforms
from engine.settings import DisplaySettings

REACH = 0.022
"""Width of a network's edge blur, as a share of the map's width."""
SENSOR_REACH_PX = 2.0
"""The same for depth that came with the picture: one pixel may see two surfaces."""
FINER = 1.5
"""A map this many times finer than the grid is sharpened at a third of its resolution, or a fifth, and so on: only
odd shares leave every texel of the output where one of the map is."""
TILE = 8
"""Side of a tile in texels: a software renderer sharpens only tiles near edges."""
LEAST_STEP = 1.5
"""Smaller steps than this many times `edge_cut` stay as they are (`distinct` in snap.frag)."""


class SnapPass:
    """Depth map -> depth map without flying pixels between surfaces; its settings are `edge_snap` and `edge_cut`."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx, self._is_software = ctx, is_software(ctx)
        self._shrink = FullscreenPass(ctx, "shrink.frag")
        self._variants: dict[bool, TilePass] = {}  # by whether depth is blurred
        self._target = Target(ctx, (1, 1), components=1, dtype="f4")

    def run(
        self,
        frame: DepthFrame,
        depth: moderngl.Texture,
        color: moderngl.Texture,
        vertices: tuple[int, int],
        settings: DisplaySettings,
        world: WorldMap,
        uniforms: Uniforms,
        *,
        moved_px: int = 0,
    ) -> moderngl.Texture:
        """Return the sharpened depth.

        vertices: across and down, of the finest grid that it is for. moved_px: texels from the edges of `frame` within
        which earlier passes have changed `depth`.
        """
        coarser = 1 + 2 * int(depth.width / (FINER * vertices[0]) / 2)
        self._target.resize((max(1, round(depth.width / coarser)), max(1, round(depth.height / coarser))))
        is_blurred = frame.model != "source"
        reach = max(SENSOR_REACH_PX, 2.0 * round(REACH * depth.width / 2)) if is_blurred else SENSOR_REACH_PX
        tiles = None
        if self._is_software:
            around = reach + coarser - 1 + moved_px
            tiles = near_edges(frame.depth, world, LEAST_STEP * settings.edge_cut, around, TILE * coarser)
            if coarser == 1:
                whole = self._ctx.framebuffer([depth])
                copy_color(self._ctx, self._target.framebuffer, whole, self._target.size)
                whole.release()
            else:
                self._shrink.run(self._target, {"depth": depth}, target_size=self._target.size, **uniforms)
        if is_blurred not in self._variants:
            self._variants[is_blurred] = TilePass(self._ctx, "snap.frag", TILE, defines={"BLURRED": int(is_blurred)})
        self._variants[is_blurred].run(
            self._target, tiles, {"depth": depth, "color": color}, keeps_rest=True,
            reach=reach, edge_cut=settings.edge_cut, strength=settings.edge_snap, **uniforms,
        )  # fmt: skip
        return self._target.texture

    def release(self) -> None:
        self._target.release()
        self._shrink.release()
        for variant in self._variants.values():
            variant.release()


def near_edges(depth: NDArray[np.floating], world: WorldMap, step: float, reach: float, tile: int) -> NDArray[np.bool_]:
    """Return the tiles of `depth` with distances within `reach` texels that differ by more than the share `step`.

    So do those where measured depth ends, as gaps may be filled. tile: their side in texels, even.
    """
    halvings = 2 if tile % 4 == 0 and reach >= 4 else 1  # more would take in too much around

    def around(values: NDArray[Any], reduce: np.ufunc) -> NDArray[Any]:
        for _ in range(halvings):
            values = halved(values, reduce)
        return spread(values, reduce, ceil(reach / 2**halvings))

    known = is_measured(depth, world.is_disparity)
    is_complete = known.all()
    values = depth if is_complete else np.where(known, depth, np.float32(np.nan))
    one, other = (world.view_distance(around(values, reduce)) for reduce in (np.fmin, np.fmax))
    found: NDArray[np.bool_] = np.fmax(one, other) > np.fmin(one, other) * (1 + step)
    if not is_complete:
        found |= around(known, np.logical_or) & ~around(known, np.logical_and)
    tiles: NDArray[np.bool_] = by_tile(found, np.logical_or, tile // 2**halvings)
    return tiles
