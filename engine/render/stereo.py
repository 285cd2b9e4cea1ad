"""Stereo: the cameras of both eyes, and a limit on their parallax.

The eyes look in parallel directions. Their frusta are sheared so that they meet in the plane through the pivot
(off-axis projection, without the vertical parallax of toed-in cameras). What lies in that plane appears on the screen,
what is nearer appears in front of it.
"""

import numpy as np
from pyglm import glm

from engine.frames import DepthFrame
from engine.geometry.world import WorldMap
from engine.navigation.camera import Camera

_NEAREST = 0.05  # share of the distance to the pivot; what is closer to the eye does not limit the parallax


def eye(camera: Camera, projection: glm.mat4, offset: float) -> tuple[glm.mat4, glm.mat4]:
    """Return the view and projection matrices of an eye `offset` world units to the right of the camera."""
    sheared = glm.mat4(projection)
    # moving right by `offset` shifts the plane of the pivot left by this share of half the picture's width: undo that
    sheared[2][0] -= projection[0][0] * offset / camera.distance
    return glm.mat4(glm.translate(glm.vec3(-offset, 0, 0)) * camera.view_matrix()), sheared


def depths_seen(frame: DepthFrame, world: WorldMap, camera: Camera) -> tuple[float, float]:
    """Return the nearest and the farthest depth of the scene from `camera`, in world units along its viewing direction.

    The scene is taken as the source's view frustum between the ends of its depth range.
    """
    height, width = frame.depth.shape
    k = frame.intrinsics
    x = (np.array([0, width])[None, None, :] - k[0, 2]) / k[0, 0]
    y = -(np.array([0, height])[None, :, None] - k[1, 2]) / k[1, 1]
    ends = np.array([frame.range.low, frame.range.high])[:, None, None]
    corners = world.points(np.broadcast_to(ends, (2, 2, 2)), x, y).reshape(-1, 3)
    position, backward = np.array(camera.position), np.array(camera.backward)
    depths = (position - corners) @ backward
    return float(depths.min()), float(depths.max())


def parallax(projection: glm.mat4, distance: float, converged: float, depth: float) -> float:
    """Return the parallax of a point as a share of the picture's width, positive behind the screen.

    distance: between the eyes; converged: from the eyes to the pivot; depth: from the eyes to the point, along the
    viewing direction; all in world units.
    """
    return float(projection[0][0] * distance * (1 / converged - 1 / depth) / 2)


def comfortable(
    projection: glm.mat4, distance: float, converged: float, scene: tuple[float, float], most: float
) -> float:
    """Return the distance between the eyes, at most `distance`, that keeps the parallax of the scene within ± `most`.

    scene: nearest and farthest depth from the eyes in world units; most: a share of the picture's width.
    """
    nearest = max(scene[0], _NEAREST * converged)
    farthest = max(scene[1], nearest)
    worst = max(abs(parallax(projection, distance, converged, depth)) for depth in (nearest, farthest))
    return distance if worst <= most else distance * most / worst
