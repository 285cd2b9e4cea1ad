"""Split-screen comparison of two scenes."""

import moderngl

from engine.render.compose.layout import arrange
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

    def draw(
        self,
        first: Renderer,
        comparison: Comparison,
        settings: Settings,
        scale: float,
        antialias: bool,
        covered: float = 0.0,
    ) -> None:
        """Draw `comparison` over the picture of `first`, which is drawn already.

        The last three arguments are as in `Renderer.draw`.
        """
        self._renderer.resize(first.size)
        self._renderer.draw(comparison.frame, comparison.camera, settings, None, scale, antialias, covered)
        column_px = _column_px(first.size, settings)
        self._pass.run(
            first.target, {"picture": self._renderer.target.texture},
            column_px=column_px, line_px=comparison.split * column_px,
        )  # fmt: skip

    def release(self) -> None:
        self._pass.release()
        self._renderer.release()


def _column_px(size: tuple[int, int], settings: Settings) -> int:
    """Return the width of the columns that each show the whole scene; the picture's, beside flat panes."""
    layout = arrange(size, settings)
    return layout.viewports[0].area[2] if settings.display.panes == "scene" else size[0]
