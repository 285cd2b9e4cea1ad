"""Static HDR metadata in video files: the mastering display (SMPTE ST 2086) and the content light level (CTA-861.3).

Encoders put it into the stream, and MP4 files into the description of it, from where FFmpeg copies it to other files.
"""

from dataclasses import replace
from struct import pack

from engine.export.encodings import Encoding
from engine.export.mp4_boxes import box
from engine.files.video_color import MasteringDisplay, Point, VideoColor

_CHROMATICITY, _LUMINANCE = 50_000, 10_000
"""Steps in 1 of xy, and in one nit."""


def with_color(encoding: Encoding, color: VideoColor) -> Encoding:
    """Return `encoding` for frames in `color`, which goes into the stream if the encoder can do that."""
    options = dict(encoding.options)
    if encoding.encoder == "libx265" and (said := _for_x265(color)):
        options["x265-params"] = ":".join([options["x265-params"], *said])
    elif encoding.encoder == "libsvtav1" and (said := _for_svt_av1(color)):
        options["svtav1-params"] = ":".join(said)
    return replace(encoding, options=options, color=color)


def mp4_boxes(color: VideoColor) -> bytes:
    """Return the boxes `mdcv` and `clli` (ISO/IEC 14496-12); nothing for what is not known."""
    boxes = b""
    if color.mastering is not None:
        display = color.mastering
        boxes += box(b"mdcv", pack(">8H2I", *_places(display), *_nits(display)))
    if color.light_level is not None:
        boxes += box(b"clli", pack(">2H", *(min(nits, 0xFFFF) for nits in color.light_level)))
    return boxes


def _for_x265(color: VideoColor) -> list[str]:
    said = []
    if color.mastering is not None:
        numbers = (*_places(color.mastering), *_nits(color.mastering))
        said.append("master-display=G({},{})B({},{})R({},{})WP({},{})L({},{})".format(*numbers))
    if color.light_level is not None:
        said.append("max-cll={},{}".format(*color.light_level))
    return said


def _for_svt_av1(color: VideoColor) -> list[str]:
    said = []
    if color.mastering is not None:
        display = color.mastering
        points = (
            f"{name}({x:.5f},{y:.5f})" for name, (x, y) in zip(("G", "B", "R", "WP"), _points(display), strict=True)
        )
        said.append(f"mastering-display={''.join(points)}L({display.brightest_nits:.4f},{display.darkest_nits:.4f})")
    if color.light_level is not None:
        said.append("content-light={},{}".format(*color.light_level))
    return said


def _points(display: MasteringDisplay) -> tuple[Point, ...]:
    return display.green, display.blue, display.red, display.white


def _places(display: MasteringDisplay) -> list[int]:
    return [round(_CHROMATICITY * value) for point in _points(display) for value in point]


def _nits(display: MasteringDisplay) -> tuple[int, int]:
    return round(_LUMINANCE * display.brightest_nits), round(_LUMINANCE * display.darkest_nits)
