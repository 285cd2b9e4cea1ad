"""Lighting and fog, computed on the depth map: once per depth frame and vertex, not per pixel of each picture.

The light from lamp and sky and the fog do not depend on the viewer. So the passes run over the grid, from the source's
camera, and every view reads the result. What is out of sight still casts its shadow.
"""

from typing import Any

import moderngl
import numpy as np
from pyglm import glm

from engine.frames import DepthFrame
from engine.geometry.world import RELIEF_PLANE, WorldMap, middle_distance
from engine.render.gpu.fullscreen import FullscreenPass
from engine.render.gpu.target import Target
from engine.render.view_inputs import Shade, Uniforms
from engine.settings import LightSettings
from engine.settings.fields import limits

LAMP_COLOR = (1.0, 0.94, 0.84)
"""Linear RGB."""
_COMPONENTS = {"normals": 4, "occlusion": 1, "shadow": 1, "shade": 4}


class Lighting:
    """The passes `normals`, `occlusion`, `shadow` and `shade`; each is created when it is first needed."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._passes: dict[str, FullscreenPass] = {}
        self._targets: dict[str, Target] = {}
        self._dtype = "f1"
        self._white = ctx.texture((1, 1), 1, b"\xff")

    def run(
        self, depth: moderngl.Texture, frame: DepthFrame, world: WorldMap, uniforms: Uniforms, settings: LightSettings
    ) -> Shade | None:
        """Shade the front layer, whose `depth` has one texel per vertex. None if all strengths are 0.

        It is as fine as the colors that `frame` shows.
        """
        if not (settings.light or settings.shadows or settings.occlusion or settings.fog):
            return None
        lamp = lamp_position(frame, world, settings)
        self._dtype = "f1" if frame.frame.deep is None else "nu2"
        inputs = {"depth": depth, "normals": self._run("normals", {"depth": depth}, **uniforms)}
        sky, sun = self._white, self._white
        if settings.occlusion:
            sky = self._run("occlusion", inputs, strength=settings.occlusion, **uniforms)
        if settings.shadows:
            sun = self._run("shadow", inputs, strength=settings.shadows, lamp=tuple(lamp), **uniforms)
        ends = world.view_distance(np.array([frame.range.low, frame.range.high]))
        light = {
            "light": settings.light,
            "fog": settings.fog,
            "lamp": tuple(lamp),
            "lamp_color": LAMP_COLOR,
            "lamp_reach": glm.distance(lamp, glm.vec3(0, 0, -middle_distance(frame, world))),
            "fog_limits": (float(ends.min()), float(max(ends.max(), ends.min() + 1e-6))),
        }
        return Shade(self._run("shade", {**inputs, "open": sky, "lit": sun}, **light, **uniforms), light)

    def release(self) -> None:
        self._white.release()
        for one in self._passes.values():
            one.release()
        for target in self._targets.values():
            target.release()

    def _run(self, name: str, textures: dict[str, moderngl.Texture], **uniforms: Any) -> moderngl.Texture:
        if name not in self._passes:
            self._passes[name] = FullscreenPass(self._ctx, f"{name}.frag")
            self._targets[name] = Target(self._ctx, (1, 1), components=_COMPONENTS[name])
        target = self._targets[name]
        target.fit(textures["depth"].size, "f4" if name == "normals" else self._dtype)
        self._passes[name].run(target, textures, **uniforms)
        return target.texture


def lamp_position(frame: DepthFrame, world: WorldMap, settings: LightSettings) -> glm.vec3:
    """Return the position of the lamp in world units."""
    height, width = frame.depth.shape
    k = frame.intrinsics
    x = (settings.lamp_x * width - k[0, 2]) / k[0, 0]
    y = -(settings.lamp_y * height - k[1, 2]) / k[1, 1]
    z = settings.lamp_distance * middle_distance(frame, world)
    scale = RELIEF_PLANE if world.is_relief else z
    return glm.vec3(x * scale, y * scale, -z)


def lamp_under(
    near: glm.vec3, far: glm.vec3, frame: DepthFrame, world: WorldMap, settings: LightSettings
) -> tuple[float, float] | None:
    """Return `lamp_x` and `lamp_y` of a lamp on the line from `near` to `far`, at the depth of the settings.

    None if the line does not reach that depth.
    """
    z = settings.lamp_distance * middle_distance(frame, world)
    along = far - near
    if along.z == 0:
        return None
    share = (-z - near.z) / along.z
    point = near + along * share
    if share < 0:
        return None
    scale = RELIEF_PLANE if world.is_relief else z
    height, width = frame.depth.shape
    k = frame.intrinsics
    x = (point.x / scale * k[0, 0] + k[0, 2]) / width
    y = (-point.y / scale * k[1, 1] + k[1, 2]) / height
    low, high = limits(LightSettings.model_fields["lamp_x"].metadata)
    assert low is not None
    assert high is not None
    return min(max(x, low), high), min(max(y, low), high)
