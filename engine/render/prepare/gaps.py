"""The pass that fills gaps in the depth map."""

import moderngl

from engine.render.gpu.fullscreen import FullscreenPass
from engine.render.gpu.target import Target
from engine.render.view_inputs import Uniforms


class GapPass:
    """Depth map with gaps -> depth map with a value everywhere.

    A pyramid (push-pull, Gortler et al. 1996) that never mixes near and far: a gap continues the farther of the
    surfaces around it, unless the picture's color says otherwise. What was measured stays as it is.
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._pull = [FullscreenPass(ctx, "gap_pull.frag", defines={"FINEST": is_finest}) for is_finest in (0, 1)]
        self._push = [FullscreenPass(ctx, "gap_push.frag", defines={"FINEST": is_finest}) for is_finest in (0, 1)]
        self._levels: list[tuple[Target, Target]] = []
        """Each coarser level, with gaps and without."""
        self._target = Target(ctx, (1, 1), components=1, dtype="f4")

    def run(self, depth: moderngl.Texture, color: moderngl.Texture, world: Uniforms) -> moderngl.Texture:
        """Return the depth map without gaps; unchanged if nothing in it was measured."""
        finest = {"depth": depth, "color": color}
        levels = self._fit(depth.size)
        below = finest
        for level, (pulled, _) in enumerate(levels):
            self._pull[level == 0].run(pulled, below, **world)
            below = _textures("finer", pulled)
        coarser = levels[-1][0]
        for pulled, filled in levels[-2::-1]:
            self._push[False].run(filled, _textures("finer", pulled) | _textures("coarser", coarser), **world)
            coarser = filled
        self._target.resize(depth.size)
        self._push[True].run(self._target, finest | _textures("coarser", coarser), **world)
        return self._target.texture

    def release(self) -> None:
        for level in self._levels:
            for target in level:
                target.release()
        for part in (*self._pull, *self._push):
            part.release()
        self._target.release()

    def _fit(self, size: tuple[int, int]) -> list[tuple[Target, Target]]:
        """Return the levels for a map of `size`, down to one texel."""
        count = max(1, (max(size) - 1).bit_length())
        while len(self._levels) < count:
            pulled, filled = (Target(self._ctx, (1, 1), components=4, dtype="f4", also=[(4, "f4")]) for _ in range(2))
            self._levels.append((pulled, filled))
        for number, level in enumerate(self._levels[:count], start=1):
            for target in level:
                target.resize((-(-size[0] >> number), -(-size[1] >> number)))
        return self._levels[:count]


def _textures(name: str, level: Target) -> dict[str, moderngl.Texture]:
    return {name: level.texture, f"{name}_beside": level.textures[1]}
