"""Automatic or mouse-driven sway of the camera, which shows depth in a still view."""

from dataclasses import dataclass, replace
from math import exp, pi, radians, sin

from engine.navigation.camera import Camera
from engine.settings import Settings

TIME_CONSTANT_S = 0.15
"""How smoothly it starts, stops and follows the mouse."""
PITCH_SHARE = 0.4
"""Vertical amplitude, relative to the horizontal one."""
CLOSER = 1.6
"""The border of a relief would come into view, so the camera moves closer: by this times the sine of the sway angle, as
a share of the distance. Tuned with the demo."""
SETTLED = 1e-4


@dataclass(slots=True)
class Sway:
    """Offsets to the camera that the user controls."""

    yaw_rad: float = 0.0
    pitch_rad: float = 0.0
    closer: float = 0.0
    """Share of the distance by which the camera moves closer."""
    _phase: float = 0.0

    def update(self, step_s: float, settings: Settings, pointer: tuple[float, float] | None = None) -> None:
        """Advance by `step_s` seconds. `pointer`: position of the mouse in shares of the window from its top left."""
        motion, yaw, pitch = settings.motion, 0.0, 0.0
        if motion.mouse_control and pointer is not None:
            yaw, pitch = 2 * pointer[0] - 1, 1 - 2 * pointer[1]
        elif motion.auto_rotate:
            self._phase = (self._phase + step_s / motion.sway_period_s) % 1
            yaw, pitch = sin(2 * pi * self._phase), sin(4 * pi * self._phase) / 2  # a figure eight on its side
        reach = radians(motion.sway_deg)
        self.yaw_rad = _towards(reach * yaw, self.yaw_rad, step_s)
        self.pitch_rad = _towards(reach * PITCH_SHARE * pitch, self.pitch_rad, step_s)
        has_edge = settings.scene.projection == "relief" and (motion.auto_rotate or motion.mouse_control)
        self.closer = _towards(min(CLOSER * sin(reach), 0.5) if has_edge else 0.0, self.closer, step_s)

    def applied(self, camera: Camera) -> Camera:
        """Return `camera` with the sway."""
        if not (self.yaw_rad or self.pitch_rad or self.closer):
            return camera
        return replace(camera.orbited(self.yaw_rad, self.pitch_rad), distance=camera.distance * (1 - self.closer))


def _towards(goal: float, now: float, step_s: float) -> float:
    moved = goal + (now - goal) * exp(-step_s / TIME_CONSTANT_S)
    return goal if abs(moved - goal) < SETTLED else moved
