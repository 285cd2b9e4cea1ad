"""Which layers a scene consists of."""

from dataclasses import dataclass

from engine.frames import DepthFrame
from engine.settings import DisplaySettings, Settings

COARSEST_SPLIT = 2
"""Pixels between the vertices of the coarsest grid whose cells are split at edges. On coarser ones, a grid with smaller
cells everywhere looks almost as good and takes less time."""


@dataclass(frozen=True, slots=True)
class Layers:
    """What of a scene is drawn, apart from the grid itself."""

    is_fine: bool
    """Whether cells along edges are split."""
    has_mesh: bool
    """Whether triangles are listed, with planar blocks as one, rather than all drawn."""
    has_matte: bool
    has_background: bool
    has_backdrop: bool

    @classmethod
    def of(cls, frame: DepthFrame, settings: Settings, *, is_software: bool) -> "Layers":
        """Return what `settings` ask for. Only a software renderer gains by merging blocks."""
        display = settings.display
        # with a depth limit, what lies around is what the user removed
        is_limited = settings.scene.depth_threshold < 1
        is_fine, has_matte = is_refined(display), is_closed(display) and display.edge_feather > 0
        is_surrounded = not (is_limited or is_cut_out(frame))  # around a cut-out image, there is nothing
        has_backdrop = is_solid(display) and display.view != "normals" and is_surrounded
        return cls(
            is_fine=is_fine,
            has_mesh=is_merged(display) and (is_fine or has_matte or is_software),
            has_matte=has_matte,
            has_background=is_closed(display) and max(display.hole_memory_s, display.hole_fill) > 0 and not is_limited,
            has_backdrop=has_backdrop and max(display.border_fill, display.hole_fill) > 0,
        )

    @property
    def has_cells(self) -> bool:
        """Whether the processor needs to know the cells."""
        return self.has_mesh or self.has_matte or self.has_background


def is_cut_out(frame: DepthFrame) -> bool:
    """Return whether parts of the picture are transparent."""
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
