"""The pass that removes outliers and points that are too far away."""

import moderngl
import numpy as np

from engine.frames import DepthFrame
from engine.geometry.world import WorldMap, is_measured
from engine.render.gpu.fullscreen import FullscreenPass
from engine.render.gpu.target import Target
from engine.render.view_inputs import Uniforms
from engine.settings import SceneSettings


class OutlierPass:
    """Depth map -> depth map with holes; its settings are `depth_threshold`, `sor_neighbors` and `sor_std_ratio`.

    Statistical outlier removal (Rusu et al., "Towards 3D Point Cloud Based Object Maps for Household Environments",
    2008) with neighbors in the image instead of in space, so that a few fetches per pixel suffice.
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self._measure = FullscreenPass(ctx, "spread.frag")
        self._remove = FullscreenPass(ctx, "outliers.frag")
        self._spread = Target(ctx, (1, 1), components=4, dtype="f4")
        self._target = Target(ctx, (1, 1), components=1, dtype="f4")

    @staticmethod
    def is_wanted(settings: SceneSettings) -> bool:
        """Return whether the settings ask for any removal."""
        return settings.sor_neighbors > 0 or settings.depth_threshold < 1

    def run(
        self, frame: DepthFrame, depth: moderngl.Texture, settings: SceneSettings, world_map: WorldMap, world: Uniforms
    ) -> moderngl.Texture:
        """Return the depth map with holes. `depth`: that of `frame`, possibly changed by earlier passes."""
        by_neighbors = settings.sor_neighbors > 0
        if by_neighbors:
            self._spread.resize((_power_of_two(depth.width), _power_of_two(depth.height)))
            self._measure.run(self._spread, {"depth": depth}, neighbors=settings.sor_neighbors, **world)
            self._spread.texture.build_mipmaps()
        self._target.resize(depth.size)
        self._remove.run(
            self._target,
            {"depth": depth, "spread": self._spread.texture},
            std_ratio=settings.sor_std_ratio if by_neighbors else 0.0,
            farthest=farthest(frame, settings, world_map),
            **world,
        )
        return self._target.texture

    def release(self) -> None:
        self._target.release()
        self._spread.release()
        self._remove.release()
        self._measure.release()


def _power_of_two(length: int) -> int:
    """Round up to a power of two: only then is the last mipmap level the exact mean of all texels."""
    return 1 << (length - 1).bit_length()


def farthest(frame: DepthFrame, settings: SceneSettings, world_map: WorldMap) -> tuple[float, float]:
    """Return the sign by which depth values of `frame` grow with distance, and the largest signed value to keep."""
    way = 1.0 if world_map.is_disparity == (world_map.t_gain < 0) else -1.0
    if settings.depth_threshold == 1:
        return 0.0, 1.0
    values = frame.depth[::2, ::2]
    values = values[is_measured(values, world_map.is_disparity)]
    if values.size == 0:
        return 0.0, 1.0
    return way, float(np.quantile(way * values, settings.depth_threshold))
