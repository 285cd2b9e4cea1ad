"""The compositor: puts viewports and panes in their places."""

from typing import Any

import moderngl

from engine.gl.calls import copy_color
from engine.render.compose.anaglyph import DUBOIS
from engine.render.compose.layout import Area, Layout, Viewport, fitted
from engine.render.gpu.fullscreen import FullscreenPass
from engine.render.gpu.target import ColorType, Target
from engine.render.gpu.textures import SceneTextures
from engine.render.view_inputs import Uniforms, rgb
from engine.settings import DisplaySettings
from engine.settings.colormaps import COLORMAPS


class Compositor:
    """The passes `place`, `depth_pane`, `anaglyph` and `interlace`; each is created when it is first needed."""

    def __init__(self, ctx: moderngl.Context, color: ColorType = "f1") -> None:
        self._ctx, self._color = ctx, color
        self._passes: dict[str, FullscreenPass] = {}
        self._targets: dict[float, Target] = {}

    def target(self, viewport: Viewport, scale: float) -> Target:
        """Return the target to draw `viewport` into, at `scale` times the size shown."""
        size = viewport.size(scale)
        if viewport.eye not in self._targets:
            self._targets[viewport.eye] = Target(self._ctx, size, components=4, dtype=self._color, has_depth=True)
        self._targets[viewport.eye].resize(size)
        return self._targets[viewport.eye]

    def draw_viewports(self, target: Target, layout: Layout, scale: float) -> None:
        """Compose the pictures of all viewports into `target`."""
        pictures = [self.target(viewport, scale) for viewport in layout.viewports]
        if layout.is_overlaid:
            self._overlay(target, layout, *(picture.texture for picture in pictures))
            return
        for viewport, picture in zip(layout.viewports, pictures, strict=True):
            x, y, *size = viewport.area
            if picture.size == tuple(size):  # a software renderer draws them pixel by pixel, and copies them as memory
                copy_color(self._ctx, target.picture, picture.picture, picture.size, (x, y))
            else:
                self._run("place", target, viewport.area, picture=picture.texture, rows=(1, 0))

    def _overlay(self, target: Target, layout: Layout, left: moderngl.Texture, right: moderngl.Texture) -> None:
        """Put the pictures of both eyes into one area."""
        area = layout.viewports[0].area
        if layout.stereo == "row-interlaced":
            heights = target.size[1], area[3]
            self._run("interlace", target, area, left=left, right=right, heights_px=heights)
        else:
            filters = DUBOIS[layout.stereo]
            self._run("anaglyph", target, area, left=left, right=right, filters=filters)

    def draw_source(self, target: Target, textures: SceneTextures) -> None:
        """Draw the source picture over all of `target`."""
        self._run("place", target, (0, 0, *target.size), picture=textures.color, rows=(-1, 1))

    def stretch(self, drawn: Target, target: Target) -> None:
        """Stretch `drawn` over `target`."""
        self._run("place", target, (0, 0, *target.size), picture=drawn.texture, rows=(1, 0))

    def draw_panes(
        self, target: Target, layout: Layout, textures: SceneTextures, world: Uniforms, settings: DisplaySettings
    ) -> None:
        """Draw the panes of the source picture and its depth map, if `layout` has them."""
        shape = textures.color.size
        if layout.picture is not None:
            self._run("place", target, fitted(layout.picture, shape), picture=textures.color, rows=(-1, 1))
        if layout.depth is not None:
            self._run(
                "depth_pane", target, fitted(layout.depth, shape), depth=textures.depth,
                colormap=COLORMAPS[settings.colormap], background=rgb(settings.background), **world,
            )  # fmt: skip

    def release(self) -> None:
        for one in self._passes.values():
            one.release()
        for target in self._targets.values():
            target.release()

    def _run(self, name: str, target: Target, area: Area, **values: Any) -> None:
        if name not in self._passes:
            self._passes[name] = FullscreenPass(self._ctx, f"{name}.frag")
        textures = {key: value for key, value in values.items() if isinstance(value, moderngl.Texture)}
        uniforms = {key: value for key, value in values.items() if key not in textures}
        self._passes[name].run(target, textures, area=area, **uniforms)
