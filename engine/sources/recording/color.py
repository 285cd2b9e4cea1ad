"""What a video file says about its colors."""

import struct
from dataclasses import dataclass
from pathlib import Path

from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame

from engine.files.video_color import BT2020, SDR, MasteringDisplay, VideoColor
from engine.sources.recording.decoder import VideoFile
from engine.sources.recording.frame_converter import has_transparency
from engine.sources.recording.tone_map import is_hdr

_UNSPECIFIED = 2
_RATIONALS = 10  # of FFmpeg's AVMasteringDisplayMetadata: red, green, blue, white, darkest, brightest


@dataclass(frozen=True, slots=True)
class SourceColor:
    """The colors of a video as it has them."""

    bits: int = 8
    """For each of red, green and blue; 8 if frames may be transparent, since no other format is kept then."""
    color: VideoColor = SDR
    """SDR is converted to BT.709 by whoever reads it; HDR may be kept."""


def color_of(path: Path) -> SourceColor:
    """Return the colors of a video file, by its first frame. Raises SourceError if it cannot be opened."""
    file = VideoFile(path)
    try:
        first = next(file.decode(quietly=True), None)
        return SourceColor() if first is None else _color_of_frame(first[2])
    finally:
        file.close()


def _color_of_frame(frame: VideoFrame) -> SourceColor:
    if has_transparency(frame):
        return SourceColor()
    bits = max(component.bits for component in frame.format.components)
    if not is_hdr(frame):
        return SourceColor(bits)
    primaries = int(frame.color_primaries)
    primaries = BT2020 if primaries == _UNSPECIFIED else primaries
    mastering, light_level = _mastering(_side_data(frame, "MASTERING_DISPLAY_METADATA")), None
    stated = _side_data(frame, "CONTENT_LIGHT_LEVEL")
    if len(stated) >= 8:
        light_level = struct.unpack_from("=II", stated)
    return SourceColor(bits, VideoColor(primaries, int(frame.color_trc), BT2020, mastering, light_level))


def _side_data(frame: VideoFrame, name: str) -> bytes:
    found = frame.side_data.get(name)
    return bytes(found) if isinstance(found, SideData) else b""


def _mastering(data: bytes) -> MasteringDisplay | None:
    """Return what FFmpeg's AVMasteringDisplayMetadata says; None if not all of it is known."""
    if len(data) < 8 * _RATIONALS + 8:
        return None
    *numbers, has_primaries, has_luminance = struct.unpack_from(f"={2 * _RATIONALS + 2}i", data)
    if not (has_primaries and has_luminance):
        return None
    values = [over / (under or 1) for over, under in zip(numbers[::2], numbers[1::2], strict=True)]
    red, green, blue, white = ((values[at], values[at + 1]) for at in range(0, 8, 2))
    return MasteringDisplay(red, green, blue, white, values[8], values[9])
