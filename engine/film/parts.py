"""The parts of a video's film: each is drawn and encoded without the others, so that finished ones can be kept."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil

import numpy as np

SHORTEST_S = 1.0
"""A shot that is shorter is joined with the one after it, and the last one with the one before."""
LONGEST_S = 20.0
"""A longer shot is cut into equal pieces."""


def parts_of(cuts: Sequence[int], times_s: Sequence[float]) -> list[range]:
    """Return the frames of each part. `cuts`: frames that begin another shot; `times_s`: of each frame."""
    times, count = np.asarray(times_s), len(times_s)
    starts = [0]
    for cut in cuts:
        if times[cut] - times[starts[-1]] >= SHORTEST_S and times[-1] - times[cut] >= SHORTEST_S:
            starts.append(cut)
    parts: list[range] = []
    for start, stop in pairwise([*starts, count]):
        lasts_s = float(times[stop - 1] - times[start])
        pieces = max(ceil(lasts_s / LONGEST_S), 1)
        inner = np.searchsorted(times, times[start] + lasts_s * np.arange(1, pieces) / pieces).tolist()
        parts += [range(*ends) for ends in pairwise(sorted({start, *inner, stop}))]
    return parts


def numbers_of(parts: Sequence[range]) -> list[int]:
    """Return the number of the part of each frame."""
    return [number for number, part in enumerate(parts) for _ in part]
