"""What a film keeps of the colors of its video."""

from dataclasses import replace

import numpy as np

from engine.errors import InputError
from engine.files.video_color import NAMES
from engine.settings import Settings
from engine.sources.recording.color import SourceColor
from engine.sources.recording.tone_map import from_srgb

_HDR_BITS = 10


def kept_color(found: SourceColor, settings: Settings, *, keeps_hdr: bool) -> SourceColor:
    """Return the colors of a film of a video with the colors `found`. What is tone-mapped has 8 bits.

    Raises InputError for settings that draw what is not in HDR.
    """
    if not found.color.is_hdr:
        return found
    if not keeps_hdr:
        return SourceColor()
    light, name = settings.light, NAMES[found.color.transfer]
    if light.light or light.shadows or light.occlusion or light.fog:
        raise InputError(f"light and fog are computed in SDR, and the video is in {name}: leave them or --hdr out")
    if settings.stereo.stereo.startswith("anaglyph"):
        raise InputError(f"anaglyphs are computed in SDR, and the video is in {name}: leave --hdr out")
    if settings.display.view != "color":
        raise InputError(f"--view {settings.display.view} is not in {name}, as the video is: leave --hdr out")
    return replace(found, bits=max(found.bits, _HDR_BITS))


def in_color(settings: Settings, color: SourceColor) -> Settings:
    """Return settings whose background color is written in the numbers of a film in `color`."""
    if not color.color.is_hdr:
        return settings
    background = settings.display.background
    srgb = np.array([int(background[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    encoded = from_srgb(srgb, color.color.transfer, color.color.primaries)
    red, green, blue = (round(255 * float(value)) for value in encoded)
    return settings.replace(background=f"#{red:02x}{green:02x}{blue:02x}")
