"""The options of a film, for the command line and for programs."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.settings.run_options import PictureSize
from engine.settings.traits import Traits

_COMMON = Traits(is_common=True)


class FilmOptions(BaseModel):
    """Film."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    output_dir: Annotated[Path, _COMMON] = Path("out")
    """Folder for the results. Existing files are replaced."""
    format: Annotated[
        Literal["auto", "mp4", "mkv", "webm", "mov", "gif", "webp", "apng", "png", "jpg", "mpo"], _COMMON
    ] = "auto"
    """Kind of file; png is a folder of pictures, and jpg and mpo are one stereo picture of a photograph. auto: mp4 for
    photographs, jpg in stereo without --path, and for videos that of the source."""
    codec: Annotated[Literal["auto", "h264", "hevc", "av1", "vp9", "prores", "hardware"], _COMMON] = "auto"
    """Video codec. auto: H.264, HEVC for videos of 10 bits and pictures wider than 4096 pixels, VP9 in WebM. hardware:
    the same by an encoder of the GPU, if one works."""
    hdr: Annotated[Literal["tone-map", "keep"], _COMMON] = "tone-map"
    """HDR videos become SDR (tone-map), or stay HDR10 or HLG (keep)."""
    crf: Annotated[int | None, _COMMON] = Field(None, ge=0, le=63)
    """Quality on the scale of the codec; lower is better. The default of H.264, 16, is hard to tell from the source."""
    two_files: Annotated[bool, _COMMON] = False
    """Write the left and the right eye as two files, NAME_L and NAME_R."""
    size: Annotated[PictureSize | None, _COMMON] = None
    """What one eye sees, WIDTHxHEIGHT. The default is the size of the source, at most 1920 for photographs."""
    path: Annotated[str | None, _COMMON] = None
    """Camera path: swing, orbit, circle, dolly, zoom, vertigo, rise, or a TOML file with key frames. The default is
    swing for photographs."""
    amplitude: Annotated[float, _COMMON] = Field(6.0, gt=0, le=45)
    """How far the path goes to each side in degrees. Dolly, zoom and vertigo go 3 % of the way for each."""
    largest_hole: float = Field(0.05, gt=0, le=1)
    """Shorten the path where it would open holes wider than this share of the picture."""
    seconds: Annotated[float, _COMMON] = Field(4.0, gt=0, le=3600)
    """Length of the film of a photograph."""
    fps: Annotated[float, _COMMON] = Field(30.0, gt=0, le=240)
    """Frames per second of the film of a photograph, and of a folder of pictures."""
    start: Annotated[float, _COMMON] = Field(0.0, ge=0)
    """Where in a video to begin, in seconds."""
    end: Annotated[float | None, _COMMON] = Field(None, gt=0)
    """Where in a video to stop, in seconds. The default is its end."""
    loop: Annotated[bool, _COMMON] = False
    """Come back to where the path began, so that the film repeats without a jump."""
    fresh: Annotated[bool, _COMMON] = False
    """Start over, even if an earlier run of the same command left finished parts."""
    easing: Literal["smooth", "linear"] = "smooth"
    """Start and end the path at rest, or move evenly."""

    @property
    def size_px(self) -> tuple[int, int] | None:
        """Width and height of what one eye sees, if it was given."""
        if self.size is None:
            return None
        width, height = map(int, self.size.split("x"))
        return width, height
