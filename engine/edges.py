"""Where a depth map must be cut: the edges of what is near, seen against what is far.

The same rule as in `shaders/surface.vert`.
"""

import numpy as np
from numpy.typing import NDArray

from engine.world import WorldMap, is_measured

WHOLE, CUT, MISSING = 0, 1, 2


def cell_edges(depth: NDArray[np.floating], world: WorldMap, edge_cut: float) -> NDArray[np.uint8]:
    """What each cell of a grid is: WHOLE, CUT by an edge, or MISSING a depth; (h − 1, w − 1) for depths (h, w).

    `edge_cut`: the share by which distances differ at an edge, 0: there are no edges.
    """
    measured = is_measured(depth, world.is_disparity)
    complete = measured[:-1, :-1] & measured[:-1, 1:] & measured[1:, :-1] & measured[1:, 1:]
    z = world.view_distance(depth)
    corners = np.stack([z[:-1, :-1], z[:-1, 1:], z[1:, :-1], z[1:, 1:]])
    cut = (corners.max(0) > corners.min(0) * (1 + edge_cut)) & (edge_cut > 0)
    return np.where(complete, np.where(cut, CUT, WHOLE), MISSING).astype(np.uint8)
