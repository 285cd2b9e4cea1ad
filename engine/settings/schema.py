"""The one settings tree. Each field declares its default, range and meaning once; command line, TOML file, slider,
tooltip and uniform come from that declaration."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from engine.errors import SettingsError
from engine.settings.color import Color
from engine.settings.colormaps import Colormap
from engine.settings.encoder import AnyEncoder
from engine.settings.messages import complaint

SHORTEST_FOCAL = 0.04  # of a camera, in sides of its picture: it looks 171 degrees wide
CaptureModel = Literal[
    "auto", "lite", "vda-vits", "vda-vitb", "vda-vitl", "metric-vda-vits", "metric-vda-vitb", "metric-vda-vitl",
    "da3-small", "da3-base", "da3-large", "da3mono-large", "da3metric-large",
]  # fmt: skip
"""All names of the catalog."""
_READS_BRITISH = BeforeValidator(lambda value: {"colour": "color", "grey": "gray"}.get(str(value), value))
"""Settings files and scripts from before the spelling became American are still read."""


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class SourceSettings(_Group):
    """Where pictures come from."""

    source: str = "demo"
    """What to show: webcam[:N], screen[:N], screen:X,Y,W,H, an http or rtsp address, demo, or a file or folder."""
    max_res: int = Field(640, ge=64, le=4096)
    """Longest side of the source frame in pixels; larger pictures are scaled down first."""
    sequence_fps: float = Field(24.0, gt=0, le=240)
    """Pictures per second when the source is a folder."""
    camera_width: int = Field(0, ge=0, le=7680)
    """Width in pixels that is asked of a webcam, which takes the nearest it has; 0: the camera's own."""
    camera_height: int = Field(0, ge=0, le=4320)
    """Height in pixels that is asked of a webcam; 0: the camera's own."""
    camera_fps: float = Field(0.0, ge=0, le=240)
    """Pictures per second that are asked of a webcam; 0: the camera's own."""
    screen_fps: float = Field(30.0, ge=1, le=120)
    """How often per second the screen is captured."""
    depth_map: Path | None = None
    """A depth map that belongs to the picture (16-bit PNG, NPZ or EXR); no network runs then."""
    depth_map_kind: Literal["auto", "disparity", "metric", "relative"] = "auto"
    """What the depth map holds; auto: what the file says, else metric."""
    depth_map_scale: float = Field(0.0, ge=0)
    """Meters (or units) per step of a 16-bit PNG depth map; 0: what the file says, else millimeters."""
    demo_depth: bool = True
    """Use the demo's exact depth instead of a network."""


