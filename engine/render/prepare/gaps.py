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
        """What each coarser level has, and the same without gaps."""
        self._target = Target(ctx, (1, 1), components=1, dtype="f4")

    def run(self, depth: moderngl.Texture, color: moderngl.Texture, world: Uniforms) -> moderngl.Texture:
        """Return the depth map without gaps; unchanged if nothing in it was measured."""
        finest = {"depth": depth, "color": color}
        pulled = self._fit(depth.size)
        below = finest
        for level, (has, _) in enumerate(pulled):
            self._pull[level == 0].run(has, below, **world)
            below = {"finer": has.texture, "finer_color": has.textures[1]}
        coarser = pulled[-1][0].texture
        for has, filled in pulled[-2::-1]:
            textures = {"finer": has.texture, "finer_color": has.textures[1], "coarser": coarser}
            self._push[False].run(filled, textures, **world)
            coarser = filled.texture
        self._target.resize(depth.size)
        self._push[True].run(self._target, {**finest, "coarser": coarser}, **world)
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
            has = Target(self._ctx, (1, 1), components=4, dtype="f4", also=(4, "f4"))
            self._levels.append((has, Target(self._ctx, (1, 1), components=4, dtype="f4")))
        for number, level in enumerate(self._levels[:count], start=1):
            for target in level:
                target.resize((-(-size[0] >> number), -(-size[1] >> number)))
        return self._levels[:count]
