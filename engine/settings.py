"""The one settings tree. Each field declares its default, range and meaning once; command line, TOML file, slider,
tooltip and uniform come from that declaration."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from engine.errors import SettingsError

Encoder = Literal["auto", "lite", "vits", "vitb", "vitl"]


def _hex_colour(text: str) -> str:
    digits = text.removeprefix("#")
    if len(digits) != 6 or any(c not in "0123456789abcdefABCDEF" for c in digits):
        raise ValueError("a colour is written #RRGGBB")
    return f"#{digits.lower()}"


Colour = Annotated[str, AfterValidator(_hex_colour)]


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True)


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
    depth_map_scale: float = Field(0.001, gt=0)
    """Metres (or units) per step of a 16-bit PNG depth map; 0.001 means millimetres."""
    demo_depth: bool = True
    """Use the demo's exact depth instead of a network."""


class DepthSettings(_Group):
    """How depth is computed."""

    encoder: Encoder = "auto"
    """Which network: lite is built in; vits, vitb, vitl are Video-Depth-Anything; auto takes the best that is fast."""
    metric: bool = False
    """Use the metric version of the network: depth in metres."""
    device: str = Field("auto", pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$")
    """Where the network runs: auto, cpu, cuda, cuda:N or mps."""
    precision: Literal["auto", "fp32"] = "auto"
    """fp32 is reproducible; auto takes the fastest that the device does well."""
    backend: Literal["auto", "torch", "openvino"] = "auto"
    """What runs Video-Depth-Anything: torch, or OpenVINO where it is installed; auto takes it on a CPU."""
    input_size: int = Field(0, ge=0, le=1036)
    """Short side of the network's input in pixels; 0 means 518 on a GPU and 252 on a CPU."""
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
    fov_deg: float = Field(60.0, ge=20, le=140)
    """Horizontal field of view of the camera that took the picture, where it is not known, in degrees."""


class SceneSettings(_Group):
    """How depth becomes space."""

    projection: Literal["perspective", "relief"] = "perspective"
    """perspective: along the camera's rays; relief: a plane pushed out towards the viewer."""
    depth_scale: float = Field(0.5, ge=0, le=3)
    """How deep the scene is; 0 is flat. Without effect in perspective on depth that has metres."""
    metric_depth_scale: float = Field(1.0, ge=0.01, le=100)
    """World units per metre (or per median depth, where depth has no unit)."""
    invert_depth: bool = False
    """Swap near and far."""


class DisplaySettings(_Group):
    """How the scene is drawn."""

    display_mode: Literal["mesh", "pointcloud"] = "mesh"
    """A closed surface, or one point for each vertex."""
    wireframe: bool = False
    """Draw the edges of the mesh only."""
    view: Literal["colour", "depth", "normals"] = "colour"
    """What the surface shows: the picture, its depth in false colours, or the direction it faces."""
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
    hole_fill: float = Field(0.2, ge=0, le=0.5)
    """Paint holes that nobody saw into, up to this share of the picture's width; 0 leaves them."""
    point_size: float = Field(2.0, ge=1, le=16)
    """Size of the points in pixels."""
    background: Colour = "#14161a"
    """Colour behind the scene, as #RRGGBB."""


class Settings(_Group):
    """Everything that is remembered from one run to the next."""

    source: SourceSettings = SourceSettings()
    depth: DepthSettings = DepthSettings()
    scene: SceneSettings = SceneSettings()
    display: DisplaySettings = DisplaySettings()

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
    "scene": SceneSettings,
    "display": DisplaySettings,
}


def group_of(name: str) -> str:
    """The group that field `name` is in. Raises SettingsError if there is no such field."""
    for group, model in GROUPS.items():
        if name in model.model_fields:
            return group
    raise SettingsError(f"there is no setting called {name!r}")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is known of one setting, for whoever shows it."""

    name: str
    meaning: str
    type: type
    default: Any
    choices: tuple[str, ...]
    """Empty unless the value is one of a few words."""
    low: float | None
    high: float | None

    @property
    def help(self) -> str:
        """The meaning and, where there is one, the range."""
        if self.low is None or self.high is None:
            return self.meaning
        return f"{self.meaning} From {self.low:g} to {self.high:g}."


@cache
def declaration(name: str) -> Declaration:
    """The declaration of field `name`. Raises SettingsError if there is no such field."""
    field = GROUPS[group_of(name)].model_fields[name]
    is_choice = get_origin(field.annotation) is Literal
    bounds: dict[type, float] = {
        type(limit): float(getattr(limit, type(limit).__name__.lower()))
        for limit in field.metadata
        if isinstance(limit, Ge | Gt | Le | Lt)
    }
    return Declaration(
        name=name,
        meaning=field.description or "",
        type=str if is_choice or not isinstance(field.annotation, type) else field.annotation,
        default=field.default,
        choices=get_args(field.annotation) if is_choice else (),
        low=bounds.get(Ge, bounds.get(Gt)),
        high=bounds.get(Le, bounds.get(Lt)),
    )


def from_tree(tree: dict[str, Any]) -> Settings:
    """Settings from nested dicts. Raises SettingsError naming the field and its range."""
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        raise SettingsError(explain(error)) from None


def explain(error: ValidationError) -> str:
    """One line per wrong field: its name, what is wrong, what it was."""
    lines = []
    for detail in error.errors(include_url=False):
        name = ".".join(str(part) for part in detail["loc"])
        message = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
        lines.append(f"{name} {message} (it is {detail['input']!r})")
    return "; ".join(lines)
