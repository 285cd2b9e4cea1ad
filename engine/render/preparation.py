"""From a depth frame to a scene: what depends on the frame and the settings, and not on the view."""

from dataclasses import replace

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.frames import DepthFrame
from engine.render.edges import EdgePass
from engine.render.fill import FillPass
from engine.render.grid import grid_size
from engine.render.hidden import hidden_tiles
from engine.render.lighting import Lighting
from engine.render.outliers import OutlierPass
from engine.render.passes import Passes
from engine.render.plate import PlatePass
from engine.render.readback import read_values
from engine.render.resample import ResamplePass
from engine.render.smooth import SmoothPass
from engine.render.snap import SnapPass
from engine.render.target import Target
from engine.render.textures import SceneTextures
from engine.render.view import Behind, Scene, world_uniforms
from engine.settings import DisplaySettings, Settings
from engine.world import WorldMap, is_measured, world_map

LARGEST_HOLE = 0.25
"""Where nothing is painted, the memory shows in holes up to this share of the picture's width."""
_CUT = (0.25, 0.75)  # a cut cell's value lies between: EdgePass writes a half
_NONE = np.empty(0, np.intp)


class Preparation:
    """Brings depth frames to the GPU: sharpened, brought to the grid, cut at edges, and with what lies behind."""

    def __init__(self, ctx: moderngl.Context, passes: Passes) -> None:
        self._ctx, self._passes = ctx, passes
        self.textures = SceneTextures(ctx)
        self.last: tuple[DepthFrame, Settings, Scene] | None = None
        """What was made last, and of what."""

    def scene(self, frame: DepthFrame, settings: Settings) -> Scene:
        """`frame`, ready to be drawn; made anew only for another frame or other settings."""
        if self.last is None or self.last[0] is not frame or self.last[1] is not settings:
            self.last = frame, settings, self._lit(self._layers(frame, settings), frame, settings)
        return self.last[2]

    def release(self) -> None:
        self.textures.release()

    def _layers(self, frame: DepthFrame, settings: Settings) -> Scene:
        """The layers without light. While only the light changes, as under a lamp that is moved, they stay."""
        display = settings.display
        if self.last is not None:
            same = self.last[0] is frame and self.last[1].scene == settings.scene and self.last[1].display == display
            if same:
                return self.last[2]
        self.textures.upload(frame)
        colour, depth = self.textures.colour, self.textures.depth
        world = world_map(frame, settings.scene)
        uniforms = world_uniforms(world, frame)
        if OutlierPass.is_wanted(settings.scene):
            depth = self._passes[OutlierPass].run(frame, depth, settings.scene, world, uniforms)
        if settings.scene.smooth:
            depth = self._passes[SmoothPass].run(depth, uniforms)
        vertices = grid_size(colour.size, display.subsample)
        if display.edge_snap > 0 and display.edge_cut > 0:
            depth = self._passes[SnapPass].run(frame, depth, colour, vertices, display, uniforms)
        depth = self._passes[ResamplePass].run(depth, colour, vertices, display, uniforms)
        edges = self._passes[EdgePass].run(depth, display.edge_cut, uniforms)
        front = Scene(colour, depth, edges, _NONE, None, uniforms)
        if not is_closed(display) or max(display.edge_feather, display.hole_memory_s, display.hole_fill) <= 0:
            return front
        cells = read_values(self._ctx, edges)
        cells[-1], cells[:, -1] = 0, 0  # the last vertices have none
        is_cut = (cells > _CUT[0]) & (cells < _CUT[1])
        behind = None
        # with a limit of depth, what is behind things is what the user left out: it must not be painted anew
        if max(display.hole_memory_s, display.hole_fill) > 0 and settings.scene.depth_threshold == 1:
            plate = self._passes[PlatePass].run(front, frame, display) if display.hole_memory_s > 0 else None
            if cells.any():
                behind = self._behind(front, is_cut, plate, world, display)
        return replace(front, cut_vertices=np.flatnonzero(is_cut), behind=behind)

    def _lit(self, scene: Scene, frame: DepthFrame, settings: Settings) -> Scene:
        world = world_map(frame, settings.scene)
        shade = self._passes[Lighting].run(scene.depth, frame, world, scene.world, settings.light)
        return replace(scene, shade=shade)

    def _behind(
        self, front: Scene, is_cut: NDArray[np.bool_], plate: Target | None, world: WorldMap, settings: DisplaySettings
    ) -> Behind:
        depth = read_values(self._ctx, front.depth)
        distance = world.view_distance(depth)
        distance[~is_measured(depth, world.is_disparity)] = np.nan
        tiles = hidden_tiles(distance, is_cut[:-1, :-1], settings.hole_fill or LARGEST_HOLE)
        return self._passes[FillPass].run(front, tiles, plate, settings)


def is_closed(settings: DisplaySettings) -> bool:
    """Whether the surface is one that can have edges and holes."""
    return settings.display_mode == "mesh" and not settings.wireframe and settings.edge_cut > 0
