"""Inputs of the passes: the scene on the GPU, and the view of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import moderngl
import numpy as np
from numpy.typing import NDArray
from pyglm import glm

from engine.frames import DepthFrame
from engine.geometry.world import WorldMap

Uniforms = Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Shade:
    """Lighting and fog."""

    front: moderngl.Texture
    """The output of `shade.frag` for the front layer, one texel per vertex."""
    light: Uniforms
    """The uniforms of `include/light.glsl`, for other layers."""


@dataclass(frozen=True, slots=True, eq=False)
class FineGrid:
    """The grid whose cells are drawn along edges, where alone it is computed: twice as fine, or the scene's own."""

    depth: moderngl.Texture
    """One texel per vertex, in the unit of the depth map."""
    edges: moderngl.Texture
    """The state of each cell at its top left vertex."""
    triangles: NDArray[np.uint32]
    """Vertex numbers of the triangles of its whole cells."""


@dataclass(frozen=True, slots=True, eq=False)
class Matte:
    """The colors of the two sides of edges, one texel per vertex of the finest grid there is."""

    near: moderngl.Texture
    """Color of the near side; how far inside of it the vertex is."""
    far: moderngl.Texture
    """Color of the far side; how sure both are."""
    surfaces: moderngl.Texture
    """Plane values of the near and the far side, continued across the edge."""
    cells: NDArray[np.intp]
    """Numbers of the top left vertices of the whole cells beside cut ones, in which pixels may be mixed, too."""
    is_exact: bool
    """Whether the edges of the depth map are where they are seen: not where a network guessed them."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A depth frame, ready to draw."""

    color: moderngl.Texture
    """The source picture, row 0 at the top."""
    small_color: moderngl.Texture
    """The same at the size of the geometry, for passes that look at it once for each texel or vertex."""
    picture_px: tuple[int, int]
    """Width and height of the geometry: the pixels that settings count."""
    depth: moderngl.Texture
    """One texel per vertex of the grid, in the unit of the depth map."""
    edges: moderngl.Texture
    """The output of `EdgePass`: the state of each cell at its top left vertex."""
    cut_vertices: NDArray[np.intp]
    """Numbers of the vertices whose cell an edge cuts, on the finest grid there is; empty if no pass needs them."""
    background: "BackgroundLayer | None"
    backdrop: "Backdrop | None"
    """None if nothing is drawn beyond the border of the picture."""
    world: Uniforms
    """The uniforms of `include/world.glsl`."""
    triangles: NDArray[np.uint32] | None = None
    """Vertex numbers of the triangles of whole cells. None: all cells are drawn, and the shader discards some."""
    fine: FineGrid | None = None
    """What is drawn along edges; None if nothing is drawn differently there."""
    matte: Matte | None = None
    """None if silhouettes are not drawn."""
    shade: Shade | None = None
    """None if all strengths of light and fog are 0."""

    @property
    def finest(self) -> "Scene":
        """The scene with the grid that is drawn along edges in place of its own."""
        if self.fine is None:
            return self
        return replace(self, depth=self.fine.depth, edges=self.fine.edges, triangles=self.fine.triangles, fine=None)


@dataclass(frozen=True, slots=True, eq=False)
class BackgroundLayer:
    """What lies behind the front layer, one texel per vertex of its own, coarser grid."""

    surface: moderngl.Texture
    """Color, and inverse depth in the unit of the depth map; red is negative where there is nothing."""
    plate: moderngl.Texture | None
    """The colors of the clean plate, one texel per vertex of the front layer; None without a plate."""
    mask: moderngl.Texture
    """Red: 1 where it lies behind the front layer, 0.75 where it equals it at an edge, 0 where it equals it elsewhere.
    Green: 1 where seen, 0 where inpainted."""
    whole: NDArray[np.uint32]
    """Vertex numbers of the triangles of cells known to be drawn and to lie on one surface."""
    others: NDArray[np.uint32]
    """The same of all other cells: the shader discards some, and finds those that span two surfaces."""


@dataclass(frozen=True, slots=True, eq=False)
class Backdrop:
    """A coarse, soft layer behind everything. It covers the picture and a margin beyond its border."""

    surface: moderngl.Texture
    """Color and plane value of each vertex. Vertices lie in the middle of square cells."""
    triangles: NDArray[np.uint32]
    """Vertex numbers of the triangles to draw."""
    margin: int
    """Cells beyond the border, on each side."""
    reach: float
    """How far it is visible beyond the border, as a share of the picture's width."""
    aspect: float
    """Width of the picture over its height."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A view of the scene."""

    view: glm.mat4
    """World to eye."""
    projection: glm.mat4
    """Eye to clip space."""
    size: tuple[int, int]
    """Width and height of the picture in pixels."""
    shape: tuple[int, int]
    """The proportions of the view; they differ from those of `size` where the picture is squeezed."""

    @property
    def front_projection(self) -> glm.mat4:
        """`projection` into the nearer half of the depth buffer."""
        return glm.mat4(_half(0) * self.projection)

    @property
    def uniforms(self) -> dict[str, Any]:
        """The uniforms of shaders that place geometry and measure it on screen."""
        return self._uniforms(self.front_projection)

    @property
    def uniforms_behind(self) -> dict[str, Any]:
        """`uniforms` into the farther half of the depth buffer, behind all that uses the nearer one."""
        return self._uniforms(glm.mat4(_half(1) * self.projection))

    def _uniforms(self, projection: glm.mat4) -> dict[str, Any]:
        placement = matrix_uniform(glm.mat4(projection * self.view))
        return {"view_projection": placement, "view_size": self.size, "view_shape": self.shape}

    def point(self, across: float, up: float, depth: float) -> glm.vec3:
        """Return the world point seen at (across, up), shares of the picture from its lower left corner.

        depth: the value of the depth buffer there, less than 1.
        """
        device = glm.vec4(2 * across - 1, 2 * up - 1, 4 * (depth % 0.5) - 1, 1)
        point = glm.vec4(glm.inverse(self.projection * self.view) * device)
        return glm.vec3(point) / point.w


def _half(number: int) -> glm.mat4:
    """Return the map of clip space that squeezes depth into the nearer (0) or the farther (1) half."""
    squeezed = glm.mat4(1)
    squeezed[2][2], squeezed[3][2] = 0.5, number - 0.5
    return squeezed


def matrix_uniform(matrix: glm.mat4) -> tuple[float, ...]:
    """Return the elements of `matrix` in GL's order, column by column."""
    return tuple(np.array(glm.transpose(matrix)).ravel())


def world_uniforms(world: WorldMap, frame: DepthFrame) -> dict[str, Any]:
    """Return the uniforms of `include/world.glsl`."""
    height, width = frame.depth.shape
    k = frame.intrinsics
    return {
        "is_disparity": world.is_disparity,
        "z_affine": (world.gain, world.bias),
        "z_limits": (world.z_near, world.z_far),
        "t_affine": (world.t_gain, world.t_bias),
        "is_relief": world.is_relief,
        "relief": world.relief,
        "rays": (width / k[0, 0], -height / k[1, 1], -k[0, 2] / k[0, 0], k[1, 2] / k[1, 1]),
    }


def rgb(color: str) -> tuple[float, float, float]:
    """Convert #RRGGBB to three numbers from 0 to 1."""
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue
