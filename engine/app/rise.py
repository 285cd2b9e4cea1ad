"""The rise of a new scene from its flat picture."""

from math import pi, radians, sin

RISE_S = 0.5
SWING_RAD = radians(2.5)
"""From the source's camera every relief looks like the picture, so the camera swings aside and back once."""
LONGEST_STEP_S = 0.1
"""A loop iteration that took longer, as the first one of a scene does, counts for no more."""


class Rise:
    """How far the scene has risen. Main thread only."""

    def __init__(self) -> None:
        self.duration_s = RISE_S
        self._passed = 1.0
        """Share of the duration."""

    def begin(self) -> None:
        """Begin with the flat picture."""
        self._passed = 0.0 if self.duration_s > 0 else 1.0

    def finish(self) -> None:
        """End it at once."""
        self._passed = 1.0

    def update(self, step_s: float) -> None:
        """Go on by `step_s` seconds."""
        if self._passed < 1:
            passed = self._passed + min(step_s, LONGEST_STEP_S) / self.duration_s
            self._passed = passed if passed < 1 - 1e-6 else 1.0

    @property
    def share(self) -> float:
        """How much of the relief is shown, from 0 to 1."""
        return self._passed**2 * (3 - 2 * self._passed)

    @property
    def yaw_rad(self) -> float:
        """How far the camera swings aside."""
        return SWING_RAD * sin(pi * self._passed) if self._passed < 1 else 0.0
