"""The pass that draws the background layer."""

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.geometry.mesh import triangle_indices
from engine.gl.calls import draw_triangles
from engine.render.draw.surface import set_appearance, shader_defines
from engine.render.gpu.shaders import Program
from engine.render.prepare.fill import COARSER
from engine.render.prepare.hidden import TILE
from engine.render.view_inputs import BackgroundLayer, Scene, View
from engine.settings import DisplaySettings


class BackgroundPass:
    """Draws the cells of the grid that have something behind the front layer, where that one is open.

    It never covers the front layer: it is coarser, and often invented.
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._parts: dict[tuple[str, bool, bool], tuple[Program, moderngl.VertexArray]] = {}
        self._indices = ctx.buffer(reserve=4, dynamic=True)
        self._count = 0
        self._all: tuple[tuple[int, int], NDArray[np.uint32]] = (0, 0), np.empty((0, 2, 3), np.uint32)
        self._listed: BackgroundLayer | None = None

    def draw(self, scene: Scene, layer: BackgroundLayer, view: View, settings: DisplaySettings) -> None:
        """Draw `layer`, the background of `scene`."""
        if layer is not self._listed:
            self._list(layer.tiles, layer.mask.size)
            self._listed = layer
        if self._count == 0:
            return
        program, array = self._part(settings.view, scene.shade is not None, layer.plate is not None)
        layer.surface.use(0)
        layer.mask.use(1)
        if layer.plate is not None:
            layer.plate.use(2)
            program.set(plate=2)
        program.set(
            behind=0, mask=1, edge_cut=settings.edge_cut, front_size=scene.depth.size,
            **scene.world, **view.placement_behind,
        )  # fmt: skip
        if scene.shade is not None:
            program.set(**scene.shade.light)
        set_appearance(program, scene, settings)
        self._ctx.enable_only(moderngl.DEPTH_TEST)
        draw_triangles(self._ctx, array, self._count)

    def release(self) -> None:
        for program, array in self._parts.values():
            array.release()
            program.release()
        self._indices.release()

    def _list(self, tiles: NDArray[np.bool_], size: tuple[int, int]) -> None:
        """Select the cells whose four corners are in `tiles`."""
        if self._all[0] != size:
            self._all = size, triangle_indices(*size)
        inside = tiles.repeat(TILE // COARSER, 0).repeat(TILE // COARSER, 1)[: size[1], : size[0]]
        cells = inside[:-1, :-1] & inside[:-1, 1:] & inside[1:, :-1] & inside[1:, 1:]
        chosen = self._all[1][cells.ravel()]
        self._count = chosen.size
        if chosen.nbytes > self._indices.size:
            self._indices.orphan(chosen.nbytes)
        if self._count:
            self._indices.write(chosen)

    def _part(self, shown: str, is_shaded: bool, has_plate: bool) -> tuple[Program, moderngl.VertexArray]:
        key = (shown, is_shaded, has_plate)
        if key not in self._parts:
            defines = shader_defines(shown, shaded=is_shaded, background=True, plate=has_plate)
            program = Program(self._ctx, "background.vert", "surface.frag", defines=defines)
            self._parts[key] = program, self._ctx.vertex_array(program.gl, [], index_buffer=self._indices)
        return self._parts[key]
