"""Two eyes instead of one: where they are, and how far their pictures may differ.

The eyes stand beside each other and look the same way; their frusta are sheared so that they meet in the plane through
the pivot (off-axis, without the vertical parallax of eyes that are turned inwards). What lies in that plane is on the
screen, what is nearer stands out of it.
"""

import numpy as np
from pyglm import glm

from engine.frames import DepthFrame
from engine.geometry.world import WorldMap
from engine.navigation.camera import Camera

_NEAREST = 0.05  # shares of the distance to the pivot; what comes closer to the eye is not counted as scene


def eye(camera: Camera, projection: glm.mat4, offset: float) -> tuple[glm.mat4, glm.mat4]:
    """World to eye, and eye to clip space, of an eye that is `offset` world units to the right of the camera."""
    sheared = glm.mat4(projection)
    # moving right by `offset` shifts the pivot's plane left by this much of the picture's half width: undo that
    sheared[2][0] -= projection[0][0] * offset / camera.distance
    return glm.mat4(glm.translate(glm.vec3(-offset, 0, 0)) * camera.view_matrix()), sheared


def depths_seen(frame: DepthFrame, world: WorldMap, camera: Camera) -> tuple[float, float]:
    """The nearest and the farthest that `camera` has in front of it, in world units along its viewing direction:
    of the block that holds the source's view between the ends of its range."""
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
