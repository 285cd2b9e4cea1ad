"""AVIF photographs with more than 8 bits, of which Pillow gives 8."""

import io
from contextlib import suppress
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from engine.frames import Image
from engine.sources.nclx import Colors

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

_SEARCHED = 1 << 20
_HIGH_BIT_DEPTH = 0x40
"""In the third byte of the box av1C."""


def decode_deep(data: bytes, size: tuple[int, int], colors: Colors, *, has_profile: bool) -> Image | None:
    """Return a photograph (H, W, 3) as it is stored, dithered to 8 bits; in sRGB, unless it `has_profile` and is SDR.

    Returns None if it has 8 bits, or cannot be decoded. `size`: width and height. `colors`: what the file states.
    """
    at = data.find(b"av1C", 0, _SEARCHED)
    if at < 0 or not data[at + 6 : at + 7] or not data[at + 6] & _HIGH_BIT_DEPTH:
        return None
    from av.video.reformatter import ColorPrimaries, Colorspace, ColorTrc

    from engine.sources.recording.frame_converter import UNSPECIFIED_COLORSPACE, FrameConverter
    from engine.sources.recording.tone_map import ASSUMED_PEAK_NITS

    width, height = size
    tiles = _tiles(data, size)
    if not tiles:
        return None
    pixels = np.empty((height, width, 3), np.uint8)
    converter = FrameConverter(ASSUMED_PEAK_NITS)
    for place, frame in enumerate(tiles):
        with suppress(ValueError):
            frame.color_trc, frame.color_primaries = ColorTrc(colors.transfer), ColorPrimaries(colors.primaries)
        if has_profile and not colors.is_hdr:
            frame.color_primaries = ColorPrimaries.UNSPECIFIED
        if frame.colorspace == UNSPECIFIED_COLORSPACE and not colors.is_hdr:
            frame.colorspace = Colorspace.ITU601
        down, across = divmod(place, ceil(width / frame.width))
        into = pixels[down * frame.height :, across * frame.width :][: frame.height, : frame.width]
        into[...] = converter.run(frame, frame.width, frame.height)[: into.shape[0], : into.shape[1], :3]
    return pixels


def _tiles(data: bytes, size: tuple[int, int]) -> "list[VideoFrame]":
    """Return the tiles of a photograph, row by row: one of this size, or several of one size; none if they are not."""
    import av  # late: it loads FFmpeg

    decoded: dict[int, VideoFrame] = {}
    with suppress(av.FFmpegError), av.open(io.BytesIO(data), "r") as container:
        for packet in container.demux(video=tuple(range(len(container.streams.video)))):
            for frame in packet.decode():
                if (frame.width, frame.height) == size and packet.stream.index == 0:
                    return [frame]
                decoded.setdefault(packet.stream.index, frame)
    frames = [decoded[index] for index in sorted(decoded)]
    tiles = [frame for frame in frames if _form(frame) == _form(frames[0])]  # others are transparency, or small copies
    count = ceil(size[0] / tiles[0].width) * ceil(size[1] / tiles[0].height) if tiles else 0
    return tiles[:count] if len(tiles) >= count else []


def _form(frame: "VideoFrame") -> tuple[int, int, str]:
    return frame.width, frame.height, frame.format.name
