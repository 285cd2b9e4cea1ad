"""What a command line asks for in other words than the settings: each name stands for some of them."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from engine.commands.option import Positional
from engine.errors import SettingsError
from engine.settings.traits import Traits

_COMMON = Traits(is_common=True)


class Request(BaseModel):
    """Which source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def changes(self) -> dict[str, Any]:
        """The settings that this stands for, by name. Raises SettingsError for what excludes each other."""
        return {}


def _rectangle(text: str) -> str:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 4 or not all(part.removeprefix("-").isdecimal() for part in parts):
        raise ValueError("should be X,Y,WIDTH,HEIGHT in pixels, such as 0,0,1280,720")
    return ",".join(parts)


class CameraRequest(Request):
    """Which camera."""

    camera_id: Annotated[int | None, _COMMON] = Field(None, ge=0, le=63)
    """The camera with this number; --list-sources shows them. Without, the first."""

    def changes(self) -> dict[str, Any]:
        return {} if self.camera_id is None else {"source": f"webcam:{self.camera_id}"}


class ScreenRequest(Request):
    """Which part of the screen."""

    monitor: Annotated[int | None, _COMMON] = Field(None, ge=1, le=16)
    """The monitor with this number; --list-sources shows them. Without, the primary one."""
    region: Annotated[Annotated[str, AfterValidator(_rectangle)] | None, _COMMON] = None
    """A part of the desktop: X,Y,WIDTH,HEIGHT in pixels."""

    def changes(self) -> dict[str, Any]:
        if self.monitor is not None and self.region is not None:
            raise SettingsError("--monitor and --region exclude each other: a region is a part of the whole desktop")
        if self.region is not None:
            return {"source": f"screen:{self.region}"}
        return {} if self.monitor is None else {"source": f"screen:{self.monitor}"}


class PacedScreenRequest(ScreenRequest):
    """Which part of the screen, and how often."""

    fps: Annotated[float | None, _COMMON] = Field(None, ge=1, le=120)
    """How often per second the screen is captured; without, 30."""

    def changes(self) -> dict[str, Any]:
        return super().changes() | ({} if self.fps is None else {"screen_fps": self.fps})


class AnyRequest(ScreenRequest, CameraRequest):
    """The source without --source: by its name alone, cameras and monitors by their numbers."""

    place: Positional[str | None] = None
    """What --source can be; a capture's folder, say."""
    depth: Positional[Path | None] = None
    """The depth map of a picture; the same as --depth-map."""

    def changes(self) -> dict[str, Any]:
        camera, screen = CameraRequest.changes(self), ScreenRequest.changes(self)
        if (camera and screen) or (self.place is not None and (camera or screen)):
            raise SettingsError("--camera-id, --monitor and --region exclude each other and another source")
        named = {} if self.place is None else {"source": self.place, "depth_map": self.depth}
        return camera or screen or named


class PictureRequest(Request):
    """Which picture."""

    image: Positional[Path]
    """The picture."""
    depth: Positional[Path | None] = None
    """Its depth map: 16-bit PNG, NPZ or EXR. Without, a network estimates it."""

    def changes(self) -> dict[str, Any]:
        return {"source": str(self.image), "depth_map": self.depth}


class Shorthands(BaseModel):
    """Several settings at once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    preset: Annotated[str | None, _COMMON] = None
    """Settings that go together: real-time, balanced, quality, high-quality, streaming, presentation, studio, or your
    own."""
    high_quality: Annotated[bool, _COMMON] = False
    """The same as --preset high-quality."""
    fp32: bool = False
    """The same as --precision fp32."""

    def changes(self) -> dict[str, Any]:
        """The settings, apart from the preset's, that this stands for."""
        return {"precision": "fp32"} if self.fp32 else {}

    @property
    def chosen_preset(self) -> str | None:
        """Raises SettingsError if two are asked for."""
        if self.high_quality and self.preset not in (None, "high-quality"):
            raise SettingsError(f"--preset {self.preset} and --high-quality exclude each other: both are presets")
        return self.preset or ("high-quality" if self.high_quality else None)
