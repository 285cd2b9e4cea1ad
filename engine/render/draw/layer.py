"""Draw calls as data, and the passes that make and run them."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.render.gpu.quads import Quads
from engine.render.gpu.shaders import Program
from engine.render.prepare.grid import Grid
from engine.render.view_inputs import Scene, Uniforms, View
from engine.settings import DisplaySettings

_OVER = (moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA, moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA)
"""Blends colors and keeps opaque pixels opaque."""


@dataclass(frozen=True, slots=True, eq=False)
class Triangles:
    """Triangles of vertices that are numbered row by row."""

    numbers: NDArray[np.uint32]

    @property
    def count(self) -> int:
        return self.numbers.size


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Quads, one for each cell, which is numbered by its top left vertex."""

    numbers: NDArray[np.integer]

    @property
    def count(self) -> int:
        return self.numbers.size


@dataclass(frozen=True, slots=True)
class WholeGrid:
    """All triangles of a grid of `size` = (across, down) vertices."""

    size: tuple[int, int]
    is_wireframe: bool = False

    @property
    def count(self) -> int:
        return self.size[0] * self.size[1]


@dataclass(frozen=True, slots=True)
class Vertices:
    """The first `count` vertices, as points."""

    count: int


Elements = Triangles | Cells | WholeGrid | Vertices


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """A draw call of a layer, apart from the view."""

    vertex: str
    fragment: str
    defines: Mapping[str, int]
    textures: Mapping[str, moderngl.Texture]
    """By the names of their uniforms, without `u_`."""
    uniforms: Uniforms
    elements: Elements
    is_behind: bool = False
    """Whether it is drawn into the farther half of the depth buffer."""
    is_blended: bool = False
    fills: bool = False
    """Whether it is drawn as far away as a depth buffer can tell, where nothing else is."""


class LayerPass(ABC):
    """Draws one layer of a scene into the framebuffer in use."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._programs: dict[tuple[str, str, tuple[tuple[str, int], ...]], Program] = {}
        self._grids: dict[int, Grid] = {}
        self._quads: dict[int, Quads] = {}
        self._held: dict[tuple[int, type], NDArray[Any]] = {}
        """What the buffers of each draw call hold."""

    @abstractmethod
    def draws(self, scene: Scene, settings: DisplaySettings) -> Iterator[Draw]:
        """Yield the draw calls of the layer. They are the same for every view."""

    def draw(self, scene: Scene, view: View, settings: DisplaySettings) -> None:
        """Draw the layer as `view` sees it."""
        for slot, draw in enumerate(self.draws(scene, settings)):
            if draw.elements.count:
                self._run(slot, draw, view)

    def release(self) -> None:
        made: list[Grid | Quads | Program] = [*self._grids.values(), *self._quads.values(), *self._programs.values()]
        for each in made:
            each.release()

    def _run(self, slot: int, draw: Draw, view: View) -> None:
        program = self._program(draw)
        for unit, texture in enumerate(draw.textures.values()):
            texture.use(unit)
        units = {name: unit for unit, name in enumerate(draw.textures)}
        program.set(**units, **draw.uniforms)
        program.set_declared(**(view.uniforms_behind if draw.is_behind else view.uniforms))
        flags = moderngl.DEPTH_TEST | (moderngl.BLEND if draw.is_blended else 0)
        if draw.is_blended:
            self._ctx.blend_func = _OVER  # type: ignore[assignment]  # the stub knows no more than two
        if isinstance(draw.elements, Vertices):
            flags |= moderngl.PROGRAM_POINT_SIZE
        self._ctx.enable_only(flags)
        self._ctx.depth_func = "<=" if draw.fills else "<"
        self._draw_elements(slot, draw.elements, program)
        self._ctx.depth_func = "<"

    def _draw_elements(self, slot: int, elements: Elements, program: Program) -> None:
        if isinstance(elements, Cells):
            quads = self._quads[slot] = self._quads.get(slot) or Quads(self._ctx)
            if self._held.get((slot, Quads)) is not elements.numbers:
                quads.write(elements.numbers)
                self._held[slot, Quads] = elements.numbers
            quads.draw(program)
            return
        grid = self._grids[slot] = self._grids.get(slot) or Grid(self._ctx)
        if isinstance(elements, Vertices):
            grid.draw_points(program, elements.count)
        elif isinstance(elements, WholeGrid):
            self._held.pop((slot, Grid), None)
            grid.fill(elements.size)
            self._ctx.wireframe = elements.is_wireframe
            try:
                grid.draw(program)
            finally:
                self._ctx.wireframe = False
        else:
            if self._held.get((slot, Grid)) is not elements.numbers:
                grid.take(elements.numbers)
                self._held[slot, Grid] = elements.numbers
            grid.draw(program)

    def _program(self, draw: Draw) -> Program:
        key = (draw.vertex, draw.fragment, tuple(draw.defines.items()))
        if key not in self._programs:
            self._programs[key] = Program(self._ctx, draw.vertex, draw.fragment, defines=draw.defines)
        return self._programs[key]
