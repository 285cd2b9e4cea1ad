"""Split-screen comparison of two scenes."""

import moderngl

from engine.render.draw_request import Comparison
from engine.render.gpu.fullscreen import FullscreenPass
from engine.render.renderer import Renderer
from engine.settings import Settings


class Wipe:
    """Draws a second scene over the right part of a picture. GL thread only."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._pass = FullscreenPass(
            ctx, "wipe.frag"
        )  # first, so that nothing has to be released if it does not compile
        self._renderer = Renderer(ctx, (1, 1))

    def draw(self, first: Renderer, comparison: Comparison, settings: Settings, scale: float, antialias: bool) -> None:
        """Draw `comparison` over the picture of `first`, which is drawn already.

        The last two arguments are as in `Renderer.draw`.
        """
        self._renderer.resize(first.size)
        self._renderer.draw(comparison.frame, comparison.camera, settings, scale=scale, antialias=antialias)
        line_px = comparison.split * first.size[0]
        self._pass.run(first.target, {"picture": self._renderer.target.texture}, line_px=line_px)

    def release(self) -> None:
        self._pass.release()
        self._renderer.release()
