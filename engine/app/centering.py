"""Where the middle of the scene is: in the part of the window that no panel covers."""

from math import exp

TIME_CONSTANT_S = 0.08
"""How quickly the scene makes room, as quickly as the camera follows the input."""
_SETTLED = 1e-3
"""Closer than this, a share of the width, it jumps to its place."""


class Centering:
    """How far the scene is shifted to the right, eased. Shares of the window's width. Main thread only."""

    def __init__(self) -> None:
        self.covered: float | None = None
        """How much of the left is covered by panels; None until they have been drawn."""
        self._shift: float | None = None

    def update(self, step_s: float) -> None:
        """Move on by `step_s` seconds; the first time, and if that is endless, all the way."""
        if self.covered is None:
            return
        goal = self.covered / 2
        if self._shift is None or abs(goal - self._shift) < _SETTLED:
            self._shift = goal
        else:
            self._shift = goal + (self._shift - goal) * exp(-step_s / TIME_CONSTANT_S)

    def shift(self, margin: float) -> float:
        """Return the shift of a scene that has a margin of this width beside it: it leaves no border of the window."""
        return min(self._shift or 0.0, margin)
