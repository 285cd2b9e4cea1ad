"""Frames to look at before their turn: what an object hides now was often seen a moment later."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

BLOCK_S = 10.0
"""A shot is looked ahead into again after this time."""
REACH_S = 20.0
"""How far ahead frames are taken from."""
FRAMES = 6
"""How many frames are taken, evenly spaced."""


def looks_ahead(shots: Sequence[int], times_s: Sequence[float]) -> dict[int, list[int]]:
    """Return the frames before which to look ahead, and at which frames to look then, the latest first.

    `shots`: the number of the shot of each frame. Only frames of the same shot show the same place.
    """
    numbers, times = np.asarray(shots), np.asarray(times_s)
    starts = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(numbers)]
    found: dict[int, list[int]] = {}
    for start, stop in pairwise(starts):
        at = start
        while at < stop - 1:
            last = min(int(np.searchsorted(times, times[at] + REACH_S, "right")), stop) - 1
            if last > at:
                found[at] = sorted({round(float(x)) for x in np.linspace(at, last, FRAMES + 1)[1:]}, reverse=True)
            at = max(int(np.searchsorted(times, times[at] + BLOCK_S)), at + 1)
    return found
