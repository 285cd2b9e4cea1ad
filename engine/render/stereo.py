"""Stereo: the cameras of both eyes, and a limit on their parallax.

The eyes look in parallel directions. Their frusta are sheared so that they meet in one plane, by default
through the pivot (off-axis projection, without the vertical parallax of toed-in cameras). What lies in that plane
appears on the screen, what is nearer appears in front of it.
"""

from dataclasses import dataclass
from math import radians, tan

import numpy as np
from pyglm import glm

from engine.frames import DepthFrame
from engine.geometry.world import WorldMap, units_of, world_map
from engine.navigation.camera import Camera
from engine.settings import Settings
from engine.settings.stereo import DEFAULT_EYE_DISTANCE, millimeters

PLACES = {"left": -0.5, "right": 0.5}
"""The places of both eyes, in shares of the distance between them."""
_SAME_SHAPE = 0.02  # even sides change the proportions of a view a little
_NEAREST = 0.05  # share of the distance to the pivot; what is closer to the eye does not limit the parallax

_LARGEST_ZOOM = 1.25
"""A picture is enlarged at most so much to hide its border. The views of a quilt see past it farther than two eyes."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """How far apart the eyes are, and where their frusta meet, in world units."""

    distance: float
    """Between the outermost eyes."""
    converged: float
    """From the eyes to the plane of the screen, along the viewing direction."""
    zoom: float = 1.0
    """Enlargement of the picture that hides what lies beyond its border."""
    middle: float = 0.0
    """The place of the eye that sees what the camera sees: −0.5 left, 0.5 right."""

    def view(self, camera: Camera, projection: glm.mat4, place: float) -> tuple[glm.mat4, glm.mat4]:
        """Return the view and projection matrices of the eye at `place`: −0.5 left, 0.5 right."""
        larger = glm.mat4(glm.scale(glm.vec3(self.zoom, self.zoom, 1)) * projection)
        return eye(camera, larger, (place - self.middle) * self.distance, self.converged)


def eyes_for(frame: DepthFrame, camera: Camera, projection: glm.mat4, settings: Settings) -> Eyes:
    """Return the eyes that `settings` ask for. `projection`: that of the view of each eye."""
    stereo, world = settings.stereo, world_map(frame, settings.scene)
    is_to_scale = frame.is_metric and settings.scene.projection != "relief"
    per_m = (units_of(frame, settings.scene) if is_to_scale else None) or 0.0
    seen = depths_seen(frame, world, camera)
    nearest = max(seen[0], _NEAREST * camera.distance)
    scene = nearest, max(seen[1], nearest)
    converged = _converged(stereo.convergence, camera, scene, per_m)
    is_quilt = stereo.stereo == "quilt"
    middle = 0.0 if is_quilt else PLACES.get(stereo.original_eye, 0.0)
    is_cropped = stereo.eye_border == "crop" and not middle and _fills(frame, projection)
    if is_quilt:
        distance = 2 * tan(radians(stereo.quilt_cone_deg) / 2) * converged
    else:
        # enlarged, it is `comfort` again
        most = stereo.comfort / (1 + stereo.comfort) if is_cropped else stereo.comfort
        distance = comfortable(projection, _wanted(stereo.eye_distance, camera, per_m), converged, scene, most)
    # an eye sees the border displaced by half the parallax, which is this share of half the picture's width
    beyond = max(abs(parallax(projection, distance, converged, depth)) for depth in scene)
    return Eyes(distance, converged, 1 / max(1 - beyond, 1 / _LARGEST_ZOOM) if is_cropped else 1.0, middle)


def sees_source(place: float, shape: tuple[int, int], frame: DepthFrame, camera: Camera, settings: Settings) -> bool:
    """Return whether the eye at `place`, whose view has the proportions of `shape`, is shown the picture as it is."""
    if settings.stereo.stereo in ("off", "quilt") or PLACES.get(settings.stereo.original_eye) != place:
        return False
    display, light = settings.display, settings.light
    is_plain = display.view == "color" and display.display_mode == "mesh" and not display.wireframe
    is_lit = max(light.light, light.occlusion, light.fog) > 0
    is_home = camera.yaw_rad == camera.pitch_rad == 0 and camera.zoom == 1 and glm.length(camera.position) < 1e-6
    height, width = frame.frame.image.shape[:2]
    has_bars = abs(shape[0] * height / (shape[1] * width) - 1) > _SAME_SHAPE
    is_whole = settings.scene.depth_threshold == 1 and frame.frame.is_opaque is None
    return is_plain and is_home and is_whole and not (is_lit or has_bars)


def _wanted(eye_distance: float | str, camera: Camera, per_m: float) -> float:
    """Return the distance between the eyes in world units. `per_m`: world units per meter; 0 if unknown."""
    in_mm = millimeters(eye_distance)
    if in_mm is not None and per_m:
        return in_mm / 1000 * per_m
    return camera.distance * (DEFAULT_EYE_DISTANCE if isinstance(eye_distance, str) else eye_distance)


def _converged(convergence: float | str, camera: Camera, scene: tuple[float, float], per_m: float) -> float:
    """Return the distance of the screen's plane in world units. Meters mean the pivot where `per_m` is unknown."""
    nearest, farthest = scene
    if isinstance(convergence, float):
        return convergence * per_m or camera.distance
    middle = 2 / (1 / nearest + 1 / farthest)  # both ends then have the same parallax
    return {"near": nearest, "middle": middle, "far": farthest}.get(convergence, camera.distance)


def _fills(frame: DepthFrame, projection: glm.mat4) -> bool:
    """Return whether the picture reaches the left and the right border of the view."""
    width, k = frame.depth.shape[1], frame.intrinsics
    ends = (np.array([0, width]) - k[0, 2]) / k[0, 0] * projection[0][0] - projection[2][0]
    return bool(np.abs(ends).min() > 1 - 1e-4)


def eye(camera: Camera, projection: glm.mat4, offset: float, converged: float) -> tuple[glm.mat4, glm.mat4]:
    """Return the view and projection matrices of an eye `offset` world units to the right of the camera.

    converged: distance of the plane in which the frusta meet.
    """
    sheared = glm.mat4(projection)
    # moving right by `offset` shifts that plane left by this share of half the picture's width: undo that
    sheared[2][0] -= projection[0][0] * offset / converged
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

    distance: between the eyes; converged: from the eyes to the screen; depth: from the eyes to the point, along the
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
