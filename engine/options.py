"""What holds for one run and is not remembered: how to run, how long, and what to write at the end."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


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


class RunOptions(BaseModel):
    """How to run, this time."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    headless: bool = False
    """Draw into memory instead of a window."""
    frames: int | None = Field(None, ge=1)
    """Stop after this many turns of the loop, counted from the first depth."""
    fps: float = Field(30.0, gt=0, le=1000)
    """How often per second the loop turns."""
    size: str = Field("1280x720", pattern=r"^[1-9]\d{0,4}x[1-9]\d{0,4}$")
    """Size of the picture in pixels, WIDTHxHEIGHT."""
    orbit: Annotated[str, AfterValidator(_orbit)] = "0,0"
    """Where to look from: YAW,PITCH[,DISTANCE], degrees round the middle of the scene and world units from it."""
    screenshot: Path | None = None
    """Write the last picture to this file at the end."""
    stats: Path | None = None
    """Write what was measured to this JSON file at the end."""
    list_sources: bool = False
    """Name the cameras and monitors of this machine, and do nothing else."""
    download: bool = False
    """First fetch the weights of the chosen network if they are missing; size and licence are shown."""
    reset_settings: bool = False
    """Forget the remembered settings and start with the defaults."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """How much to say on the terminal."""

    @property
    def size_px(self) -> tuple[int, int]:
        width, height = self.size.split("x")
        return int(width), int(height)

    @property
    def orbit_deg(self) -> tuple[float, float, float | None]:
        """Yaw and pitch in degrees, and the distance if one was given."""
        yaw, pitch, *distance = _numbers(self.orbit, "", 2, 3)
        return yaw, pitch, distance[0] if distance else None
