"""What holds for one run and is not remembered: how to run, how long, and what to write at the end."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

DEFAULT_SIZE = "1280x720"
LARGEST_SIDE_PX = 8192  # what every OpenGL of the last ten years can draw into


def _numbers(text: str, what: str, least: int, most: int) -> tuple[float, ...]:
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        values = ()
    if not least <= len(values) <= most:
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


class RunOptions(BaseModel):
    """How to run, this time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    headless: bool = False
    """Draw into memory instead of a window."""
    frames: int | None = Field(None, ge=1)
    """Stop after this many turns of the loop, counted from the first depth."""
    fps: float | None = Field(None, gt=0, le=1000)
    """How often per second the loop turns; without, 60 in a window on a GPU, else 30."""
    size: Annotated[str, AfterValidator(_size)] | None = None
    """Size of the picture in pixels, WIDTHxHEIGHT; without, the window's last one, or 1280x720."""
    width: int | None = Field(None, ge=1, le=LARGEST_SIDE_PX)
    """Width of the picture in pixels, instead of the one in --size."""
    height: int | None = Field(None, ge=1, le=LARGEST_SIDE_PX)
    """Height of the picture in pixels, instead of the one in --size."""
    orbit: Annotated[str, AfterValidator(_orbit)] = "0,0"
    """Where to look from: YAW,PITCH[,DISTANCE], degrees round the middle between near and far, units from it."""
    camera_file: Path | None = None
    """Take focal length and principal point from this calibration file: OpenCV's YAML, XML or JSON."""
    screenshot: Path | None = None
    """Write the last picture to this file at the end."""
    stats: Path | None = None
    """Write what was measured to this JSON file at the end."""
    virtual_cam: bool = False
    """Send the picture, without the panels, to a virtual camera that other programs can open."""
    list_sources: bool = False
    """Name the cameras and monitors of this machine, and do nothing else."""
    download: bool = False
    """First fetch the weights of the chosen network if they are missing; size and license are shown."""
    reset_settings: bool = False
    """Forget the remembered settings and start with the defaults."""
    dev: bool = False
    """Use the shaders anew whenever one of their files changes."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """How much to say on the terminal."""

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        width, height = map(int, (self.size or DEFAULT_SIZE).split("x"))
        return self.width or width, self.height or height

    @property
    def names_size(self) -> bool:
        """Whether a size was asked for."""
        return not (self.size is None and self.width is None and self.height is None)

    @property
    def orbit_deg(self) -> tuple[float, float, float | None]:
        """Yaw and pitch in degrees, and the distance if one was given."""
        yaw, pitch, *distance = _numbers(self.orbit, "", 2, 3)
        return yaw, pitch, distance[0] if distance else None


class Outputs(BaseModel):
    """What is written, and where."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    output_dir: Path = Path("out")
    """The folder for everything that is written."""
    grayscale: bool = False
    """Depth as gray levels instead of colors; near is bright in both."""
    depth_only: bool = False
    """Leave out the video that shows picture and depth side by side."""
    save_npz: bool = False
    """Also all depth maps in one file for numpy."""
    save_exr: bool = False
    """Also one EXR file per frame, channel Z."""
    save_png16: bool = False
    """Also one 16-bit PNG per frame, and the scale in a JSON file."""
    save_ply: bool = False
    """Also one colored point cloud per frame."""

    def videos(self, clip: Path) -> list[Path]:
        """The videos that `clip` becomes: the depth, and side by side with the picture."""
        names = ("depth",) if self.depth_only else ("depth", "side_by_side")
        return [self.output_dir / f"{clip.stem}_{name}.mp4" for name in names]

    def folder(self, clip: Path) -> Path:
        """Where the depth of each frame of `clip` goes."""
        return self.output_dir / f"{clip.stem}_depth"
