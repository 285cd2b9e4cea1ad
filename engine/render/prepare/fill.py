"""The pass that makes the background layer: the clean plate, and inpainting where nothing was ever seen."""

from math import log2
from typing import Any

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.geometry.mesh import cell_triangles
from engine.geometry.world import WorldMap
from engine.gl.calls import finish
from engine.gl.context import is_software
from engine.render.gpu.fullscreen import FullscreenPass
from engine.render.gpu.target import Target
from engine.render.gpu.tiles import TilePass
from engine.render.prepare.hidden import TILE
from engine.render.prepare.refinement import cell_numbers
from engine.render.view_inputs import BackgroundLayer, Scene
from engine.settings import DisplaySettings

LEVELS = 6
"""Levels of the pyramid after the first, each half as large as the one before; the second is only half as wide.

So what is painted comes from the sides rather than from above and below: floors recede upward, and most views move
sideways."""
COARSER = 2
"""Vertices of the front layer per vertex of the background layer, along each side: inpainting has no detail."""


class FillPass:
    """Front layer, edges and clean plate -> background layer.

    Inpaints from the far side of edges by a pyramid, in the manner of push-pull (Gortler et al. 1996): the mean of what
    lies around, weighted by distance, and never of two objects.
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._is_software = is_software(ctx)
        self._seeds: dict[bool, TilePass] = {}  # by whether there is a clean plate
        self._pull = FullscreenPass(ctx, "pull.frag")
        self._push = TilePass(ctx, "push.frag", TILE // COARSER)
        self._levels = [Target(ctx, (1, 1), components=4, dtype="f4") for _ in range(LEVELS + 1)]
        self._target = Target(ctx, (1, 1), components=4, dtype="f4", also=[(2, "f1")])

    def run(
        self,
        front: Scene,
        tiles: NDArray[np.bool_],
        plate: Target | None,
        settings: DisplaySettings,
        world: WorldMap,
        *,
        is_cut_out: bool,
    ) -> BackgroundLayer:
        """Return the background of `front` in `tiles`: the `plate`, and inpainting as far as `settings` ask for.

        is_cut_out: whether missing depth is transparent, so that nothing is behind it.
        """
        uniforms = {"edge_cut": settings.edge_cut, "is_cut_out": is_cut_out, **front.world}
        textures = {"color": front.small_color, "grid_depth": front.depth, "edges": front.edges}
        across, down = (-(-side // COARSER) for side in front.depth.size)
        for number, level in enumerate(self._levels):
            level.resize((-(-across >> number), -(-down >> max(number - 1, 0))))
        self._target.resize((across, down))
        seen = {"plate_color": plate.textures[0], "plate_state": plate.textures[1]} if plate else {}
        self._seed(bool(seen)).run(self._levels[0], tiles, {**textures, **seen}, **uniforms)
        reach = settings.hole_fill * across
        depth = min(LEVELS, max(1, round(log2(reach)))) if reach >= 1 else 0
        for number, (finer, coarser) in enumerate(zip(self._levels[:depth], self._levels[1:], strict=False)):
            self._pull.run(coarser, {"finer": finer.texture}, rows=2 if number else 1, **uniforms)
        levels = {f"level_{number}": level.texture for number, level in enumerate(self._levels)}
        self._push.run(self._target, tiles, {**textures, **levels}, levels=depth, **uniforms)
        surface, mask = self._target.textures
        inside = tiles.repeat(TILE // COARSER, 0).repeat(TILE // COARSER, 1)[:down, :across]
        cells = inside[:-1, :-1] & inside[:-1, 1:] & inside[1:, :-1] & inside[1:, 1:]
        spanning = cells
        if self._is_software:
            cells, spanning = self._sorted(cells, settings.edge_cut, world)
        whole, others = (cell_triangles(cell_numbers(some), across) for some in (cells & ~spanning, spanning))
        return BackgroundLayer(surface, plate.texture if plate else None, mask, whole, others)

    def release(self) -> None:
        for target in (*self._levels, self._target):
            target.release()
        for seed in self._seeds.values():
            seed.release()
        self._pull.release()
        self._push.release()

    def _sorted(
        self, cells: NDArray[np.bool_], edge_cut: float, world: WorldMap
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return those of `cells` that are drawn, and those that span two surfaces, as background.vert has it.

        Reading the layer back takes less time than drawing everything by the program that decides for each pixel.
        """
        finish(self._ctx)
        columns, rows = self._target.size
        surface = np.frombuffer(self._target.textures[0].read(), np.float32).reshape(rows, columns, 4)
        mask = np.frombuffer(self._target.textures[1].read(), np.uint8).reshape(rows, columns, 2)[..., 0]
        exists = surface[..., 0] >= 0
        distance = np.where(exists, world.view_distance(world.plane_depth(surface[..., 3].astype(np.float64))), 1)
        drawn = cells & _of_corners(np.minimum, exists) & (_of_corners(np.maximum, mask) > 127)
        ratio = _of_corners(np.maximum, distance) / _of_corners(np.minimum, distance)
        is_painted = _of_corners(np.minimum, mask) > 229
        return drawn, drawn & (ratio > 1 + np.where(is_painted, 4 * edge_cut, edge_cut))

    def _seed(self, has_plate: bool) -> TilePass:
        if has_plate not in self._seeds:
            self._seeds[has_plate] = TilePass(
                self._ctx, "seed.frag", TILE // COARSER, defines={"PLATE": int(has_plate)}
            )
        return self._seeds[has_plate]


def _of_corners(choose: np.ufunc, values: NDArray[Any]) -> NDArray[Any]:
    """Choose one of the four corners of each cell, (h − 1, w − 1)."""
    rows = choose(values[:-1], values[1:])
    chosen: NDArray[Any] = choose(rows[:, :-1], rows[:, 1:])
    return chosen
