"""The clean plate: what the camera saw earlier behind the current foreground."""

import moderngl

from engine.frames import DepthFrame
from engine.render.gpu.fullscreen import FullscreenPass
from engine.render.gpu.target import Target
from engine.render.view_inputs import Scene
from engine.settings import DisplaySettings

_MOST = 12.0  # MOST in plate.frag: the limit of the counter of sightings
_KEPT = 2


class PlatePass:
    """Remembers, for each vertex, the farthest color and depth that was seen there recently.

    It is reset by another source, network or shot: after a cut, and while the camera moves. The grids used last have a
    plate each, so that drawing one finer picture in between does not lose the memory.
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._pass = FullscreenPass(ctx, "plate.frag")
        self._plates: dict[tuple[tuple[int, int], str], _Plate] = {}

    def run(self, front: Scene, frame: DepthFrame, depth: moderngl.Texture, settings: DisplaySettings) -> Target:
        """Return the plate after `frame`: textures of color, and of inverse depth and number of sightings.

        depth: the depth map of `frame`, with its gaps.
        """
        key = front.depth.size, front.small_color.dtype
        plate = self._plates.pop(key, None) or _Plate(self._ctx, *key)
        self._plates[key] = plate  # the most recently used one is last
        if len(self._plates) > _KEPT:
            self._plates.pop(next(iter(self._plates))).release()
        if frame is plate.seen:
            return plate.new
        is_first = plate.seen is None or shot_of(frame) != shot_of(plate.seen)
        step_s = 0.0 if plate.seen is None else max(frame.frame.time_s - plate.seen.frame.time_s, 0.0)
        plate.turn(frame)
        old = {"old_color": plate.old.texture, "old_state": plate.old.textures[1]}
        self._pass.run(
            plate.new,
            {"color": front.small_color, "grid_depth": front.depth, "depth": depth, **old},
            is_first=is_first, forgotten=_MOST * step_s / settings.hole_memory_s, edge_cut=settings.edge_cut,
            **front.world,
        )  # fmt: skip
        return plate.new

    def release(self) -> None:
        for plate in self._plates.values():
            plate.release()
        self._pass.release()


class _Plate:
    """Two targets that swap roles: the memory, and the one it is updated from."""

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int], dtype: str) -> None:
        self.old, self.new = (Target(ctx, size, components=4, dtype=dtype, also=[(2, "f4")]) for _ in range(2))
        self.seen: DepthFrame | None = None

    def turn(self, frame: DepthFrame) -> None:
        self.old, self.new, self.seen = self.new, self.old, frame

    def release(self) -> None:
        self.old.release()
        self.new.release()


def shot_of(frame: DepthFrame) -> tuple[object, ...]:
    """Return what frames have in common that see the same place from the same camera, through the same network."""
    return frame.frame.source_id, frame.model, frame.kind, frame.shot
