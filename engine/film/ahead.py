"""Frames to look at out of turn: what an object hides now was often seen a moment earlier or later."""

from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np

BLOCK_S = 10.0
"""A shot is looked ahead into again after this time."""
REACH_S = 20.0
"""How far frames are taken from."""
FRAMES = 6
"""How many frames are taken, evenly spaced."""


def looks_ahead(shots: Sequence[int], times_s: Sequence[float], starts: Collection[int] = ()) -> dict[int, list[int]]:
    """Return the frames before which to look ahead, and at which frames to look then, the latest first.

    `shots`: the number of the shot of each frame. Only frames of the same shot show the same place.
    `starts`: frames before which nothing is known of the ones before: these are looked at, too, the earliest first.
    """
    numbers, times = np.asarray(shots), np.asarray(times_s)
    ends = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(numbers)]
    found: dict[int, list[int]] = {}
    for start, stop in pairwise(ends):
        at = start
        while at < stop:
            last = min(int(np.searchsorted(times, times[at] + REACH_S, "right")), stop) - 1
            first = max(int(np.searchsorted(times, times[at] - REACH_S)), start) if at in starts else at
            looks = sorted(_spread(at, last), reverse=True) + sorted(_spread(at, first))
            if looks:
                found[at] = looks
            further = max(int(np.searchsorted(times, times[at] + BLOCK_S)), at + 1)
            at = min([further, *(start for start in starts if at < start < further)])
    return found


def _spread(start: int, stop: int) -> set[int]:
    """Return frames from `start`, without it, to `stop`, evenly spaced."""
    return {round(float(x)) for x in np.linspace(start, stop, FRAMES + 1)[1:]} - {start}
