"""The clean plate: what the camera saw behind that which now stands in front."""

import moderngl

from engine.frames import DepthFrame
from engine.render.gpu.fullscreen import FullscreenPass
from engine.render.gpu.target import Target
from engine.render.view_inputs import Scene
from engine.settings import DisplaySettings

_MOST = 12.0  # MOST in plate.frag: how often a sample is seen at most
_KEPT = 2


class PlatePass:
    """Remembers, for each vertex, the farthest color and depth that was seen there for some time.

    It starts anew with another source, network or shot: after a cut, and while the camera moves. There is one plate
    for each of the grids used last, so that a picture drawn finer in between does not cost the memory.
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._pass = FullscreenPass(ctx, "plate.frag")
        self._plates: dict[tuple[int, int], _Plate] = {}

    def run(self, front: Scene, frame: DepthFrame, settings: DisplaySettings) -> Target:
        """The plate after `frame`: textures of color, and of inverse depth with how often it was seen."""
        size = front.depth.size
        plate = self._plates.pop(size, None) or _Plate(self._ctx, size)
        self._plates[size] = plate  # the last is the one used last
        if len(self._plates) > _KEPT:
            self._plates.pop(next(iter(self._plates))).release()
        if frame is plate.seen:
            return plate.new
        is_first = plate.seen is None or _scene_of(frame) != _scene_of(plate.seen)
        step_s = 0.0 if plate.seen is None else max(frame.frame.time_s - plate.seen.frame.time_s, 0.0)
        plate.turn(frame)
        old = {"old_color": plate.old.texture, "old_state": plate.old.textures[1]}
        self._pass.run(
            plate.new,
            {"color": front.color, "grid_depth": front.depth, **old},
            is_first=is_first, forgotten=_MOST * step_s / settings.hole_memory_s, edge_cut=settings.edge_cut,
            **front.world,
        )  # fmt: skip
        return plate.new

    def release(self) -> None:
        for plate in self._plates.values():
            plate.release()
        self._pass.release()


class _Plate:
    """Two targets that take turns: what is remembered, and what it is made from."""

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int]) -> None:
        self.old, self.new = (Target(ctx, size, components=4, also=(2, "f4")) for _ in range(2))
        self.seen: DepthFrame | None = None

    def turn(self, frame: DepthFrame) -> None:
        self.old, self.new, self.seen = self.new, self.old, frame

    def release(self) -> None:
        self.old.release()
        self.new.release()


def _scene_of(frame: DepthFrame) -> tuple[object, ...]:
    return frame.frame.source_id, frame.model, frame.kind, frame.shot
