"""Options that hold for one run and are not remembered: how to run, how long, and what to write at the end."""

from math import isfinite
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from engine.settings.traits import Traits

DEFAULT_SIZE = "1280x720"
LARGEST_SIDE_PX = 8192  # what every OpenGL of the last ten years can draw into

_COMMON = Traits(is_common=True)


def _numbers(text: str, what: str, least: int, most: int) -> tuple[float, ...]:
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        values = ()
    if not least <= len(values) <= most or not all(map(isfinite, values)):
        raise ValueError(f"should be {what}")
    return values


def _orbit(text: str) -> str:
    _numbers(text, "YAW,PITCH or YAW,PITCH,DISTANCE, such as 30,10", 2, 3)
    return text


def _size(text: str) -> str:
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise ValueError("should be WIDTHxHEIGHT, such as 1280x720")
    if not 0 < min(int(width), int(height)) <= max(int(width), int(height)) <= LARGEST_SIDE_PX:
        raise ValueError(f"should have sides from 1 to {LARGEST_SIDE_PX} pixels")
    return text


PictureSize = Annotated[str, AfterValidator(_size)]
"""WIDTHxHEIGHT in pixels."""


class RunOptions(BaseModel):
    """Options for this run only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    headless: Annotated[bool, _COMMON] = False
    """Draw without a window."""
    frames: int | None = Field(None, ge=1)
    """Stop after this many frames, counted from the first one with depth."""
    fps: Annotated[float | None, _COMMON] = Field(None, gt=0, le=1000)
    """Frame rate. The default is 60 in a window on a GPU, otherwise 30."""
    size: Annotated[PictureSize | None, _COMMON] = None
    """Picture size in pixels, WIDTHxHEIGHT. The default is the last size of the window, or 1280x720."""
    fullscreen: Annotated[bool | None, _COMMON] = None
    """Fill a monitor, or do not. The default is as the window was closed, unless a size is given. F changes it."""
    monitor_out: Annotated[int | None, _COMMON] = Field(None, ge=1)
    """Number of the monitor to open the window on, or to fill; 1 is the primary one."""
    width: int | None = Field(None, ge=1, le=LARGEST_SIDE_PX)
    """Picture width in pixels; replaces the one in --size."""
    height: int | None = Field(None, ge=1, le=LARGEST_SIDE_PX)
    """Picture height in pixels; replaces the one in --size."""
    orbit: Annotated[str, AfterValidator(_orbit)] = "0,0"
    """Viewpoint: YAW,PITCH[,DISTANCE], in degrees and units around the middle of the scene's depth."""
    camera_file: Path | None = None
    """Read focal length and principal point from a calibration file: OpenCV's YAML, XML or JSON."""
    screenshot: Annotated[Path | None, _COMMON] = None
    """Save the last picture to this file at the end."""
    stats: Path | None = None
    """Save measurements to this JSON file at the end."""
    virtual_cam: Annotated[bool, _COMMON] = False
    """Send the picture, without panels, to a virtual camera for other programs."""
    list_sources: Annotated[bool, _COMMON] = False
    """List the cameras and monitors of this machine, and exit."""
    download: Annotated[bool, _COMMON] = False
    """First download the weights of the chosen network if they are missing. Size and license are shown."""
    reset_settings: Annotated[bool, _COMMON] = False
    """Forget the remembered settings and start with the defaults."""
    dev: bool = False
    """Reload shaders when their files change."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Verbosity of the terminal output."""

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the picture."""
        width, height = map(int, (self.size or DEFAULT_SIZE).split("x"))
        return self.width or width, self.height or height

    @property
    def names_size(self) -> bool:
        """Whether a size was given."""
        return not (self.size is None and self.width is None and self.height is None)

    @property
    def orbit_deg(self) -> tuple[float, float, float | None]:
        """Yaw and pitch in degrees, and the distance if one was given."""
        yaw, pitch, *distance = _numbers(self.orbit, "", 2, 3)
        return yaw, pitch, distance[0] if distance else None


class Outputs(BaseModel):
    """Output files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    output_dir: Path = Path("out")
    """Folder for all output files."""
    grayscale: bool = False
    """Write depth in gray levels instead of colors. Near is bright in both."""
    depth_only: bool = False
    """Skip the video with picture and depth side by side."""
    save_npz: bool = False
    """Also save all depth maps in one NumPy file."""
    save_exr: bool = False
    """Also save one EXR file per frame, with depth in channel Z."""
    save_png16: bool = False
    """Also save one 16-bit PNG per frame, and the scale in a JSON file."""
    save_ply: bool = False
    """Also save one colored point cloud per frame: with camera poses, all in one world."""
    save_tum: bool = False
    """Also save a folder of pictures and depth in the layout of the TUM RGB-D benchmark."""
    save_rgbd: bool = False
    """Also save pictures and depth in one file, NAME_rgbd.mkv, which this program plays as a scene."""

    def videos(self, clip: Path) -> list[Path]:
        """Return the videos made from `clip`: the depth, and the picture beside its depth."""
        names = ("depth",) if self.depth_only else ("depth", "side_by_side")
        return [self.output_dir / f"{clip.stem}_{name}.mp4" for name in names]

    def recording(self, clip: Path) -> Path:
        """Return the file with pictures and depth made from `clip`."""
        return self.output_dir / f"{clip.stem.removesuffix('_rgbd')}_rgbd.mkv"

    def folder(self, clip: Path) -> Path:
        """Return the folder for the depth of each frame of `clip`."""
        return self.output_dir / f"{clip.stem}_depth"
