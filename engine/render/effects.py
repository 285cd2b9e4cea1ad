"""What changes a picture after it was drawn: full-screen passes, one after the other."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import moderngl

from engine.render.fullscreen import FullscreenPass
from engine.render.target import Target
from engine.render.view import View
from engine.settings import Settings


class Effect(ABC):
    """One full-screen pass: a subclass, its shader and its setting.

    The shader gets `u_picture`, what was drawn so far; `u_distance`, the depth buffer; `u_strength`; and what
    `uniforms` adds. At strength 0 an effect is neither run nor compiled.
    """

    shader: ClassVar[str]
    """File of the fragment shader."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._pass = FullscreenPass(ctx, self.shader)

    @staticmethod
    @abstractmethod
    def strength(settings: Settings) -> float:
        """How strong it is; 0: not at all."""

    def uniforms(self, view: View, settings: Settings) -> dict[str, Any]:
        """Further values for the shader."""
        return {}

    def run(self, drawn: Target, picture: moderngl.Texture, target: Target, view: View, settings: Settings) -> None:
        """From `picture`, and the depth buffer of `drawn`, into `target`."""
        assert drawn.depth is not None
        textures = {"picture": picture, "distance": drawn.depth}
        self._pass.run(target, textures, strength=self.strength(settings), **self.uniforms(view, settings))

    def release(self) -> None:
        self._pass.release()


class EffectChain:
    """The effects in their order, and the targets between them.

    With no effect at work the scene is drawn straight into the picture, and nothing here costs memory or time.
    """

    def __init__(self, ctx: moderngl.Context, effects: Sequence[type[Effect]]) -> None:
        self._ctx = ctx
        self._kinds = tuple(effects)
        self._effects: dict[type[Effect], Effect] = {}
        self._targets: dict[str, Target] = {}

    def draw(self, draw_scene: Callable[[Target], None], target: Target, view: View, settings: Settings) -> Target:
        """Have the scene drawn, and changed by each effect, into `target`. Returns the target with its depth buffer."""
        active = [kind for kind in self._kinds if kind.strength(settings) > 0]
        if not active:
            draw_scene(target)
            return target
        drawn = self._target("drawn", target.size, has_depth=True)
        draw_scene(drawn)
        picture = drawn.texture
        for at, kind in enumerate(active):
            effect = self._effects.get(kind) or self._effects.setdefault(kind, kind(self._ctx))
            into = target if kind is active[-1] else self._target("even" if at % 2 else "odd", target.size)
            effect.run(drawn, picture, into, view, settings)
            picture = into.texture
        return drawn

    def release(self) -> None:
        for effect in self._effects.values():
            effect.release()
        for target in self._targets.values():
            target.release()

    def _target(self, name: str, size: tuple[int, int], *, has_depth: bool = False) -> Target:
        if name not in self._targets:
            self._targets[name] = Target(self._ctx, size, components=4, has_depth=has_depth)
        self._targets[name].resize(size)
        return self._targets[name]
