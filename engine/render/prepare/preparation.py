"""Preparing a depth frame for drawing: everything that does not depend on the view."""

from dataclasses import replace

import moderngl
import numpy as np
from numpy.typing import NDArray

from engine.frames import DepthFrame
from engine.geometry.mesh import cell_triangles
from engine.geometry.world import WorldMap, is_measured, world_map
from engine.gl.context import is_software
from engine.render.gpu.readback import read_values
from engine.render.gpu.textures import SceneTextures
from engine.render.passes import Passes
from engine.render.prepare.bilateral import REACH, BilateralPass
from engine.render.prepare.decimation import triangles
from engine.render.prepare.edges import EdgePass
from engine.render.prepare.fill import FillPass
from engine.render.prepare.gaps import GapPass
from engine.render.prepare.grid import grid_size
from engine.render.prepare.hidden import hidden_tiles
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
from engine.render.view_inputs import FineGrid, Scene, Uniforms, world_uniforms
from engine.settings import DisplaySettings, Settings

LARGEST_HOLE = 0.25
"""Without inpainting, the clean plate shows in holes up to this share of the picture's width."""
FLAT = 0.0003
"""Tolerated distance of inverse depth from a plane, as a share, per pixel between vertices: a coarser grid is less
exact anyway. Seen from 20° to the side this is an eighth of a pixel in a picture 1280 pixels wide."""
COARSEST_SPLIT = 2
"""Pixels between the vertices of the coarsest grid whose cells are split at edges. On coarser ones, a grid with smaller
cells everywhere looks almost as good and takes less time."""
_CUT = (0.25, 0.75)  # EdgePass writes 0.5 for a cut cell
_NONE = np.empty(0, np.intp)


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
        color, guide = self.textures.color, self.textures.guide
        picture_px = frame.frame.geometry_px
        world = world_map(frame, settings.scene)
        uniforms = world_uniforms(world, frame)
        vertices = grid_size(picture_px, display.subsample)
        is_fine = is_refined(display)
        finest = fine_size(vertices) if is_fine else vertices
        mapped = self._filtered(frame, settings, finest, world, uniforms)
        # a map just as fine as the grid knows more of an edge than the picture
        is_as_fine = finest[0] <= frame.depth.shape[1] < FINER * finest[0]
        voter = guide if display.edge_guide > 0 and not is_as_fine else None
        depth = self._passes[ResamplePass].run(mapped, voter, vertices, display, uniforms)
        edges = self._passes[EdgePass].run(depth, display.edge_cut, uniforms)
        front = Scene(color, guide, picture_px, depth, edges, _NONE, None, None, uniforms)
        has_holes = is_closed(display) and max(display.edge_feather, display.hole_memory_s, display.hole_fill) > 0
        has_matte = is_closed(display) and display.edge_feather > 0
        has_mesh = is_merged(display) and (is_fine or has_matte or self._is_software)
        # with a depth limit, what lies around is what the user removed; around a cut-out image, there is nothing
        is_limited = settings.scene.depth_threshold < 1 or _is_cut_out(frame)
        has_backdrop = is_solid(display) and display.view != "normals" and not is_limited
        has_backdrop = has_backdrop and max(display.border_fill, display.hole_fill) > 0
        if not (has_holes or has_mesh or has_backdrop):
            return front
        values = read_values(self._ctx, depth)
        distance = world.view_distance(values)
        distance[~is_measured(values, world.is_disparity)] = np.nan
        if has_backdrop:
            backdrop = self._passes[OutpaintPass].run(
                frame.frame.geometry_image, world.plane_value(values), distance, display.border_fill,
                has_inside=display.hole_fill > 0,
            )  # fmt: skip
            front = replace(front, backdrop=backdrop)
        if not (has_holes or has_mesh):
            return front
        cells = read_values(self._ctx, edges)[:-1, :-1]  # the last vertices have no cell
        is_whole, is_cut = cells == 0, _is_cut(cells)
        listed, finest_cut = is_whole, is_cut
        if is_fine:
            near = near_edges(is_cut, ~(is_whole | is_cut))
            fine_depth = self._passes[ResamplePass].run(mapped, voter, finest, display, uniforms, depth_tiles(near))
            fine_edges = self._passes[EdgePass].run(fine_depth, display.edge_cut, uniforms, edge_tiles(near))
            quarters = read_values(self._ctx, fine_edges)[:-1, :-1]
            split = SplitCells.of(near, is_whole, quarters == 0)
            listed = is_whole & ~split.split & ~split.beside
            finest_cut = _is_cut(quarters) & split.finer()
            front = replace(front, fine=FineGrid(fine_depth, fine_edges, split.triangles(quarters == 0)))
        elif has_matte and has_mesh and display.subsample == 1:
            rim = is_whole & spread(is_cut, np.logical_or)
            listed = is_whole & ~rim
            front = replace(front, fine=FineGrid(depth, edges, cell_triangles(cell_numbers(rim), vertices[0]).ravel()))
        if has_matte:
            matte = self._passes[MattePass].run(front.finest, finest_cut, is_exact=frame.model == "source")
            front = replace(front, matte=matte)
        cut = cell_numbers(finest_cut)
        if has_mesh:
            even = distance if world.is_relief else 1 / distance
            whole = triangles(even, listed, FLAT * picture_px[0] / vertices[0])
            front = replace(front, triangles=whole, cut_vertices=cut)
        if not has_holes:
            return front
        background = None
        if max(display.hole_memory_s, display.hole_fill) > 0 and not is_limited:
            plate = None
            if display.hole_memory_s > 0:
                plate = self._passes[PlatePass].run(front, frame, self.textures.depth, display)
            if cells.any():
                tiles = hidden_tiles(distance, is_cut, display.hole_fill or LARGEST_HOLE)
                background = self._passes[FillPass].run(front, tiles, plate, display, world)
        return replace(front, cut_vertices=cut, background=background)

    def _filtered(
        self, frame: DepthFrame, settings: Settings, finest: tuple[int, int], world: WorldMap, uniforms: Uniforms
    ) -> moderngl.Texture:
        """Return the depth map of `frame` without gaps and outliers, its edges sharpened.

        finest: vertices (across, down) of the finest grid that it is for.
        """
        display, guide, depth = settings.display, self.textures.guide, self.textures.depth
        if settings.scene.fill_gaps and self.textures.has_gaps and not _is_cut_out(frame):
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

    def _lit(self, scene: Scene, frame: DepthFrame, settings: Settings) -> Scene:
        world = world_map(frame, settings.scene)
        shade = self._passes[Lighting].run(scene.depth, frame, world, scene.world, settings.light)
        return replace(scene, shade=shade)


def _is_cut(cells: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return which of the cells that `EdgePass` wrote are cut by an edge."""
    return (cells > _CUT[0]) & (cells < _CUT[1])


def _is_cut_out(frame: DepthFrame) -> bool:
    """Return whether parts of the picture are transparent: its gaps are meant."""
    return frame.frame.is_opaque is not None


def is_merged(settings: DisplaySettings) -> bool:
    """Return whether planar blocks of cells may be drawn as one: not where single cells are visible."""
    return settings.display_mode != "pointcloud" and not settings.wireframe and settings.view != "normals"


def is_solid(settings: DisplaySettings) -> bool:
    """Return whether the surface is a mesh and nothing else, so that something behind it would not show through."""
    return settings.display_mode == "mesh" and not settings.wireframe


def is_refined(settings: DisplaySettings) -> bool:
    """Return whether cells along edges are drawn smaller than those of the grid."""
    return is_closed(settings) and is_merged(settings) and 1 < settings.subsample <= COARSEST_SPLIT


def is_closed(settings: DisplaySettings) -> bool:
    """Return whether the surface is a mesh that is cut at edges."""
    return is_solid(settings) and settings.edge_cut > 0
