"""The pass that makes the background layer: the clean plate, and inpainting where nothing was ever seen."""

from math import log2

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.render.gpu.fullscreen import FullscreenPass
from engine.render.gpu.target import Target
from engine.render.gpu.tiles import TilePass
from engine.render.prepare.hidden import TILE
from engine.render.view_inputs import BackgroundLayer, Scene
from engine.settings import DisplaySettings

LEVELS = 6
"""Levels of the pyramid after the first, each half as large as the one before."""
COARSER = 2
"""Vertices of the front layer per vertex of the background layer, along each side: inpainting has no detail."""


class FillPass:
    """Front layer, edges and clean plate -> background layer.

    Inpaints from the far side of edges by push-pull interpolation (Gortler et al. 1996) that never mixes near and far.
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._seeds: dict[bool, TilePass] = {}  # by whether there is a clean plate
        self._pull = FullscreenPass(ctx, "pull.frag")
        self._push = TilePass(ctx, "push.frag", TILE // COARSER)
        self._levels = [Target(ctx, (1, 1), components=4, dtype="f4") for _ in range(LEVELS + 1)]
        self._target = Target(ctx, (1, 1), components=4, dtype="f4", also=(2, "f1"))

    def run(
        self, front: Scene, tiles: NDArray[np.bool_], plate: Target | None, settings: DisplaySettings
    ) -> BackgroundLayer:
        """Return the background of `front` in `tiles`: the `plate`, and inpainting as far as `settings` ask for."""
        uniforms = {"edge_cut": settings.edge_cut, **front.world}
        textures = {"color": front.guide, "grid_depth": front.depth, "edges": front.edges}
        across, down = (-(-side // COARSER) for side in front.depth.size)
        for number, level in enumerate(self._levels):
            level.resize((-(-across >> number), -(-down >> number)))
        self._target.resize((across, down))
        seen = {"plate_color": plate.textures[0], "plate_state": plate.textures[1]} if plate else {}
        self._seed(bool(seen)).run(self._levels[0], tiles, {**textures, **seen}, **uniforms)
        reach = settings.hole_fill * across
        depth = min(LEVELS, max(1, round(log2(reach)))) if reach >= 1 else 0
        for finer, coarser in zip(self._levels[:depth], self._levels[1:], strict=False):
            self._pull.run(coarser, {"finer": finer.texture}, **uniforms)
        levels = {f"level_{number}": level.texture for number, level in enumerate(self._levels)}
        self._push.run(self._target, tiles, {**textures, **levels}, levels=depth, **uniforms)
        surface, mask = self._target.textures
        return BackgroundLayer(surface, plate.texture if plate else None, mask, tiles)

    def release(self) -> None:
        for target in (*self._levels, self._target):
            target.release()
        for seed in self._seeds.values():
            seed.release()
        self._pull.release()
        self._push.release()

    def _seed(self, has_plate: bool) -> TilePass:
        if has_plate not in self._seeds:
            self._seeds[has_plate] = TilePass(
                self._ctx, "seed.frag", TILE // COARSER, defines={"PLATE": int(has_plate)}
            )
        return self._seeds[has_plate]
