"""Where a depth map must be cut: the edges of what is near, seen against what is far.

`shaders/edges.frag` computes the same; `tests/render/prepare/test_edges.py` holds the two together.

Two neighbors lie on different surfaces if their distances differ by more than a given share, and if neither is where
the plane on the other's side leads; where they differ by far more, if not both are. Along any plane, at whatever angle
it is seen, inverse depth grows evenly from pixel to pixel; so a floor that runs away steeply is no edge, and the rule
knows neither scale nor resolution. The plane on one side is drawn through three values, and rises by the smaller of
their two steps: one value between two surfaces makes no plane.
"""

import numpy as np
from numpy.typing import NDArray

from engine.geometry.world import Array, WorldMap, is_measured

WHOLE, CUT, MISSING = 0, 1, 2
LARGE = 4.0
"""A jump this many times over the limit is explained only by the planes of both sides."""


def cell_edges(depth: NDArray[np.floating], world: WorldMap, edge_cut: float) -> NDArray[np.uint8]:
    """What each cell of a grid is: WHOLE, CUT by an edge, or MISSING a depth; (h − 1, w − 1) for depths (h, w).

    `edge_cut`: the share by which distances differ at an edge, 0: there are no edges.
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
    """Whether the surface jumps between each value and the one to its right, (h, w − 1)."""
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
    """For each value but the first two, how far the plane through it and those two rises at the next."""
    first, second = value[:, 1:-1] - value[:, :-2], value[:, 2:] - value[:, 1:-1]
    agree = (first * second > 0) & known[:, :-2] & known[:, 1:-1]
    return np.where(agree, np.sign(second) * np.minimum(np.abs(first), np.abs(second)), 0.0)


def _differ(a: Array, b: Array, share: float) -> NDArray[np.bool_]:
    result: NDArray[np.bool_] = np.maximum(a, b) > np.minimum(a, b) * (1 + share)
    return result
