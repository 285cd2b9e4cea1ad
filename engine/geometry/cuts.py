"""Depth edges: where a depth map has to be cut.

`shaders/edges.frag` computes the same; `tests/render/prepare/test_edges.py` compares the two.

Two neighbors lie on different surfaces if their distances differ by more than a given share, and neither lies on the
extrapolated plane of the other's side. For a much larger difference it is enough that one of them does not. Inverse
depth is affine in the pixel position on every plane, at any angle. So a floor at a grazing angle is no edge, and the
rule is independent of scale and resolution. A plane is extrapolated from three values by the smaller of their two
steps, so that a single value between two surfaces does not make a plane.
"""

import numpy as np
from numpy.typing import NDArray

from engine.geometry.world import Array, WorldMap, is_measured

WHOLE, CUT, MISSING = 0, 1, 2
LARGE = 4.0
"""A jump this many times larger than the limit needs the planes of both sides to not be an edge."""


def cell_edges(depth: NDArray[np.floating], world: WorldMap, edge_cut: float) -> NDArray[np.uint8]:
    """Classify the cells of a grid as WHOLE, CUT by an edge or MISSING depth: (h − 1, w − 1) for depths (h, w).

    edge_cut: the share by which distances differ at an edge; 0 for no edges.
    """
    measured = is_measured(depth, world.is_disparity)
    complete = measured[:-1, :-1] & measured[:-1, 1:] & measured[1:, :-1] & measured[1:, 1:]
    if edge_cut > 0:
        across = _jumps(depth, measured, world, edge_cut)
        down = _jumps(depth.T, measured.T, world, edge_cut).T
        cut = across[:-1] | across[1:] | down[:, :-1] | down[:, 1:]
    else:
        cut = np.zeros_like(complete)
    return np.where(complete, np.where(cut, CUT, WHOLE), MISSING).astype(np.uint8)


def _jumps(
    depth: NDArray[np.floating], measured: NDArray[np.bool_], world: WorldMap, edge_cut: float
) -> NDArray[np.bool_]:
    """Return whether the surface jumps between each value and the one to its right, (h, w − 1)."""
    padded = np.pad(depth, ((0, 0), (2, 2)), mode="edge")
    known = np.pad(measured, ((0, 0), (2, 2)), mode="edge")
    value, distance = world.plane_value(padded), world.view_distance(depth)
    forward = _rise(value, known)[:, :-3]  # at each value, from the two before it
    backward = _rise(value[:, ::-1], known[:, ::-1])[:, ::-1][:, 3:]
    from_left = world.view_distance(world.plane_depth(value[:, 2:-3] + forward))
    from_right = world.view_distance(world.plane_depth(value[:, 3:-2] + backward))
    left, right = distance[:, :-1], distance[:, 1:]
    off_left, off_right = _differ(right, from_left, edge_cut), _differ(left, from_right, edge_cut)
    small, large = _differ(left, right, edge_cut), _differ(left, right, LARGE * edge_cut)
    return small & off_left & off_right | large & (off_left | off_right)


def _rise(value: Array, known: NDArray[np.bool_]) -> Array:
    """Return the step to the next value on the plane through each value and the two before it."""
    first, second = value[:, 1:-1] - value[:, :-2], value[:, 2:] - value[:, 1:-1]
    agree = (first * second > 0) & known[:, :-2] & known[:, 1:-1]
    return np.where(agree, np.sign(second) * np.minimum(np.abs(first), np.abs(second)), 0.0)


def _differ(a: Array, b: Array, share: float) -> NDArray[np.bool_]:
    result: NDArray[np.bool_] = np.maximum(a, b) > np.minimum(a, b) * (1 + share)
    return result
