"""Meshes: the front layer on screen, for files and measurements, and the surface that several views see."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.frames import DepthFrame, Image
from engine.geometry.cuts import WHOLE, cell_edges
from engine.geometry.point_cloud import Points
from engine.geometry.world import is_measured, world_map
from engine.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A mesh with the colors of a picture, in world axes: y up, the picture's camera looks along −z."""

    points: NDArray[np.float32]
    """(V, 3), in world units: meters where depth is metric and `metric_depth_scale` is 1."""
    uv: NDArray[np.float32]
    """(V, 2), positions in the picture, 0 to 1 from the top left corner."""
    triangles: NDArray[np.uint32]
    """(T, 3), counter-clockwise as seen by the picture's camera."""
    image: Image

    @property
    def colors(self) -> NDArray[np.uint8]:
        """(V, 3), the color of the pixel at each vertex."""
        height, width = self.image.shape[:2]
        x = np.minimum((self.uv[:, 0] * width).astype(np.intp), width - 1)
        y = np.minimum((self.uv[:, 1] * height).astype(np.intp), height - 1)
        colors: NDArray[np.uint8] = self.image[y, x]
        return colors

    def without_loose_points(self) -> "Surface":
        """Return the mesh without the vertices that no triangle uses."""
        return self.kept(np.unique(self.triangles))

    def kept(self, kept: NDArray[np.integer]) -> "Surface":
        """Return the mesh with only the vertices `kept`, which must include all that triangles use."""
        number = np.zeros(len(self.points), np.uint32)
        number[kept] = np.arange(len(kept), dtype=np.uint32)
        return replace(self, points=self.points[kept], uv=self.uv[kept], triangles=number[self.triangles])


@dataclass(frozen=True, slots=True, eq=False)
class ColoredMesh:
    """A mesh with a color at each vertex; the creator defines axes and unit."""

    points: NDArray[np.float32]
    """(V, 3)"""
    normals: NDArray[np.float32]
    """(V, 3), unit normals, toward the cameras."""
    colors: NDArray[np.uint8]
    """(V, 3), RGB"""
    triangles: NDArray[np.uint32]
    """(T, 3), counter-clockwise as seen by the cameras."""
    voxel: float
    """Distance between neighboring vertices, about."""


Fused = Points | ColoredMesh
"""What several views make together."""


def surface_of(frame: DepthFrame, depth: NDArray[np.floating], settings: Settings) -> Surface:
    """Return the mesh of `frame`, cut at depth edges, without vertices whose depth is missing.

    depth: (rows, columns), of the vertices of a grid over the whole picture, from `Renderer.grid_depth`.
    """
    world = world_map(frame, settings.scene)
    rows, columns = depth.shape
    height, width = frame.depth.shape
    k = frame.intrinsics
    u, v = np.linspace(0, 1, columns)[None, :], np.linspace(0, 1, rows)[:, None]
    points = world.points(depth, (u * width - k[0, 2]) / k[0, 0], -(v * height - k[1, 2]) / k[1, 1])
    uv = np.stack(np.broadcast_arrays(u, v), -1)
    whole = cell_edges(depth, world, settings.display.edge_cut) == WHOLE
    triangles = triangle_indices(columns, rows)[whole.ravel()].reshape(-1, 3)
    everything = Surface(
        points.reshape(-1, 3).astype(np.float32), uv.reshape(-1, 2).astype(np.float32), triangles, frame.frame.image
    )
    return everything.kept(np.flatnonzero(is_measured(depth, world.is_disparity)))


def triangle_indices(columns: int, rows: int) -> NDArray[np.uint32]:
    """Return two triangles per cell of a grid, (cells, 2, 3), counter-clockwise as seen by the picture's camera."""
    return cell_triangles((np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)[None, :]).ravel(), columns)


def cell_triangles(top_left: NDArray[np.integer], columns: int, size: int = 1) -> NDArray[np.uint32]:
    """Return two triangles per cell of a grid, or per block of `size` x `size` cells, (cells, 2, 3).

    top_left: the numbers of their top left vertices. Both triangles end with that vertex, which is the provoking one
    for flat shader outputs.
    """
    top_right, bottom_left = top_left + size, top_left + size * columns
    bottom_right = bottom_left + size
    lower = np.stack([bottom_left, bottom_right, top_left], -1)
    upper = np.stack([bottom_right, top_right, top_left], -1)
    return np.stack([lower, upper], 1).astype(np.uint32)
