"""AVIF photographs with more than 8 bits, of which Pillow gives 8."""

import io
from contextlib import suppress

from engine.frames import Image
from engine.sources.nclx import Colors

_SEARCHED = 1 << 20
_HIGH_BIT_DEPTH = 0x40
"""In the third byte of the box av1C."""


def decode_deep(data: bytes, size: tuple[int, int], colors: Colors, *, has_profile: bool) -> Image | None:
    """Return a photograph (H, W, 3) as it is stored, dithered to 8 bits; in sRGB, unless it `has_profile` and is SDR.

    Returns None if it has 8 bits, or tiles. `size`: width and height. `colors`: what the file states.
    """
    at = data.find(b"av1C", 0, _SEARCHED)
    if at < 0 or not data[at + 6 : at + 7] or not data[at + 6] & _HIGH_BIT_DEPTH:
        return None
    import av  # late: it loads FFmpeg
    from av.video.frame import VideoFrame
    from av.video.reformatter import ColorPrimaries, Colorspace, ColorTrc

    from engine.sources.recording.frame_converter import UNSPECIFIED_COLORSPACE, FrameConverter
    from engine.sources.recording.tone_map import ASSUMED_PEAK_NITS

    frame = None
    with suppress(av.FFmpegError, StopIteration), av.open(io.BytesIO(data), "r") as container:
        frame = next(container.decode(video=0))
    if not isinstance(frame, VideoFrame) or (frame.width, frame.height) != size:
        return None
    with suppress(ValueError):
        frame.color_trc, frame.color_primaries = ColorTrc(colors.transfer), ColorPrimaries(colors.primaries)
    if has_profile and not colors.is_hdr:
        frame.color_primaries = ColorPrimaries.UNSPECIFIED
    if frame.colorspace == UNSPECIFIED_COLORSPACE and not colors.is_hdr:
        frame.colorspace = Colorspace.ITU601
    return FrameConverter(ASSUMED_PEAK_NITS).run(frame, *size)
