"""Encoders of the GPU."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

import av
from av.video.codeccontext import VideoCodecContext

from engine.export.encodings import CODECS, Encoding

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Maker:
    """How the encoders of one maker are used."""

    pix_fmt: str = "nv12"
    deep: str = "p010le"
    options: Mapping[str, str] = field(default_factory=dict)
    quality: str = ""
    """As in `Encoding`."""


MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        "nvenc": Maker("yuv420p", options={"rc": "vbr", "cq": "20", "b": "0", "preset": "p5"}, quality="cq"),
        "qsv": Maker(options={"global_quality": "20"}, quality="global_quality"),
        "vaapi": Maker(options={"qp": "20"}, quality="qp"),
        "videotoolbox": Maker(options={"flags": "+qscale", "global_quality": str(65 * 118)}),
        "amf": Maker(options={"rc": "qvbr", "qvbr_quality_level": "20"}, quality="qvbr_quality_level"),
    }
)
"""By the ending of FFmpeg's names of their encoders; tried in this order."""
_WORST = 51


def hardware_encoding(codecs: Iterable[str], size: tuple[int, int], *, is_deep: bool) -> Encoding | None:
    """Return the first encoder for one of `codecs` that really encodes a frame of `size`; None if there is none.

    is_deep: in ten bits.
    """
    tried = []
    for encoding in _candidates(codecs, is_deep=is_deep):
        if encoding.encoder in av.codecs_available:
            if can_encode(encoding, size):
                log.info("encoded by %s", encoding.encoder)
                return encoding
            tried.append(encoding.encoder)
    log.warning("no encoder of a GPU works here (%s); encoding with software", _said(tried))
    return None


def can_encode(encoding: Encoding, size: tuple[int, int]) -> bool:
    """Return whether an encoder opens, and gives a packet for a frame of `size`."""
    width, height = (side + side % 2 for side in size)
    try:
        context = av.CodecContext.create(encoding.encoder, "w")
        assert isinstance(context, VideoCodecContext)
        context.width, context.height, context.pix_fmt = width, height, encoding.pix_fmt
        context.time_base, context.framerate = Fraction(1, 25), Fraction(25)
        context.options = dict(encoding.options)
        frame = av.VideoFrame(width, height, encoding.pix_fmt)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.pts, frame.time_base = 0, context.time_base
        packets = context.encode(frame) + context.encode(None)
    except (av.FFmpegError, OSError, ValueError, RuntimeError):
        return False
    return any(packet.size for packet in packets)


def _candidates(codecs: Iterable[str], *, is_deep: bool) -> Iterator[Encoding]:
    for codec in codecs:
        for name, maker in MAKERS.items():
            pix_fmt = maker.deep if is_deep else maker.pix_fmt
            yield Encoding(
                f"{codec}_{name}", pix_fmt, maker.options, tag=CODECS[codec].tag, quality=maker.quality, worst=_WORST
            )


def _said(tried: Sequence[str]) -> str:
    return f"{', '.join(tried)} do not open" if tried else "FFmpeg has none"
