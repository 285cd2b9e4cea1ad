"""A camera that sways by itself or with the mouse, so that a still view shows its depth."""

from dataclasses import dataclass, replace
from math import exp, pi, radians, sin

from engine.navigation.camera import Camera
from engine.settings import Settings

TIME_CONSTANT_S = 0.15
"""How softly it begins, ends and follows the mouse."""
PITCH_SHARE = 0.4
"""Up and down it goes less far than from side to side."""
CLOSER = 1.6
"""A relief is a plane with an edge that would come into view: the camera goes closer by this times the sine of how far
it sways, as a share of the distance. Tried out on the demo: the edge stays out of sight."""
SETTLED = 1e-4


@dataclass(slots=True)
class Sway:
    """Angles that come on top of where the user put the camera."""

    yaw_rad: float = 0.0
    pitch_rad: float = 0.0
    closer: float = 0.0
    """Share of the distance by which the camera is nearer than the user put it."""
    _phase: float = 0.0

    def update(self, step_s: float, settings: Settings, pointer: tuple[float, float] | None = None) -> None:
        """Move on by `step_s` seconds. `pointer`: where the mouse is, in shares of the window from its top left."""
        motion, yaw, pitch = settings.motion, 0.0, 0.0
        if motion.mouse_control and pointer is not None:
            yaw, pitch = 2 * pointer[0] - 1, 1 - 2 * pointer[1]
        elif motion.auto_rotate:
            self._phase = (self._phase + step_s / motion.sway_period_s) % 1
            yaw, pitch = sin(2 * pi * self._phase), sin(4 * pi * self._phase) / 2  # an eight that lies on its side
        reach = radians(motion.sway_deg)
        self.yaw_rad = _towards(reach * yaw, self.yaw_rad, step_s)
        self.pitch_rad = _towards(reach * PITCH_SHARE * pitch, self.pitch_rad, step_s)
        has_edge = settings.scene.projection == "relief" and (motion.auto_rotate or motion.mouse_control)
        self.closer = _towards(min(CLOSER * sin(reach), 0.5) if has_edge else 0.0, self.closer, step_s)

    def applied(self, camera: Camera) -> Camera:
        """`camera`, swayed."""
        if not (self.yaw_rad or self.pitch_rad or self.closer):
            return camera
        return replace(camera.orbited(self.yaw_rad, self.pitch_rad), distance=camera.distance * (1 - self.closer))


def _towards(goal: float, now: float, step_s: float) -> float:
    moved = goal + (now - goal) * exp(-step_s / TIME_CONSTANT_S)
    return goal if abs(moved - goal) < SETTLED else moved
