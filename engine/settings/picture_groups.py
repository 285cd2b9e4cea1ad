"""Settings of what comes out: the scene, how it is drawn and lit, motion, and the panels."""

from typing import Annotated, Literal

from pydantic import Field

from engine.settings.colormaps import Colormap
from engine.settings.group import Group
from engine.settings.traits import Traits
from engine.settings.values import BRITISH_TOO, MODELS, Color

_DRAWN_AS = {"mesh": "surface", "pointcloud": "points", "hybrid": "surface and points"}
_LAYOUTS = {"scene": "3D", "picture+depth": "picture, depth", "picture+depth+scene": "picture, depth, 3D"}


class SceneSettings(Group):
    """How depth becomes a 3D scene."""

    projection: Annotated[Literal["perspective", "relief"], Traits("Projection", "Depth", is_common=True)] = (
        "perspective"
    )
    """perspective follows the rays of the camera. relief pushes a flat picture out towards the viewer."""
    depth_scale: Annotated[
        float, Traits("Depth strength", "Depth", is_simple=True, is_summary=True, is_common=True)
    ] = Field(0.5, ge=0, le=3)
    """Depth of the scene; 0 is flat. Has no effect in perspective on metric depth."""
    metric_depth_scale: Annotated[float, Traits("Real-world scale", "Depth", form="{}×")] = Field(1.0, ge=0.01, le=100)
    """World units per meter, or per median depth where depth has no unit."""
    invert_depth: Annotated[bool, Traits("Swap near and far", "Depth", is_summary=True)] = False
    """Swap near and far."""
    depth_threshold: Annotated[float, Traits("Keep the nearest", "Depth", is_share=True)] = Field(1.0, ge=0.05, le=1)
    """Keep only this share of the pixels, nearest first. 1 keeps everything."""
    fill_gaps: Annotated[bool, Traits("Fill gaps in depth", "Depth")] = True
    """Draw pixels without measured depth, too, at the depth of the farther surface around them. Exports leave them
    out."""
    smooth: Annotated[bool, Traits("Smooth surface", "Depth", part="Noise", is_summary=True)] = False
    """Smooth the surface and keep its edges sharp."""
    sor_neighbors: Annotated[int, Traits("Remove stray points", "Depth", part="Noise", zero="off")] = Field(
        0, ge=0, le=100
    )
    """Remove outliers by comparing each point with this many neighbors (statistical outlier removal). 0: off."""
    sor_std_ratio: Annotated[float, Traits("Stray beyond", "Depth", part="Noise", form="{} σ")] = Field(
        1.0, ge=0.1, le=5
    )
    """Standard deviations from the average distance to neighbors beyond which a point is an outlier."""


class DisplaySettings(Group):
    """How the scene is drawn."""

    quality: Annotated[
        Literal["auto", "low", "medium", "high", "ultra"],
        Traits("Quality", "Look", is_simple=True, is_summary=True, is_common=True),
    ] = "auto"
    """high draws exactly these settings, low and medium less, ultra more. auto: the best that stays smooth."""
    display_mode: Annotated[
        Literal["mesh", "pointcloud", "hybrid"],
        Traits("Draw as", "Look", names=_DRAWN_AS, is_summary=True, is_common=True),
    ] = "mesh"
    """mesh: a closed surface. pointcloud: a disc for each vertex. hybrid: a mesh with discs where it is steep."""
    view: Annotated[
        Literal["color", "depth", "normals", "flicker"],
        Traits("Surface shows", "Look", names={"color": "picture"}, is_common=True),
        BRITISH_TOO,
    ] = "color"
    """What the surface shows: the color of the picture, depth in false colors, surface normals, or where live depth
    flickers."""
    colormap: Annotated[Colormap, Traits("Depth colors", "Look", is_common=True), BRITISH_TOO] = "turbo"
    """False colors for depth."""
    panes: Annotated[
        Literal["scene", "picture+depth", "picture+depth+scene"],
        Traits("Layout", "Look", names=_LAYOUTS, is_simple=True, is_common=True),
    ] = "scene"
    """Show the 3D scene, the picture and its depth map side by side, or all three."""
    subsample: Annotated[int, Traits("Mesh detail", "Look", form="1 / {}", is_common=True)] = Field(2, ge=1, le=8)
    """One vertex for every N-th pixel of the geometry in both directions. 1 is the finest."""
    wireframe: Annotated[bool, Traits("Wireframe", "Look", is_summary=True)] = False
    """Draw only the edges of the mesh."""
    point_size: Annotated[float, Traits("Point size", "Look", form="{}×")] = Field(1.5, ge=0.1, le=3)
    """Diameter of a point relative to the spacing of points. At 1 they touch, at 1.5 they close the surface."""
    time_warp: Annotated[Literal["auto", "on", "off"], Traits("Full frame rate", "Look")] = "auto"
    """Show every source frame, with the last depth map warped to it. auto: when depth is slow and drawing is fast."""
    background: Annotated[Color, Traits("Background", "Look", is_common=True)] = "#14161a"
    """Background color: #RRGGBB, or R,G,B from 0 to 1."""
    edge_cut: Annotated[
        float, Traits("Cut at depth steps", "Look", part="Edges and holes", is_share=True, zero="never")
    ] = Field(0.06, ge=0, le=1)
    """Cut the mesh where distance changes by more than this share between neighboring vertices. 0 never cuts."""
    edge_snap: Annotated[
        float, Traits("Sharpen depth edges", "Look", part="Edges and holes", is_share=True, zero="off")
    ] = Field(1.0, ge=0, le=1)
    """Move depth values that blur left between two surfaces onto one of them. 0 leaves them."""
    edge_guide: Annotated[
        float, Traits("Follow the picture", "Look", part="Edges and holes", is_share=True, zero="off")
    ] = Field(1.0, ge=0, le=1)
    """Let silhouettes follow the picture where the depth map is coarser than the mesh. 0: follow the depth map."""
    edge_feather: Annotated[float, Traits("Soften edges", "Look", part="Edges and holes", form="{} px", zero="off")] = (
        Field(1.5, ge=0, le=8)
    )
    """Soften silhouettes over this many pixels of the geometry. 0: silhouettes follow the mesh."""
    hole_fill: Annotated[float, Traits("Fill holes", "Look", part="Edges and holes", is_share=True, zero="off")] = (
        Field(0.25, ge=0, le=0.5)
    )
    """Paint over holes up to this share of the picture's width. 0 leaves them open."""
    hole_memory_s: Annotated[
        float, Traits("Remember hidden", "Look", part="Edges and holes", form="{} s", zero="off")
    ] = Field(30.0, ge=0, le=600)
    """Seconds for which to remember what was visible behind objects, and show it in holes. 0: off."""
    border_fill: Annotated[
        float, Traits("Extend the border", "Look", part="Edges and holes", is_share=True, zero="off")
    ] = Field(0.2, ge=0, le=0.25)
    """Continue the picture beyond its border, fading into the background over this share of its width. 0: off."""


class LightSettings(Group):
    """A lamp in the scene, dark corners and fog. At 0 the picture keeps its own light."""

    light: Annotated[float, Traits("Lamp", "Light", is_share=True, zero="off", is_summary=True)] = Field(
        0.0, ge=0, le=1
    )
    """How far a lamp in front of the scene replaces the picture's own light. Hold J to move the lamp."""
    lamp_x: Annotated[float, Traits("Lamp from the left", "Light", is_share=True)] = Field(0.3, ge=-0.5, le=1.5)
    """Position of the lamp as a share of the picture's width, from the left."""
    lamp_y: Annotated[float, Traits("Lamp from the top", "Light", is_share=True)] = Field(0.1, ge=-0.5, le=1.5)
    """Position of the lamp as a share of the picture's height, from the top."""
    lamp_distance: Annotated[float, Traits("Lamp into the scene", "Light", is_share=True)] = Field(0.5, ge=0.05, le=1)
    """Distance of the lamp into the scene, as a share of the way to the middle of its depth."""
    shadows: Annotated[float, Traits("Shadows", "Light", is_share=True, zero="off")] = Field(0.0, ge=0, le=1)
    """Darkness of the shadows that the lamp casts."""
    occlusion: Annotated[float, Traits("Dark corners", "Light", is_share=True, zero="off", is_summary=True)] = Field(
        0.0, ge=0, le=1
    )
    """Ambient occlusion: how much corners and creases darken."""
    fog: Annotated[float, Traits("Fog", "Light", is_share=True, zero="off", is_summary=True)] = Field(0.0, ge=0, le=1)
    """How far distant surfaces fade into the background color."""


class MotionSettings(Group):
    """How the camera moves."""

    free_orbit: Annotated[bool, Traits("Orbit without limit", "Camera", part="Motion")] = False
    """Orbit as far as you like where depth is only guessed, too, instead of against a resistance beyond 12 degrees."""
    auto_rotate: Annotated[
        bool, Traits("Sway", "Camera", part="Motion", is_simple=True, is_summary=True, is_common=True)
    ] = False
    """Sway the camera gently from side to side."""
    mouse_control: Annotated[
        bool, Traits("Follow the mouse", "Camera", part="Motion", is_summary=True, is_common=True)
    ] = False
    """Let the camera follow the mouse slightly, without a button, instead of swaying."""
    sway_deg: Annotated[float, Traits("Sway angle", "Camera", part="Motion", form="{}°", is_common=True)] = Field(
        6.0, ge=0, le=45
    )
    """How far the camera sways to each side, in degrees."""
    sway_period_s: Annotated[float, Traits("Sway time", "Camera", part="Motion", form="{} s")] = Field(
        8.0, ge=1, le=120
    )
    """Duration of one full sway in seconds."""
    bullet_path: Annotated[
        Literal["swing", "orbit", "circle", "dolly", "zoom", "vertigo", "rise"],
        Traits("Path in bullet time", "Camera", part="Motion"),
    ] = "swing"
    """How the camera moves in bullet time (Shift+Space), as the paths of `render` do."""


class InterfaceSettings(Group):
    """How the panels look."""

    theme: Annotated[Literal["dark", "light"], Traits("Theme", "Window", is_summary=True, is_local=True)] = "dark"
    """Color theme of the panels."""
    ui_scale: Annotated[
        float, Traits("Text size", "Window", is_share=True, is_summary=True, is_slow=True, is_local=True)
    ] = Field(1.0, ge=0.5, le=3)
    """Size of panels and text, relative to the scale of the monitor."""
    reduced_motion: Annotated[bool, Traits("Reduce motion", "Window", is_local=True)] = False
    """Move only what the user moves: no sway, and no gliding of the camera in the window."""
    language: Annotated[
        Literal["auto", "en", "de"],
        Traits("Language", "Window", names={"en": "English", "de": "Deutsch"}, is_local=True),
    ] = "auto"
    """Language of the window: English or German. auto: that of the system. The terminal is always in English."""
    compare_with: Annotated[
        Literal["off", "lite", "vits", "vitb", "vitl", "unfiltered"],
        Traits("Compare with", "Model", names={**MODELS, "unfiltered": "the same, unfiltered"}, is_local=True),
    ] = "off"
    """A second network, for as long as V is held in the window. unfiltered: the same one without temporal_filter."""