class DepthSettings(_Group):
    """How depth is computed."""

    encoder: AnyEncoder = "auto"
    """Which network: lite is built in; vits, vitb, vitl are Video-Depth-Anything; auto takes the best that is fast."""
    metric: bool = False
    """Use the metric version of the network: depth in meters."""
    device: str = Field("auto", pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$")
    """Where the network runs: auto, cpu, cuda, cuda:N or mps."""
    precision: Literal["auto", "fp32"] = "auto"
    """fp32 is reproducible; auto takes the fastest that the device does well."""
    backend: Literal["auto", "torch", "openvino"] = "auto"
    """What runs lite and Video-Depth-Anything: torch, or OpenVINO where it is installed; auto takes it on a CPU."""
    input_size: int = Field(0, ge=0, le=1036)
    """Short side of the network's input in pixels; 0 means 518 on a GPU and 252 on a CPU."""
    mps_fallback: bool = True
    """On a Mac, let the processor do what its GPU cannot; without, a network that needs it fails."""
    checkpoints_dir: Path | None = None
    """A folder to look for weights in, before the usual ones."""
    depth_min_percentile: float = Field(2.0, ge=0, le=49)
    """Percentile of the depth map that becomes one end of the range."""
    depth_max_percentile: float = Field(98.0, ge=51, le=100)
    """Percentile of the depth map that becomes the other end of the range."""
    range_time_s: float = Field(1.0, ge=0, le=10)
    """How slowly the range follows the picture, as a time constant in seconds; it jumps at scene cuts."""
    temporal_filter: bool = True
    """Calm the depth where the picture does not move (for networks that see one frame at a time)."""
    fov_deg: float = Field(0.0, ge=0, le=150)
    """Horizontal field of view of the camera that took the picture, in degrees; 0: not known, 60 is assumed."""
    focal_length_x: float = Field(0.0, ge=0, le=100_000)
    """Focal length in widths of pixels, of a picture of the calibrated size; 0: not known, the field of view holds."""
    focal_length_y: float = Field(0.0, ge=0, le=100_000)
    """Focal length in heights of pixels; 0: the other one."""
    principal_point_x: float = Field(0.0, ge=0, le=20_000)
    """Where the camera's axis meets the picture, in pixels from the left one's center; 0: the middle."""
    principal_point_y: float = Field(0.0, ge=0, le=20_000)
    """Where the camera's axis meets the picture, in pixels from the top one's center; 0: the middle."""
    calibrated_width: int = Field(0, ge=0, le=20_000)
    """Width in pixels of the pictures that focal length and principal point hold for; 0: that of the source frame."""
    calibrated_height: int = Field(0, ge=0, le=20_000)
    """Height in pixels of the pictures that focal length and principal point hold for; 0: that of the source frame."""

    @field_validator("calibrated_width", "calibrated_height")
    @classmethod
    def _fits_the_camera(cls, side: int, info: ValidationInfo) -> int:
        """What the camera has across or down is declared, and so checked, before."""
        axis = "x" if info.field_name == "calibrated_width" else "y"
        focal, center = (info.data.get(f"{name}_{axis}", 0.0) for name in ("focal_length", "principal_point"))
        if side and 0 < focal < SHORTEST_FOCAL * side:
            raise ValueError(f"does not go with a focal length of {focal:g} px")
        if side and center > side:
            raise ValueError(f"does not go with a principal point at {center:g} px")
        return side


class CaptureSettings(_Group):
    """How a frame is taken again, and where it is kept."""

    capture_model: CaptureModel = "auto"
    """Network for captures; auto: da3-base, or da3metric-large for metric depth, or the best that is there."""
    capture_res: int = Field(1008, ge=140, le=2016)
    """Longest side in pixels at which Depth-Anything-3 sees a capture; never more than the picture has, or 504."""
    captures_dir: Path = Path("captures")
    """The folder for captures, exports and saved pictures."""
    calibrate: bool = True
    """Give the live scene the scale and the field of view of its newest capture by Depth-Anything-3."""
    multi_view: bool = False
    """Each capture adds a view: all views together become one cloud of points (da3-small, -base or -large)."""
    least_confident: float = Field(0.3, ge=0, le=0.95)
    """Share of the pixels that is left out of a cloud of several views, those that the network is least sure of."""


class SceneSettings(_Group):
    """How depth becomes space."""

    projection: Literal["perspective", "relief"] = "perspective"
    """perspective: along the camera's rays; relief: a plane pushed out towards the viewer."""
    depth_scale: float = Field(0.5, ge=0, le=3)
    """How deep the scene is; 0 is flat. Without effect in perspective on depth that has meters."""
    metric_depth_scale: float = Field(1.0, ge=0.01, le=100)
    """World units per meter (or per median depth, where depth has no unit)."""
    invert_depth: bool = False
    """Swap near and far."""
    depth_threshold: float = Field(1.0, ge=0.05, le=1)
    """Leave out what is farther away than this share of the picture; 1 keeps everything."""
    smooth: bool = False
    """Smooth the surface without blurring its edges."""
    sor_neighbors: int = Field(0, ge=0, le=100)
    """Leave out outliers, judged by so many neighbors (statistical outlier removal); 0: keep them."""
    sor_std_ratio: float = Field(1.0, ge=0.1, le=5)
    """An outlier is so many standard deviations farther from its neighbors than the average; less leaves out more."""


class DisplaySettings(_Group):
    """How the scene is drawn."""

    quality: Literal["auto", "low", "medium", "high", "ultra"] = "auto"
    """high draws what is set, low and medium less, ultra more; auto takes the best that is quick enough."""
    display_mode: Literal["mesh", "pointcloud", "hybrid"] = "mesh"
    """A closed surface, a disc for each vertex, or the surface with discs where it is steep."""
    wireframe: bool = False
    """Draw the edges of the mesh only."""
    view: Annotated[Literal["color", "depth", "normals"], _READS_BRITISH] = "color"
    """What the surface shows: the picture, its depth in false colors, or the direction it faces."""
    colormap: Annotated[Colormap, _READS_BRITISH] = "turbo"
    """The false colors of depth."""
    panes: Literal["scene", "picture+depth", "picture+depth+scene"] = "scene"
    """The scene alone, or beside it, or instead, the flat picture and its depth."""
    subsample: int = Field(2, ge=1, le=8)
    """One vertex for every N-th pixel of the source frame, both ways; 1 is finest."""
    edge_cut: float = Field(0.06, ge=0, le=1)
    """Cut the surface where distance jumps by more than this share from one vertex to the next; 0 never cuts."""
    edge_snap: float = Field(1.0, ge=0, le=1)
    """Move depths that a blurred edge left between two surfaces onto one of them; 0 leaves them where they are."""
    edge_guide: float = Field(1.0, ge=0, le=1)
    """Let silhouettes follow the picture where depth is coarser than the mesh; 0: they follow the depth map."""
    edge_feather: float = Field(1.5, ge=0, le=8)
    """Smooth silhouettes, softened over so many pixels of the source picture; 0: they follow the cells of the mesh."""
    hole_memory_s: float = Field(30.0, ge=0, le=600)
    """For how long to remember, in seconds, what was seen behind things, to show it in holes; 0 remembers nothing."""
    hole_fill: float = Field(0.25, ge=0, le=0.5)
    """Paint holes that nobody saw into, up to this share of the picture's width; 0 leaves them."""
    point_size: float = Field(1.0, ge=0.1, le=3)
    """Diameter of the discs, as a share of the gap between them: 1 just touch, 1.5 close the surface."""
    time_warp: Literal["auto", "on", "off"] = "auto"
    """Show every picture, its depth carried along from the last one; auto: if depth is slow and drawing is fast."""
    background: Color = "#14161a"
    """Color behind the scene, as #RRGGBB, or R,G,B from 0 to 1."""


class MotionSettings(_Group):
    """How the camera sways by itself."""

    auto_rotate: bool = False
    """Sway the camera gently from side to side."""
    mouse_control: bool = False
    """Let the camera follow the mouse a little, without a button, instead of swaying by itself."""
    sway_deg: float = Field(6.0, ge=0, le=45)
    """How far it sways to each side, in degrees."""
    sway_period_s: float = Field(8.0, ge=1, le=120)
    """How long it takes to sway there and back, in seconds."""


class LightSettings(_Group):
    """A lamp in the scene, and the air between. At 0 everything keeps the light of the picture."""

    light: float = Field(0.0, ge=0, le=1)
    """How much a lamp in front of the scene takes over from the picture's own light; hold J to move it."""
    lamp_x: float = Field(0.3, ge=-0.5, le=1.5)
    """Where the lamp hangs, as a share of the picture from its left side."""
    lamp_y: float = Field(0.1, ge=-0.5, le=1.5)
    """Where the lamp hangs, as a share of the picture from its top."""
    lamp_distance: float = Field(0.5, ge=0.05, le=1)
    """How far into the scene the lamp hangs, as a share of the way to the middle of its depth."""
    shadows: float = Field(0.0, ge=0, le=1)
    """How dark the shadows are that the lamp casts."""
    occlusion: float = Field(0.0, ge=0, le=1)
    """How much corners and creases darken, where little light gets in."""
    fog: float = Field(0.0, ge=0, le=1)
    """How much of the background's color lies over what is far away."""


class StereoSettings(_Group):
    """A picture for each eye."""

    stereo: Literal["off", "side-by-side", "half-side-by-side", "top-bottom", "half-top-bottom", "anaglyph"] = "off"
    """The left eye's picture beside or over the right one's, squeezed to half or not; or for red-cyan glasses."""
    eye_distance: float = Field(0.05, ge=0, le=0.2)
    """Distance of the eyes, as a share of the distance to what the camera turns round."""
    comfort: float = Field(0.03, ge=0.005, le=0.1)
    """The eyes come closer rather than have their pictures differ by more than this share of the width."""


class InterfaceSettings(_Group):
    """How the panels look."""

    theme: Literal["dark", "light"] = "dark"
    """Colors of the panels."""
    ui_scale: float = Field(1.0, ge=0.5, le=3)
    """Size of the panels and their text, times what the monitor asks for."""


class Settings(_Group):
    """Everything that is remembered from one run to the next."""

    source: SourceSettings = SourceSettings()
    depth: DepthSettings = DepthSettings()
    capture: CaptureSettings = CaptureSettings()
    scene: SceneSettings = SceneSettings()
    display: DisplaySettings = DisplaySettings()
    motion: MotionSettings = MotionSettings()
    light: LightSettings = LightSettings()
    stereo: StereoSettings = StereoSettings()
    interface: InterfaceSettings = InterfaceSettings()

    def replace(self, **values: Any) -> "Settings":
        """A copy with the given fields changed, wherever in the tree they are: `replace(subsample=4)`.

        Raises SettingsError for an unknown field or a value out of range.
        """
        tree = self.model_dump()
        for name, value in values.items():
            tree[group_of(name)][name] = value
        return from_tree(tree)


GROUPS: dict[str, type[_Group]] = {
    "source": SourceSettings,
    "depth": DepthSettings,
    "capture": CaptureSettings,
    "scene": SceneSettings,
    "display": DisplaySettings,
    "motion": MotionSettings,
    "light": LightSettings,
    "stereo": StereoSettings,
    "interface": InterfaceSettings,
}


def group_of(name: str) -> str:
    """The group that field `name` is in. Raises SettingsError if there is no such field."""
    for group, model in GROUPS.items():
        if name in model.model_fields:
            return group
    raise SettingsError(f"there is no setting called {name!r}")


def from_tree(tree: dict[str, Any]) -> Settings:
    """Settings from nested dicts. Raises SettingsError naming the field and its range."""
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        raise SettingsError(complaint(error)) from None
