"""What was drawn, put together: every look and pane in its place."""

from typing import Any

import moderngl

from engine.render.compose.layout import Area, Layout, Look, fitted
from engine.render.gpu.fullscreen import FullscreenPass
from engine.render.gpu.target import Target
from engine.render.gpu.textures import SceneTextures
from engine.render.view_inputs import Uniforms, rgb
from engine.settings import DisplaySettings
from engine.settings.colormaps import COLORMAPS


class Sheet:
    """The passes `place`, `depth_pane` and `anaglyph`; each is made when it is first needed."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._passes: dict[str, FullscreenPass] = {}
        self._targets: dict[str, Target] = {}

    def target(self, look: Look, scale: float) -> Target:
        """What `look` is to be drawn into, `scale` times as large as it is shown."""
        size = look.size(scale)
        if look.eye not in self._targets:
            self._targets[look.eye] = Target(self._ctx, size, components=4, has_depth=True)
        self._targets[look.eye].resize(size)
        return self._targets[look.eye]

    def draw_looks(self, target: Target, layout: Layout, scale: float) -> None:
        """Put what was drawn for the looks of `layout` into their places in `target`."""
        pictures = [self.target(look, scale).texture for look in layout.looks]
        if layout.is_overlaid:
            self._run("anaglyph", target, layout.looks[0].area, left=pictures[0], right=pictures[1])
            return
        for look, picture in zip(layout.looks, pictures, strict=True):
            self._run("place", target, look.area, picture=picture, rows=(1, 0))

    def stretch(self, drawn: Target, target: Target) -> None:
        """Fill `target` with `drawn`."""
        self._run("place", target, (0, 0, *target.size), picture=drawn.texture, rows=(1, 0))

    def draw_panes(
        self, target: Target, layout: Layout, textures: SceneTextures, world: Uniforms, settings: DisplaySettings
    ) -> None:
        """Draw the flat picture and its depth, where `layout` has them."""
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
