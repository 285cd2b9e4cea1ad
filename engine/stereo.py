"""Two eyes instead of one: where they are, and how far their pictures may differ.

The eyes stand beside each other and look the same way; their frusta are sheared so that they meet in the plane through
the pivot (off-axis, without the vertical parallax of eyes that are turned inwards). What lies in that plane is on the
screen, what is nearer stands out of it.
"""

from dataclasses import dataclass

from pyglm import glm

from engine.camera import Camera

_NEAREST = 0.05  # shares of the distance to the pivot; what comes closer to the eye is not counted as scene


@dataclass(frozen=True, slots=True)
class Eyes:
    """World to clip space, for each eye."""

    left: glm.mat4
    right: glm.mat4


def eyes(camera: Camera, projection: glm.mat4, distance: float) -> Eyes:
    """The eyes about `camera`, `distance` world units apart, that converge at the camera's pivot."""
    return Eyes(_eye(camera, projection, -distance / 2), _eye(camera, projection, distance / 2))


def _eye(camera: Camera, projection: glm.mat4, offset: float) -> glm.mat4:
    """The matrix of an eye that is `offset` to the right of the camera."""
    sheared = glm.mat4(projection)
    # moving right by `offset` shifts the pivot's plane left by this much of the picture's half width: undo that
    sheared[2][0] -= projection[0][0] * offset / camera.distance
    return sheared * glm.translate(glm.vec3(-offset, 0, 0)) * camera.view_matrix()


def parallax(projection: glm.mat4, distance: float, converged: float, depth: float) -> float:
    """How far apart the eyes' pictures of one point are, as a share of the picture's width; behind the screen is
    positive.

    distance: between the eyes; converged: from the eyes to the pivot; depth: from the eyes to the point, along the
    viewing direction. World units all.
    """
    return float(projection[0][0] * distance * (1 / converged - 1 / depth) / 2)


def comfortable(
    projection: glm.mat4, distance: float, converged: float, scene: tuple[float, float], most: float
) -> float:
    """The distance of the eyes, at most `distance`, at which the parallax of the whole scene is within ± `most`.

    scene: the nearest and the farthest depth from the eyes in world units; most: a share of the picture's width.
    """
    nearest = max(scene[0], _NEAREST * converged)
    farthest = max(scene[1], nearest)
    worst = max(abs(parallax(projection, distance, converged, depth)) for depth in (nearest, farthest))
    return distance if worst <= most else distance * most / worst
