"""Preparing a depth frame for drawing: everything that does not depend on the view."""

from dataclasses import dataclass, replace

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.frames import DepthFrame
from engine.geometry.mesh import cell_triangles
from engine.geometry.world import Array, WorldMap, is_measured, world_map
from engine.gl.context import is_software
from engine.render.gpu.readback import read_values
from engine.render.gpu.textures import SceneTextures, small_colors
from engine.render.passes import Passes
from engine.render.prepare.bilateral import REACH, BilateralPass
from engine.render.prepare.decimation import Mask, triangles
from engine.render.prepare.edges import EdgePass
from engine.render.prepare.fill import FillPass
from engine.render.prepare.gaps import GapPass
from engine.render.prepare.grid import grid_size
from engine.render.prepare.hidden import hidden_tiles
from engine.render.prepare.layers import Layers, is_cut_out
from engine.render.prepare.lighting import Lighting
from engine.render.prepare.matte import MattePass
from engine.render.prepare.outliers import OutlierPass
from engine.render.prepare.outpaint import OutpaintPass
from engine.render.prepare.plate import PlatePass
from engine.render.prepare.refinement import (
    SplitCells,
    cell_numbers,
    depth_tiles,
    edge_tiles,
    fine_size,
    near_edges,
)
from engine.render.prepare.resample import ResamplePass
from engine.render.prepare.smooth import SmoothPass
from engine.render.prepare.snap import FINER, SnapPass
from engine.render.prepare.tiling import spread
from engine.render.view_inputs import BackgroundLayer, FineGrid, Scene, Uniforms, world_uniforms
from engine.settings import DisplaySettings, Settings

LARGEST_HOLE = 0.25
"""Without inpainting, the clean plate shows in holes up to this share of the picture's width."""
FLAT = 0.0003
"""Tolerated distance of inverse depth from a plane, as a share, per pixel between vertices: a coarser grid is less
exact anyway. Seen from 20° to the side this is an eighth of a pixel in a picture 1280 pixels wide."""
_CUT = (0.25, 0.75)  # EdgePass writes 0.5 for a cut cell
_NONE = np.empty(0, np.intp)


@dataclass(frozen=True, slots=True, eq=False)
class _Making:
    """A scene in the making: what its passes need to know."""

    frame: DepthFrame
    display: DisplaySettings
    layers: Layers
    world: WorldMap
    uniforms: Uniforms
    depth: moderngl.Texture
    """The filtered depth map."""
    steady: DepthFrame | None
    """The frame, if its cuts are kept steady."""


