"""The orbit and fly controller: smooth, and the same at every frame rate."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from math import asin, atan2, exp, inf, pi, radians, remainder

from pyglm import glm

from engine.navigation.bindings import FLY_KEYS, ORBIT_KEYS
from engine.navigation.camera import Camera
from engine.navigation.events import Dragged, Event, Scrolled

ORBIT_RAD_PER_HEIGHT = pi / 4
"""A drag over the height of the window orbits by 45°. Unseen areas show from about 10° on, so the first drag should not
end beside the scene."""
FREE_RAD, LIMIT_RAD = radians(12), radians(25)
"""Where depth is only guessed, orbiting resists from the first angle on, and never passes the second."""
DOLLY_PER_STEP = 0.88
FLY_PER_S = 0.5
"""Flying speed in distances to the pivot per second."""
ORBIT_RAD_PER_S = 0.8
STOP_BEFORE = 0.15
"""The wheel stops at this distance from a surface, in `world_units`: its nearest point is one away at home."""
LEAST_PIVOT_SHARE = 0.25
"""The pivot goes ahead with the eye, so that it stays at this share of the way to the surface at least."""
DISTANCES = (0.05, 500.0)
"""Limits of the distance from the pivot, in `world_units`."""
TIME_CONSTANT_S = 0.08
"""How quickly the camera follows the input."""
SETTLED = 1e-4
"""Closer than this, the camera jumps to its target."""


@dataclass(slots=True)
class Navigation:
    """The camera, and the target that it moves toward."""

    camera: Camera
    target: Camera
    resists: bool = False
    """Whether orbiting away from home is limited; see FREE_RAD."""

    @classmethod
    def at(cls, camera: Camera) -> "Navigation":
        return cls(camera, camera)

    def handle(self, event: Event, view_height_px: int, units_per_px: tuple[float, float], units: float = 1.0) -> None:
        """Handle a drag or the wheel. `units_per_px` comes from the renderer, `units` are `world_units`."""
        match event:
            case Dragged(dx, dy, "left", False):
                per_px = ORBIT_RAD_PER_HEIGHT / max(view_height_px, 1)
                self._orbit(-dx * per_px, dy * per_px)
            case Dragged(dx, dy):
                across, up = (size * self.target.distance for size in units_per_px)
                self._shift(-self.target.right * dx * across + self.target.up * dy * up)
            case Scrolled(steps):
                self.dolly(steps, units)

    def dolly(
        self, steps: float, units: float = 1.0, room: float = inf, aside: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        """Move ahead by `steps` of the wheel, or back, and stop before a surface.

        room: from the eye to the nearest surface ahead, in world units; without one the pivot is what is approached.
        aside: where the user points, right and up of the middle of the view at a distance of one: what `room` does not
        allow ahead goes along the surface to there.
        """
        low, high = (limit * units for limit in DISTANCES)
        if steps <= 0 or room == inf:
            distance = min(max(self.target.distance * DOLLY_PER_STEP**steps, low), high)
            self.target = replace(self.target, distance=distance)
            return
        wanted = room * (1 - DOLLY_PER_STEP**steps)
        ahead = min(wanted, max(0.0, room - STOP_BEFORE * units))
        distance = max(self.target.distance - ahead, LEAST_PIVOT_SHARE * (room - ahead))
        along = self.target.right * aside[0] + self.target.up * aside[1]
        self._shift(along * (wanted - ahead) - self.target.backward * (ahead + distance - self.target.distance))
        self.target = replace(self.target, distance=distance)

    def hold(self, keys: Collection[str], step_s: float) -> None:
        """Move for `step_s` seconds with the held `keys`."""
        for key in keys:
            if key in FLY_KEYS:
                x, y, z = (part * FLY_PER_S * self.target.distance * step_s for part in FLY_KEYS[key])
                self._shift(self.target.right * x + self.target.up * y + self.target.backward * z)
            elif key in ORBIT_KEYS:
                yaw, pitch = (part * ORBIT_RAD_PER_S * step_s for part in ORBIT_KEYS[key])
                self._orbit(yaw, pitch)

    def look_at(self, point: tuple[float, float, float], units: float = 1.0) -> None:
        """Turn toward `point` in the world and orbit it from now on. `units` as above.

        The eye stays where it is, unless the point is straight above or below it.
        """
        offset = self.target.position - glm.vec3(point)
        distance = glm.length(offset)
        if distance < DISTANCES[0] * units:
            return
        yaw = atan2(offset.x, offset.z)
        yaw += 2 * pi * round((self.target.yaw_rad - yaw) / (2 * pi))  # turn the shorter way
        self.target = Camera(point, yaw, 0, distance).orbited(0, asin(offset.y / distance))

    def go_to(self, camera: Camera) -> None:
        """Travel to `camera`, turning the shorter way."""
        turns = round((self.target.yaw_rad - camera.yaw_rad) / (2 * pi))
        self.target = replace(camera, yaw_rad=camera.yaw_rad + 2 * pi * turns)

    def scale(self, factor: float) -> None:
        """Keep the view of a scene that has become `factor` times as large."""
        self.camera, self.target = self.camera.scaled(factor), self.target.scaled(factor)

    def update(self, step_s: float) -> None:
        """Move the camera toward its target for `step_s` seconds."""
        share = 1 - exp(-step_s / TIME_CONSTANT_S)
        now, goal = self.camera, self.target
        moved = Camera(
            _triple(glm.vec3(now.pivot) * (1 - share) + glm.vec3(goal.pivot) * share),
            now.yaw_rad + share * (goal.yaw_rad - now.yaw_rad),
            now.pitch_rad + share * (goal.pitch_rad - now.pitch_rad),
            now.distance * (goal.distance / now.distance) ** share,  # moves on a logarithmic scale
            now.zoom * (goal.zoom / now.zoom) ** share,
        )
        self.camera = goal if _is_close(moved, goal) else moved

    def _orbit(self, yaw_rad: float, pitch_rad: float) -> None:
        if self.resists:
            yaw_rad = resisted(self.target.yaw_rad, yaw_rad)
            pitch_rad = resisted(self.target.pitch_rad, pitch_rad)
        self.target = self.target.orbited(yaw_rad, pitch_rad)

    def _shift(self, offset: glm.vec3) -> None:
        self.target = replace(self.target, pivot=_triple(glm.vec3(self.target.pivot) + offset))


def resisted(angle_rad: float, step_rad: float) -> float:
    """Return how much of a step from `angle_rad` is made against the resistance. The way back is free.

    Beyond FREE_RAD the share that is made falls linearly, to none at LIMIT_RAD. Many small steps add up to a large one.
    """
    outward = 1.0 if step_rad >= 0 else -1.0
    start, step = outward * remainder(angle_rad, 2 * pi), abs(step_rad)
    free = min(step, max(FREE_RAD - start, 0.0))
    left = max(LIMIT_RAD - max(start, FREE_RAD), 0.0)
    return outward * (free + left * (1 - exp(-(step - free) / (LIMIT_RAD - FREE_RAD))))


def _triple(vector: glm.vec3) -> tuple[float, float, float]:
    return vector.x, vector.y, vector.z


def _is_close(a: Camera, b: Camera) -> bool:
    turned = max(abs(a.yaw_rad - b.yaw_rad), abs(a.pitch_rad - b.pitch_rad))
    scaled = max(abs(a.distance / b.distance - 1), abs(a.zoom / b.zoom - 1))
    shifted = glm.distance(glm.vec3(a.pivot), glm.vec3(b.pivot)) / b.distance
    return bool(max(turned, scaled, shifted) < SETTLED)
