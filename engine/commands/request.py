"""Arguments that are short forms of settings: each stands for one or more of them."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from engine.commands.option import Positional
from engine.errors import SettingsError
from engine.settings.traits import Traits

_COMMON = Traits(is_common=True)


class Request(BaseModel):
    """Source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def changes(self) -> dict[str, Any]:
        """Return the settings that this stands for, by name. Raises SettingsError for a contradiction."""
        return {}


def _rectangle(text: str) -> str:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 4 or not all(part.removeprefix("-").isdecimal() for part in parts):
        raise ValueError("should be X,Y,WIDTH,HEIGHT in pixels, such as 0,0,1280,720")
    return ",".join(parts)


class CameraRequest(Request):
    """Camera."""

    camera_id: Annotated[int | None, _COMMON] = Field(None, ge=0, le=63)
    """Number of the camera, as listed by --list-sources. The default is the first one."""

    def changes(self) -> dict[str, Any]:
        return {} if self.camera_id is None else {"source": f"webcam:{self.camera_id}"}


class ScreenRequest(Request):
    """Screen."""

    monitor: Annotated[int | None, _COMMON] = Field(None, ge=1, le=16)
    """Number of the monitor, as listed by --list-sources. The default is the primary one."""
    region: Annotated[Annotated[str, AfterValidator(_rectangle)] | None, _COMMON] = None
    """Part of the desktop: X,Y,WIDTH,HEIGHT in pixels."""

    def changes(self) -> dict[str, Any]:
        if self.monitor is not None and self.region is not None:
            raise SettingsError("--monitor and --region cannot be combined: a region is a part of the whole desktop")
        if self.region is not None:
            return {"source": f"screen:{self.region}"}
        return {} if self.monitor is None else {"source": f"screen:{self.monitor}"}


class PacedScreenRequest(ScreenRequest):
    """Screen."""

    fps: Annotated[float | None, _COMMON] = Field(None, ge=1, le=120)
    """Screen captures per second. The default is 30."""

    def changes(self) -> dict[str, Any]:
        return super().changes() | ({} if self.fps is None else {"screen_fps": self.fps})


class AnyRequest(ScreenRequest, CameraRequest):
    """Source, in short."""

    place: Positional[str | None] = None
    """The same as --source: a file, a folder, an address."""
    depth: Positional[Path | None] = None
    """The same as --depth-map: the depth map of a picture."""

    def changes(self) -> dict[str, Any]:
        camera, screen = CameraRequest.changes(self), ScreenRequest.changes(self)
        if (camera and screen) or (self.place is not None and (camera or screen)):
            raise SettingsError(
                "--camera-id, --monitor and --region cannot be combined with each other or with another source"
            )
        named = {} if self.place is None else {"source": self.place, "depth_map": self.depth}
        return camera or screen or named


class PictureRequest(Request):
    """Picture."""

    image: Positional[Path]
    """Picture file."""
    depth: Positional[Path | None] = None
    """Depth map of the picture: PNG, JPEG, TIFF, NPY, NPZ, EXR or PFM. Without one, a network estimates it."""

    def changes(self) -> dict[str, Any]:
        return {"source": str(self.image), "depth_map": self.depth}


class Shorthands(BaseModel):
    """Presets and shorthands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    preset: Annotated[str | None, _COMMON] = None
    """A preset: real-time, balanced, quality, high-quality, streaming, presentation, studio, or your own. Of stereo:
    this-screen, 3d-television, red-cyan-glasses, headset-file, projector."""
    high_quality: Annotated[bool, _COMMON] = False
    """The same as --preset high-quality."""
    fp32: bool = False
    """The same as --precision fp32."""

    def changes(self) -> dict[str, Any]:
        """Return the settings that this stands for, without those of the preset."""
        return {"precision": "fp32"} if self.fp32 else {}

    @property
    def chosen_preset(self) -> str | None:
        """The name of the preset, if one is given. Raises SettingsError for two."""
        if self.high_quality and self.preset not in (None, "high-quality"):
            raise SettingsError(f"--preset {self.preset} and --high-quality cannot be combined: both are presets")
        return self.preset or ("high-quality" if self.high_quality else None)
