"""The room that the scene makes for the panels: it lies in the part of the window that none covers."""

from math import exp

TIME_CONSTANT_S = 0.08
"""How quickly the scene makes room, as quickly as the camera follows the input."""
_SETTLED = 1e-3
"""Closer than this, a share of the width, it jumps to its place."""


class Centering:
    """How much of the left of the window is left to panels, eased. Shares of its width. Main thread only."""

    def __init__(self) -> None:
        self.covered: float | None = None
        """How much panels that stay cover; None until they have been drawn."""
        self.share = 0.0
        """How much the scene leaves to them now."""
        self._has_begun = False

    def update(self, step_s: float) -> None:
        """Move on by `step_s` seconds; the first time, and if that is endless, all the way."""
        if self.covered is None:
            return
        if not self._has_begun or abs(self.covered - self.share) < _SETTLED:
            self.share = self.covered
        else:
            self.share = self.covered + (self.share - self.covered) * exp(-step_s / TIME_CONSTANT_S)
        self._has_begun = True
