"""The clean plate: what the camera saw behind that which now stands in front."""

import moderngl

from engine.frames import DepthFrame
from engine.render.fullscreen import FullscreenPass
from engine.render.target import Target
from engine.render.view import Scene
from engine.settings import DisplaySettings

_MOST = 12.0  # MOST in plate.frag: how often a sample is seen at most


class PlatePass:
    """Remembers, for each vertex, the farthest colour and depth that was seen there for some time.

    It starts anew with another source, network, grid or shot: after a cut, and while the camera moves.
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self._pass = FullscreenPass(ctx, "plate.frag")
        self._old, self._new = (Target(ctx, (2, 2), components=4, also=(2, "f4")) for _ in range(2))
        self._seen: DepthFrame | None = None

    def run(self, front: Scene, frame: DepthFrame, settings: DisplaySettings) -> Target:
        """The plate after `frame`: textures of colour, and of inverse depth with how often it was seen."""
        size = front.depth.size
        if frame is self._seen and self._new.size == size:
            return self._new
        is_first = self._seen is None or _scene_of(frame) != _scene_of(self._seen) or self._new.size != size
        step_s = 0.0 if self._seen is None else max(frame.frame.time_s - self._seen.frame.time_s, 0.0)
        self._old, self._new, self._seen = self._new, self._old, frame
        self._old.resize(size)
        self._new.resize(size)
        old = {"old_colour": self._old.texture, "old_state": self._old.textures[1]}
        self._pass.run(
            self._new,
            {"colour": front.colour, "grid_depth": front.depth, **old},
            is_first=is_first, forgotten=_MOST * step_s / settings.hole_memory_s, edge_cut=settings.edge_cut,
            **front.world,
        )  # fmt: skip
        return self._new

    def release(self) -> None:
        self._old.release()
        self._new.release()
        self._pass.release()


def _scene_of(frame: DepthFrame) -> tuple[object, ...]:
    return frame.frame.source_id, frame.model, frame.kind, frame.shot
