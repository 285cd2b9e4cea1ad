"""What the passes share: the scene on the GPU, and from where it is seen."""

from collections.abc import Mapping
from dataclasses import dataclass
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
    """What light and air make of colors."""

    front: moderngl.Texture
    """Of the front layer, one texel for each vertex: as `shade.frag` fills it."""
    light: Uniforms
    """What `include/light.glsl` needs, for other layers."""


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """The triangles of the front layer, as vertex numbers."""

    whole: NDArray[np.uint32]
    """Over cells that are drawn whatever the view."""
    cut: NDArray[np.uint32]
    """Over those that an edge runs through."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A depth frame, ready to be drawn."""

    color: moderngl.Texture
    """The source picture. Row 0 is its top."""
    depth: moderngl.Texture
    """One texel for each vertex of the grid, in the unit of the depth map."""
    edges: moderngl.Texture
    """What each cell is, at its top left vertex: see `EdgePass`."""
    cut_vertices: NDArray[np.intp]
    """Numbers of those vertices whose cell an edge runs through; none if nobody asks."""
    behind: "Behind | None"
    """The layer behind, if there is one."""
    world: Uniforms
    """What `include/world.glsl` needs."""
    mesh: Mesh | None = None
    """What is drawn as a surface; None: all cells, for the shader to sort out."""
    shade: Shade | None = None
    """What light and air make of its colors; None where they do nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Behind:
    """What lies behind the front layer, one texel for each of its own vertices, which are fewer than the front's."""

    surface: moderngl.Texture
    """Color, and inverse depth in the unit of the depth map; a negative red where there is nothing."""
    plate: moderngl.Texture | None
    """The colors of the clean plate, one for each vertex of the front; None where nothing is remembered."""
    mask: moderngl.Texture
    """Two components: 1 where it lies behind the front, 0 where it is the front; 1 where it was seen, not painted."""
    tiles: NDArray[np.bool_]
    """Where it was made: see `hidden_tiles`."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One look at the scene."""

    view: glm.mat4
    """World to eye."""
    projection: glm.mat4
    """Eye to clip space."""
    size: tuple[int, int]
    """Of the picture, in pixels."""
    shape: tuple[int, int]
    """What the view is made to fit: other proportions than `size` has where the picture is squeezed."""

    @property
    def placement(self) -> dict[str, Any]:
        """The uniform that places geometry."""
        return {"view_projection": matrix_uniform(glm.mat4(self.projection * self.view))}

    @property
    def uniforms(self) -> dict[str, Any]:
        """For shaders that place geometry, and measure it on the screen."""
        return {**self.placement, "view_size": self.size, "view_shape": self.shape}

    def point(self, across: float, up: float, depth: float) -> glm.vec3:
        """The place in the world seen at (across, up), shares of the picture from its lower left corner, whose value in
        the depth buffer is `depth`."""
        device = glm.vec4(2 * across - 1, 2 * up - 1, 2 * depth - 1, 1)
        point = glm.vec4(glm.inverse(self.projection * self.view) * device)
        return glm.vec3(point) / point.w


def matrix_uniform(matrix: glm.mat4) -> tuple[float, ...]:
    """A matrix in the order in which GL takes it."""
    return tuple(np.array(glm.transpose(matrix)).ravel())


def world_uniforms(world: WorldMap, frame: DepthFrame) -> dict[str, Any]:
    """What `include/world.glsl` needs."""
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
    """#RRGGBB as three numbers from 0 to 1."""
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue
