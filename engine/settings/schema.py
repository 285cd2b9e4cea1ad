"""The settings tree. Each field declares its default, range, meaning and traits once; the command line, the TOML file,
the panel and the tooltips are made from that declaration."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from engine.errors import SettingsError
from engine.settings.colormaps import Colormap
from engine.settings.complaints import complaint
from engine.settings.traits import Traits
from engine.settings.values import BRITISH_TOO, DEPTH_SCALE, AnyEncoder, CaptureModel, Color, FrameRes

SHORTEST_FOCAL = 0.04  # of a camera, in sides of its picture: a field of view of 171 degrees

_CAMERA = Traits(is_local=True, describes_camera=True)
_EDGES = Traits("Edges and holes")


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False)


class SourceSettings(_Group):
    """Where frames come from."""

    source: Annotated[str, Traits(is_common=True, is_local=True)] = "demo"
    """What to show: webcam[:N], screen[:N], screen:X,Y,W,H, an http or rtsp address, demo, or a file or folder."""
    max_res: Annotated[FrameRes, Traits(is_common=True, is_slow=True)] = Field(0, ge=0, le=4096)
    """Longest side of a source frame in pixels; larger ones are scaled. 0: geometry 640, colors 1920 (stills 4096)."""
    sequence_fps: Annotated[float, Traits(is_local=True, only_for="file")] = Field(24.0, gt=0, le=240)
    """Frames per second when the source is a folder of images."""
    camera_width: Annotated[int, Traits(is_common=True, is_local=True, only_for="webcam")] = Field(0, ge=0, le=7680)
    """Width in pixels to request from a webcam, which picks the nearest it supports. 0: the webcam's default."""
    camera_height: Annotated[int, Traits(is_common=True, is_local=True, only_for="webcam")] = Field(0, ge=0, le=4320)
    """Height in pixels to request from a webcam. 0: the webcam's default."""
    camera_fps: Annotated[float, Traits(is_slow=True, is_local=True, only_for="webcam")] = Field(0.0, ge=0, le=240)
    """Frames per second to request from a webcam. 0: the webcam's default."""
    screen_fps: Annotated[float, Traits(is_slow=True, is_local=True, only_for="screen")] = Field(30.0, ge=1, le=120)
    """Screen captures per second."""
    depth_map: Annotated[Path | None, Traits(is_local=True, only_for="file")] = None
    """Depth map of the picture: PNG, JPEG, TIFF, NPY, NPZ, EXR or PFM. No network runs."""
    depth_map_kind: Annotated[
        Literal["auto", "disparity", "metric", "relative"], Traits(is_local=True, only_for="file")
    ] = "auto"
    """What the depth map contains. auto: what the file states; else disparity for 8 bits and PFM, metric otherwise."""
    depth_map_scale: Annotated[float, DEPTH_SCALE, Traits(is_local=True, only_for="file")] = Field(0.0, ge=0)
    """Meters (or units) per step: a number, a fraction such as 1/256, or kitti, tum, mm. 0: what the file states."""
    depth_map_baseline: Annotated[float, Traits(is_local=True, only_for="file")] = Field(0.0, ge=0, le=100)
    """Distance in meters of the cameras of a disparity map in pixels, which becomes meters with --focal-length-x."""
    depth_map_offset: Annotated[float, Traits(is_local=True, only_for="file")] = Field(0.0, ge=-10_000, le=10_000)
    """Pixels to add to the disparity first, where principal points differ; Middlebury calls it doffs."""
    embedded_depth: Annotated[bool, Traits(is_local=True, only_for="file")] = True
    """Use the depth that a phone stored in its photograph (HEIC) instead of a network."""
    demo_depth: Annotated[bool, Traits(is_local=True, only_for="demo")] = True
    """Use the demo's exact depth instead of a network."""


class DepthSettings(_Group):
    """How depth is estimated."""

    encoder: Annotated[AnyEncoder, Traits("Depth", is_common=True, loads_network=True)] = "auto"
    """Depth network. lite is built in; vits, vitb and vitl are Video-Depth-Anything. auto: the best that is fast."""
    metric: Annotated[bool, Traits("Depth", is_common=True, loads_network=True)] = False
    """Use the metric version of the network, which estimates depth in meters."""
    device: Annotated[str, Traits("Depth", is_common=True, is_local=True, loads_network=True)] = Field(
        "auto", pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$"
    )
    """Where the network runs: auto, cpu, cuda, cuda:N or mps."""
    precision: Annotated[Literal["auto", "fp32"], Traits(loads_network=True)] = "auto"
    """fp32 gives reproducible results. auto: the fastest precision that the device handles well."""
    backend: Annotated[Literal["auto", "torch", "openvino"], Traits(is_local=True, loads_network=True)] = "auto"
    """What runs lite and Video-Depth-Anything. auto: OpenVINO on a CPU if it is installed, otherwise torch."""
    input_size: Annotated[int, Traits("Depth", is_common=True, is_slow=True, loads_network=True)] = Field(
        0, ge=0, le=1036
    )
    """Short side of the network's input in pixels. 0: 518 on a GPU, 252 on a CPU."""
    mps_fallback: Annotated[bool, Traits(is_local=True)] = True
    """On a Mac, run on the CPU what its GPU does not support. Without this, networks that need it fail."""
    checkpoints_dir: Annotated[Path | None, Traits(is_local=True, loads_network=True)] = None
    """Folder to search for weights before the default ones."""
    depth_min_percentile: Annotated[float, Traits("Depth")] = Field(2.0, ge=0, le=49)
    """Percentile of the depth map that becomes the lower end of its range."""
    depth_max_percentile: Annotated[float, Traits("Depth")] = Field(98.0, ge=51, le=100)
    """Percentile of the depth map that becomes the upper end of its range."""
    temporal_filter: Annotated[bool, Traits("Depth")] = True
    """Reduce flicker where nothing moves, for networks that see one frame at a time."""
    range_time_s: Annotated[float, Traits("Depth")] = Field(1.0, ge=0, le=10)
    """Time constant, in seconds, with which the depth range follows the source. It restarts at scene cuts."""
    fov_deg: Annotated[float, Traits(is_slow=True, is_local=True, describes_camera=True)] = Field(0.0, ge=0, le=150)
    """Horizontal field of view of the camera that took the frames, in degrees. 0: unknown, 60 is assumed."""
    focal_length_x: Annotated[float, _CAMERA] = Field(0.0, ge=0, le=100_000)
    """Horizontal focal length in pixels, at the calibrated size. 0: unknown, the field of view is used."""
    focal_length_y: Annotated[float, _CAMERA] = Field(0.0, ge=0, le=100_000)
    """Vertical focal length in pixels, at the calibrated size. 0: the same as the horizontal one."""
    principal_point_x: Annotated[float, _CAMERA] = Field(0.0, ge=0, le=20_000)
    """Principal point, in pixels to the right of the leftmost pixel's center. 0: the middle."""
    principal_point_y: Annotated[float, _CAMERA] = Field(0.0, ge=0, le=20_000)
    """Principal point, in pixels below the topmost pixel's center. 0: the middle."""
    calibrated_width: Annotated[int, _CAMERA] = Field(0, ge=0, le=20_000)
    """Width in pixels of the frames that focal length and principal point refer to. 0: that of the geometry."""
    calibrated_height: Annotated[int, _CAMERA] = Field(0, ge=0, le=20_000)
    """Height in pixels of the frames that focal length and principal point refer to. 0: that of the geometry."""

    @field_validator("calibrated_width", "calibrated_height")
    @classmethod
    def _fits_the_camera(cls, side: int, info: ValidationInfo) -> int:
        """Check it against the focal length and principal point, which are declared, and so validated, before."""
        axis = "x" if info.field_name == "calibrated_width" else "y"
        focal, center = (info.data.get(f"{name}_{axis}", 0.0) for name in ("focal_length", "principal_point"))
        if side and 0 < focal < SHORTEST_FOCAL * side:
            raise ValueError(f"does not fit a focal length of {focal:g} px")
        if side and center > side:
            raise ValueError(f"does not fit a principal point at {center:g} px")
        return side


class CaptureSettings(_Group):
    """How captures are made and where they are saved."""

    capture_model: Annotated[CaptureModel, Traits(is_common=True)] = "auto"
    """Network for captures. auto: da3-base, or da3metric-large for metric depth, or the best one installed."""
    capture_res: Annotated[int, Traits(is_slow=True)] = Field(1008, ge=140, le=2016)
    """Longest side in pixels of the input to Depth-Anything-3; at most that of the picture, or 504 if it is smaller."""
    captures_dir: Annotated[Path, Traits(is_common=True, is_local=True)] = Path("captures")
    """Folder for captures, exports and screenshots."""
    calibrate: bool = True
    """Apply the scale and field of view of the newest Depth-Anything-3 capture to the live scene."""
    multi_view: bool = False
    """Merge all captures into one point cloud. Needs da3-small, da3-base or da3-large."""
    least_confident: Annotated[float, Traits(is_slow=True)] = Field(0.3, ge=0, le=0.95)
    """Share of the pixels to leave out of a merged point cloud, least confident first."""


class SceneSettings(_Group):
    """How depth becomes a 3D scene."""

    projection: Annotated[Literal["perspective", "relief"], Traits("Scene", is_common=True)] = "perspective"
    """perspective follows the rays of the camera. relief pushes a flat picture out towards the viewer."""
    depth_scale: Annotated[float, Traits("Scene", is_common=True)] = Field(0.5, ge=0, le=3)
    """Depth of the scene; 0 is flat. Has no effect in perspective on metric depth."""
    metric_depth_scale: Annotated[float, Traits("Scene")] = Field(1.0, ge=0.01, le=100)
    """World units per meter, or per median depth where depth has no unit."""
    invert_depth: Annotated[bool, Traits("Scene")] = False
    """Swap near and far."""
    depth_threshold: Annotated[float, Traits("Scene")] = Field(1.0, ge=0.05, le=1)
    """Keep only this share of the pixels, nearest first. 1 keeps everything."""
    fill_gaps: Annotated[bool, Traits("Scene")] = True
    """Draw pixels without measured depth, too, at the depth of the farther surface around them. Exports leave them
    out."""
    smooth: Annotated[bool, Traits("Scene")] = False
    """Smooth the surface and keep its edges sharp."""
    sor_neighbors: Annotated[int, Traits("Scene")] = Field(0, ge=0, le=100)
    """Remove outliers by comparing each point with this many neighbors (statistical outlier removal). 0: off."""
    sor_std_ratio: Annotated[float, Traits("Scene")] = Field(1.0, ge=0.1, le=5)
    """Standard deviations from the average distance to neighbors beyond which a point is an outlier."""


class DisplaySettings(_Group):
    """How the scene is drawn."""

    quality: Annotated[Literal["auto", "low", "medium", "high", "ultra"], Traits("Display", is_common=True)] = "auto"
    """high draws exactly these settings, low and medium less, ultra more. auto: the best that stays smooth."""
    display_mode: Annotated[Literal["mesh", "pointcloud", "hybrid"], Traits("Display", is_common=True)] = "mesh"
    """mesh: a closed surface. pointcloud: a disc for each vertex. hybrid: a mesh with discs where it is steep."""
    view: Annotated[Literal["color", "depth", "normals"], Traits("Display", is_common=True), BRITISH_TOO] = "color"
    """What the surface shows: the color of the picture, depth in false colors, or surface normals."""
    colormap: Annotated[Colormap, Traits("Display", is_common=True), BRITISH_TOO] = "turbo"
    """False colors for depth."""
    panes: Annotated[Literal["scene", "picture+depth", "picture+depth+scene"], Traits("Display", is_common=True)] = (
        "scene"
    )
    """Show the 3D scene, the picture and its depth map side by side, or all three."""
    subsample: Annotated[int, Traits("Display", is_common=True)] = Field(2, ge=1, le=8)
    """One vertex for every N-th pixel of the geometry in both directions. 1 is the finest."""
    wireframe: Annotated[bool, Traits("Display")] = False
    """Draw only the edges of the mesh."""
    point_size: Annotated[float, Traits("Display")] = Field(1.0, ge=0.1, le=3)
    """Diameter of a point relative to the spacing of points. At 1 they touch, at 1.5 they close the surface."""
    time_warp: Annotated[Literal["auto", "on", "off"], Traits("Display")] = "auto"
    """Show every source frame, with the last depth map warped to it. auto: when depth is slow and drawing is fast."""
    background: Annotated[Color, Traits("Display", is_common=True)] = "#14161a"
    """Background color: #RRGGBB, or R,G,B from 0 to 1."""
    edge_cut: Annotated[float, _EDGES] = Field(0.06, ge=0, le=1)
    """Cut the mesh where distance changes by more than this share between neighboring vertices. 0 never cuts."""
    edge_snap: Annotated[float, _EDGES] = Field(1.0, ge=0, le=1)
    """Move depth values that blur left between two surfaces onto one of them. 0 leaves them."""
    edge_guide: Annotated[float, _EDGES] = Field(1.0, ge=0, le=1)
    """Let silhouettes follow the picture where the depth map is coarser than the mesh. 0: follow the depth map."""
    edge_feather: Annotated[float, _EDGES] = Field(1.5, ge=0, le=8)
    """Soften silhouettes over this many pixels of the geometry. 0: silhouettes follow the mesh."""
    hole_fill: Annotated[float, _EDGES] = Field(0.25, ge=0, le=0.5)
    """Paint over holes up to this share of the picture's width. 0 leaves them open."""
    hole_memory_s: Annotated[float, _EDGES] = Field(30.0, ge=0, le=600)
    """Seconds for which to remember what was visible behind objects, and show it in holes. 0: off."""
    border_fill: Annotated[float, _EDGES] = Field(0.2, ge=0, le=0.25)
    """Continue the picture beyond its border, fading into the background over this share of its width. 0: off."""


class LightSettings(_Group):
    """A lamp in the scene, dark corners and fog. At 0 the picture keeps its own light."""

    light: Annotated[float, Traits("Light")] = Field(0.0, ge=0, le=1)
    """How far a lamp in front of the scene replaces the picture's own light. Hold J to move the lamp."""
    lamp_x: Annotated[float, Traits("Light")] = Field(0.3, ge=-0.5, le=1.5)
    """Position of the lamp as a share of the picture's width, from the left."""
    lamp_y: Annotated[float, Traits("Light")] = Field(0.1, ge=-0.5, le=1.5)
    """Position of the lamp as a share of the picture's height, from the top."""
    lamp_distance: Annotated[float, Traits("Light")] = Field(0.5, ge=0.05, le=1)
    """Distance of the lamp into the scene, as a share of the way to the middle of its depth."""
    shadows: Annotated[float, Traits("Light")] = Field(0.0, ge=0, le=1)
    """Darkness of the shadows that the lamp casts."""
    occlusion: Annotated[float, Traits("Light")] = Field(0.0, ge=0, le=1)
    """Ambient occlusion: how much corners and creases darken."""
    fog: Annotated[float, Traits("Light")] = Field(0.0, ge=0, le=1)
    """How far distant surfaces fade into the background color."""


class StereoSettings(_Group):
    """Stereo: one picture for each eye."""

    stereo: Annotated[
        Literal["off", "side-by-side", "half-side-by-side", "top-bottom", "half-top-bottom", "anaglyph"],
        Traits("Stereo", is_common=True),
    ] = "off"
    """Layout of the two pictures: side by side or top and bottom, full or half size; or anaglyph (red-cyan glasses)."""
    eye_distance: Annotated[float, Traits("Stereo")] = Field(0.05, ge=0, le=0.2)
    """Distance between the eyes, as a share of the distance to the orbit center."""
    comfort: Annotated[float, Traits("Stereo")] = Field(0.03, ge=0.005, le=0.1)
    """Largest disparity as a share of the picture's width. The eyes move closer together to stay within it."""


class MotionSettings(_Group):
    """How the camera moves."""

    free_orbit: Annotated[bool, Traits("Motion")] = False
    """Orbit as far as you like where depth is only guessed, too, instead of against a resistance beyond 12 degrees."""
    auto_rotate: Annotated[bool, Traits("Motion", is_common=True)] = False
    """Sway the camera gently from side to side."""
    mouse_control: Annotated[bool, Traits("Motion", is_common=True)] = False
    """Let the camera follow the mouse slightly, without a button, instead of swaying."""
    sway_deg: Annotated[float, Traits("Motion", is_common=True)] = Field(6.0, ge=0, le=45)
    """How far the camera sways to each side, in degrees."""
    sway_period_s: Annotated[float, Traits("Motion")] = Field(8.0, ge=1, le=120)
    """Duration of one full sway in seconds."""


class InterfaceSettings(_Group):
    """How the panels look."""

    theme: Annotated[Literal["dark", "light"], Traits("Interface", is_local=True)] = "dark"
    """Color theme of the panels."""
    ui_scale: Annotated[float, Traits("Interface", is_slow=True, is_local=True)] = Field(1.0, ge=0.5, le=3)
    """Size of panels and text, relative to the scale of the monitor."""


class Settings(_Group):
    """Everything that is remembered from one run to the next."""

    source: SourceSettings = SourceSettings()
    depth: DepthSettings = DepthSettings()
    capture: CaptureSettings = CaptureSettings()
    scene: SceneSettings = SceneSettings()
    display: DisplaySettings = DisplaySettings()
    light: LightSettings = LightSettings()
    stereo: StereoSettings = StereoSettings()
    motion: MotionSettings = MotionSettings()
    interface: InterfaceSettings = InterfaceSettings()

    def replace(self, **values: Any) -> "Settings":
        """Return a copy with the given fields changed, wherever in the tree they are: `replace(subsample=4)`.

        Raises SettingsError for an unknown field or a value out of range.
        """
        tree = self.model_dump()
        for name, value in values.items():
            tree[group_of(name)][name] = value
        return from_tree(tree)


GROUPS: dict[str, type[_Group]] = {name: type(field.default) for name, field in Settings.model_fields.items()}


def group_of(name: str) -> str:
    """Return the group that field `name` belongs to. Raises SettingsError if there is no such field."""
    for group, model in GROUPS.items():
        if name in model.model_fields:
            return group
    raise SettingsError(f"there is no setting called {name!r}")


def from_tree(tree: dict[str, Any]) -> Settings:
    """Return the settings in nested dicts. Raises SettingsError, which names the field and its range."""
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        raise SettingsError(complaint(error)) from None
