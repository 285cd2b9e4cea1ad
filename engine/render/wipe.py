"""Two scenes in one picture, one on each side of a line."""

from dataclasses import dataclass

import moderngl

from engine.frames import DepthFrame
from engine.navigation.camera import Camera
from engine.render.gpu.fullscreen import FullscreenPass
from engine.render.renderer import Renderer
from engine.settings import Settings


@dataclass(frozen=True, slots=True)
class Beside:
    """What is seen right of a line."""

    frame: DepthFrame
    camera: Camera
    share: float
    """Where the line is: 0 at the left border of the picture, 1 at the right one."""


class Wipe:
    """Draws a second scene over the right part of a picture. To be used on the thread of the GL context only."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._renderer = Renderer(ctx, (1, 1))
        self._pass = FullscreenPass(ctx, "wipe.frag")

    def draw(self, first: Renderer, beside: Beside, settings: Settings, scale: float = 1.0) -> None:
        """Draw `beside` into the picture of `first`, which was drawn already; `scale` is that of `Renderer.draw`."""
        self._renderer.resize(first.size)
        self._renderer.draw(beside.frame, beside.camera, settings, scale=scale)
        line_px = beside.share * first.size[0]
        self._pass.run(first.target, {"picture": self._renderer.target.texture}, line_px=line_px)

    def release(self) -> None:
        self._pass.release()
        self._renderer.release()
