"""A camera that sways by itself or with the mouse, so that a still view shows its depth."""

from dataclasses import dataclass
from math import exp, pi, radians, sin

from engine.camera import Camera
from engine.settings import MotionSettings

TIME_CONSTANT_S = 0.15
"""How softly it begins, ends and follows the mouse."""
PITCH_SHARE = 0.4
"""Up and down it goes less far than from side to side."""
SETTLED_RAD = 1e-4


@dataclass(slots=True)
class Sway:
    """Angles that come on top of where the user put the camera."""

    yaw_rad: float = 0.0
    pitch_rad: float = 0.0
    _phase: float = 0.0

    def update(self, step_s: float, motion: MotionSettings, pointer: tuple[float, float] | None = None) -> None:
        """Move on by `step_s` seconds. `pointer`: where the mouse is, in shares of the window from its top left."""
        yaw = pitch = 0.0
        if motion.mouse_control and pointer is not None:
            yaw, pitch = 2 * pointer[0] - 1, 1 - 2 * pointer[1]
        elif motion.auto_rotate:
            self._phase = (self._phase + step_s / motion.sway_period_s) % 1
            yaw, pitch = sin(2 * pi * self._phase), sin(4 * pi * self._phase) / 2  # an eight that lies on its side
        reach = radians(motion.sway_deg)
        self.yaw_rad = _towards(reach * yaw, self.yaw_rad, step_s)
        self.pitch_rad = _towards(reach * PITCH_SHARE * pitch, self.pitch_rad, step_s)

    def applied(self, camera: Camera) -> Camera:
        """`camera`, swayed."""
        return camera.orbited(self.yaw_rad, self.pitch_rad) if self.yaw_rad or self.pitch_rad else camera


def _towards(goal: float, now: float, step_s: float) -> float:
    moved = goal + (now - goal) * exp(-step_s / TIME_CONSTANT_S)
    return goal if abs(moved - goal) < SETTLED_RAD else moved