class Preparation:
    """Makes scenes of depth frames: filters depth, resamples it to the grid, cuts edges, adds background and light."""

    def __init__(self, ctx: moderngl.Context, passes: Passes) -> None:
        self._ctx, self._passes = ctx, passes
        self._is_software = is_software(ctx)
        self.textures = SceneTextures(ctx)
        self.last: tuple[DepthFrame, Settings, Scene] | None = None
        """The last scene, and what it was made of."""

    def scene(self, frame: DepthFrame, settings: Settings, width_px: int) -> Scene:
        """Return `frame` as a scene that is drawn `width_px` wide; 0: its colors are not drawn now.

        It is prepared again only for another frame or other settings.
        """
        self.textures.upload(frame, width_px)
        if self.last is None or self.last[0] is not frame or self.last[1] is not settings:
            self.last = frame, settings, self._lit(self._layers(frame, settings), frame, settings)
        elif self.last[2].color is not self.textures.color:  # another size
            self.last = frame, settings, replace(self.last[2], color=self.textures.color)
        return self.last[2]

    def release(self) -> None:
        self.textures.release()

    def _layers(self, frame: DepthFrame, settings: Settings) -> Scene:
        """Return the layers without light. They are kept while only the light changes."""
        display = settings.display
        if self.last is not None:
            same = self.last[0] is frame and self.last[1].scene == settings.scene and self.last[1].display == display
            if same:
                return replace(self.last[2], color=self.textures.color)
        layers = Layers.of(frame, settings, is_software=self._is_software)
        world = world_map(frame, settings.scene)
        uniforms = world_uniforms(world, frame)
        vertices = grid_size(frame.frame.geometry_px, display.subsample)
        finest = fine_size(vertices) if layers.is_fine else vertices
        depth = self._filtered(frame, settings, finest, world, uniforms)
        steady = frame if frame.is_rough and settings.depth.temporal_filter else None
        made = _Making(frame, display, layers, world, uniforms, depth, steady)
        scene = self._grid(made, vertices, finest)
        if not (layers.has_cells or layers.has_backdrop):
            return scene
        values = read_values(self._ctx, scene.depth)
        distance = world.view_distance(values)
        distance[~is_measured(values, world.is_disparity)] = np.nan
        if layers.has_backdrop:
            backdrop = self._passes[OutpaintPass].run(
                small_colors(frame.frame), world.plane_value(values), distance, display.border_fill,
                has_inside=display.hole_fill > 0,
            )  # fmt: skip
            scene = replace(scene, backdrop=backdrop)
        if layers.has_cells:
            cells = read_values(self._ctx, scene.edges)[:-1, :-1]  # the last vertices have no cell
            scene = self._meshed(made, scene, cells, distance)
            if layers.has_background:
                scene = replace(scene, background=self._background(made, scene, cells, distance))
        return scene

    def _filtered(
        self, frame: DepthFrame, settings: Settings, finest: tuple[int, int], world: WorldMap, uniforms: Uniforms
    ) -> moderngl.Texture:
        """Return the depth map of `frame` without gaps and outliers, its edges sharpened.

        finest: vertices (across, down) of the finest grid that it is for.
        """
        display, guide, depth = settings.display, self.textures.guide, self.textures.depth
        if settings.scene.fill_gaps and self.textures.has_gaps:
            depth = self._passes[GapPass].run(depth, guide, uniforms)
        if OutlierPass.is_wanted(settings.scene):
            depth = self._passes[OutlierPass].run(frame, depth, settings.scene, world, uniforms)
        if settings.scene.smooth:
            depth = self._passes[SmoothPass].run(depth, uniforms)
        moved_px = 0
        if frame.is_rough and min(display.edge_guide, display.edge_cut) > 0:
            depth = self._passes[BilateralPass].run(frame, depth, guide, display, world, uniforms)
            moved_px = REACH
        if display.edge_snap > 0 and display.edge_cut > 0:
            depth = self._passes[SnapPass].run(frame, depth, guide, finest, display, world, uniforms, moved_px=moved_px)
        return depth

    def _grid(self, made: _Making, vertices: tuple[int, int], finest: tuple[int, int]) -> Scene:
        """Return the front layer with nothing but its grid of `vertices`."""
        depth = self._resampled(made, vertices, finest)
        edges = self._passes[EdgePass].run(depth, made.display.edge_cut, made.uniforms, steady=made.steady)
        color, small = self.textures.color, self.textures.small_color
        return Scene(color, small, made.frame.frame.geometry_px, depth, edges, _NONE, None, None, made.uniforms)

    def _resampled(
        self, made: _Making, vertices: tuple[int, int], finest: tuple[int, int], tiles: Mask | None = None
    ) -> moderngl.Texture:
        # a map just as fine as the grid knows more of an edge than the picture
        is_as_fine = finest[0] <= made.frame.depth.shape[1] < FINER * finest[0]
        voter = self.textures.guide if made.display.edge_guide > 0 and not is_as_fine else None
        return self._passes[ResamplePass].run(made.depth, voter, vertices, made.display, made.uniforms, tiles)

    def _meshed(self, made: _Making, scene: Scene, cells: NDArray[np.floating], distance: Array) -> Scene:
        """Return `scene` with its triangles and cut cells, fine ones along edges, and its matte.

        cells: what `EdgePass` wrote. distance: of the vertices, NaN where depth is missing.
        """
        layers, display = made.layers, made.display
        is_whole, is_cut = cells == 0, _is_cut(cells)
        listed, finest_cut = is_whole, is_cut
        if layers.is_fine:
            near = near_edges(is_cut, ~(is_whole | is_cut))
            finest = fine_size(scene.depth.size)
            fine_depth = self._resampled(made, finest, finest, depth_tiles(near))
            fine_edges = self._passes[EdgePass].run(
                fine_depth, display.edge_cut, made.uniforms, edge_tiles(near), steady=made.steady
            )
            quarters = read_values(self._ctx, fine_edges)[:-1, :-1]
            split = SplitCells.of(near, is_whole, quarters == 0)
            listed = is_whole & ~split.split & ~split.beside
            finest_cut = _is_cut(quarters) & split.finer()
            scene = replace(scene, fine=FineGrid(fine_depth, fine_edges, split.triangles(quarters == 0)))
        elif layers.has_matte and layers.has_mesh and display.subsample == 1:
            rim = is_whole & spread(is_cut, np.logical_or)
            listed = is_whole & ~rim
            rim_triangles = cell_triangles(cell_numbers(rim), scene.depth.width).ravel()
            scene = replace(scene, fine=FineGrid(scene.depth, scene.edges, rim_triangles))
        if layers.has_matte:
            is_exact = made.frame.model == "source"
            matte = self._passes[MattePass].run(scene.finest, finest_cut, display.edge_cut, is_exact=is_exact)
            scene = replace(scene, matte=matte)
        if layers.has_mesh:
            even = distance if made.world.is_relief else 1 / distance
            flat = FLAT * scene.picture_px[0] / scene.depth.width
            scene = replace(scene, triangles=triangles(even, listed, flat))
        return replace(scene, cut_vertices=cell_numbers(finest_cut))

    def _background(
        self, made: _Making, scene: Scene, cells: NDArray[np.floating], distance: Array
    ) -> BackgroundLayer | None:
        """Return what is behind the front layer of `scene`; None where nothing is cut or missing."""
        plate = None
        if made.display.hole_memory_s > 0:
            plate = self._passes[PlatePass].run(scene, made.frame, self.textures.depth, made.display)
        if not cells.any():
            return None
        tiles = hidden_tiles(distance, _is_cut(cells), made.display.hole_fill or LARGEST_HOLE)
        return self._passes[FillPass].run(
            scene, tiles, plate, made.display, made.world, is_cut_out=is_cut_out(made.frame)
        )

    def _lit(self, scene: Scene, frame: DepthFrame, settings: Settings) -> Scene:
        world = world_map(frame, settings.scene)
        shade = self._passes[Lighting].run(scene.depth, frame, world, scene.world, settings.light)
        return replace(scene, shade=shade)


def _is_cut(cells: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return which of the cells that `EdgePass` wrote are cut by an edge."""
    return (cells > _CUT[0]) & (cells < _CUT[1])
