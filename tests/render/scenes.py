"""Scenes of the reference pictures: synthetic depth only, independent of networks and clocks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from math import radians

import numpy as np

from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.frames import DepthFrame, DepthKind
from engine.navigation.camera import Camera
from tests.depth_frames import checker, depth_frame

WIDTH, HEIGHT = 256, 144

FRONT_ONLY = {"edge_snap": 0, "edge_guide": 0, "edge_feather": 0, "hole_memory_s": 0, "hole_fill": 0, "border_fill": 0}
"""Settings under which the front layer is drawn as the depth map has it, and nothing behind it."""

EDGES_MOVE = "rasterizers disagree about single pixels along silhouettes"
EXACT = "large flat triangles: every rasterizer agrees"


def ramp() -> DepthFrame:
    """Disparity that grows from left to right."""
    return depth_frame(np.tile(np.linspace(1, 3, WIDTH), (HEIGHT, 1)), checker(WIDTH, HEIGHT, 16))


def ball() -> DepthFrame:
    """A ball in front of a wall, metric."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    square = 1 - ((x - 128) / 50) ** 2 - ((y - 72) / 50) ** 2
    depth = np.where(square > 0, 2.0 - 0.6 * np.sqrt(np.maximum(square, 0)), 3.2)
    return depth_frame(depth, checker(WIDTH, HEIGHT, 16), DepthKind.METRIC)


def steps() -> DepthFrame:
    """Three plates, one behind the other, relative depth."""
    depth = np.full((HEIGHT, WIDTH), 3.0)
    depth[20:124, 40:216] = 2.0
    depth[50:94, 90:166] = 1.2
    return depth_frame(depth, checker(WIDTH, HEIGHT, 16), DepthKind.RELATIVE_DEPTH)


def holes() -> DepthFrame:
    """A wall with places that were not measured."""
    depth = np.full((HEIGHT, WIDTH), 2.0)
    depth[30:70, 40:100] = 0
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    depth[(x - 180) ** 2 + (y - 80) ** 2 < 900] = 0
    return depth_frame(depth, checker(WIDTH, HEIGHT, 16), DepthKind.METRIC, span=(1, 2, 3))


@cache
def demo() -> DepthFrame:
    """The demo after one second."""
    camera = SceneCamera.at(WIDTH, HEIGHT)
    image, depth = render(camera, 1.0)
    return depth_frame(depth, image, DepthKind.METRIC)


@dataclass(frozen=True)
class Scene:
    """What to draw, from where, with which settings, and how far a pixel may be off."""

    frame: Callable[[], DepthFrame]
    yaw_deg: float = 0
    pitch_deg: float = 0
    settings: dict[str, object] = field(default_factory=dict)
    stray_pixels: int = 0
    """So many pixels may differ by more than one level."""
    reason: str = EXACT

    def camera(self, middle: float) -> Camera:
        return Camera.home(middle).orbited(radians(self.yaw_deg), radians(self.pitch_deg))


SCENES = {
    "ramp-home": Scene(ramp),
    "ramp-side": Scene(ramp, 30, 10, {"depth_scale": 1.0}, 40, EDGES_MOVE),
    "ramp-relief": Scene(ramp, 30, 10, {"projection": "relief", "depth_scale": 1.0}, 40, EDGES_MOVE),
    "ramp-inverted": Scene(ramp, 30, 10, {"invert_depth": True}, 40, EDGES_MOVE),
    "ball-side": Scene(ball, -25, 15, {"subsample": 1}, 80, EDGES_MOVE),
    "ball-no-cut": Scene(ball, -25, 15, {"subsample": 1, "edge_cut": 0}, 80, EDGES_MOVE),
    "ball-normals": Scene(ball, 20, 0, {"subsample": 2, "view": "normals"}, 80, EDGES_MOVE),
    "ball-depth": Scene(ball, 20, 0, {"subsample": 1, "view": "depth"}, 80, EDGES_MOVE),
    "ball-wireframe": Scene(ball, 20, 10, {"subsample": 8, "wireframe": True}, 400, "lines are a pixel wide"),
    "ball-points": Scene(ball, 20, 10, {"subsample": 3, "display_mode": "pointcloud"}, 200, "points are tiny"),
    "ball-hybrid": Scene(ball, 35, 10, {"subsample": 4, "display_mode": "hybrid"}, 200, EDGES_MOVE),
    "ball-viridis": Scene(ball, 20, 0, {"subsample": 2, "view": "depth", "colormap": "viridis"}, 80, EDGES_MOVE),
    "steps-side": Scene(steps, 20, -10, {"subsample": 1}, 80, EDGES_MOVE),
    "steps-front": Scene(steps, 20, -10, {"subsample": 1, **FRONT_ONLY}, 80, EDGES_MOVE),
    "steps-coarse": Scene(steps, 20, -10, {"subsample": 8}, 80, EDGES_MOVE),
    "holes": Scene(holes, 15, 5, {"subsample": 1, "background": "#305080"}, 80, EDGES_MOVE),
    "demo-light": Scene(demo, 12, 6, {"light": 0.8}, 200, EDGES_MOVE),
    "demo-shadows": Scene(demo, 12, 6, {"shadows": 0.9, "lamp_x": 0.1, "lamp_distance": 0.3}, 200, EDGES_MOVE),
    "demo-occlusion": Scene(demo, 12, 6, {"occlusion": 1.0}, 200, EDGES_MOVE),
    "demo-fog": Scene(demo, 12, 6, {"fog": 0.7, "background": "#a0b4c8"}, 200, EDGES_MOVE),
    "demo-anaglyph": Scene(demo, 6, 3, {"stereo": "anaglyph"}, 300, EDGES_MOVE),
    "demo-stereo": Scene(demo, 6, 3, {"stereo": "half-side-by-side"}, 300, EDGES_MOVE),
    "demo-panes": Scene(demo, 12, 6, {"panes": "picture+depth+scene", "colormap": "inferno"}, 300, EDGES_MOVE),
    "demo-front": Scene(demo, 18, 8, {"subsample": 1, **FRONT_ONLY}, 200, EDGES_MOVE),
    "demo-silhouettes": Scene(demo, 18, 8, {"subsample": 2, **FRONT_ONLY, "edge_feather": 1.5}, 200, EDGES_MOVE),
    "demo-side": Scene(demo, 18, 8, {"subsample": 1}, 200, EDGES_MOVE),
}  # fmt: skip
