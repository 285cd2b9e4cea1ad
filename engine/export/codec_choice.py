"""The choice of an encoding for a film."""

from collections.abc import Sequence

from engine.errors import InputError
from engine.export.encodings import CODECS, CONTAINERS, Encoding
from engine.export.hardware import hardware_encoding
from engine.export.hdr import with_color
from engine.files.video_color import SDR, VideoColor

_TOO_LARGE_FOR_H264 = 4096


def encoding_for(
    container: str, codec: str, size: tuple[int, int], crf: int | None = None, *, needs_full_color: bool = False,
    bits: int = 8, color: VideoColor = SDR,
) -> Encoding:  # fmt: skip
    """Return how to encode frames of `size` into a file of the kind `container`.

    codec: "auto" is the container's first one, but HEVC for frames that are too large for H.264 decoders, and the first
    that holds ten bits if that is needed. "hardware" is an encoder of the GPU, if one works.
    needs_full_color: do not subsample color.
    bits, color: of the source. More than 8 bits are kept where the codec can.
    Raises InputError if the container cannot hold the codec, the codec cannot hold HDR, or FFmpeg lacks the encoder.
    """
    held, is_deep = CONTAINERS[container].codecs, bits > 8
    is_hardware, is_chosen = codec == "hardware", codec not in ("auto", "hardware")
    if not is_chosen:
        codec = _default(held, size, is_deep=is_deep, needs_full_color=needs_full_color)
    if codec not in held:
        able = ", ".join(name for name, one in CONTAINERS.items() if codec in one.codecs)
        raise InputError(f"{container} cannot hold {codec}; use --format {able}, or --codec {held[0]}")
    encoding = None
    if is_hardware and not needs_full_color and not CODECS[codec].is_rgb:
        able_ones = [name for name in held if not is_deep or CODECS[name].deep]
        encoding = hardware_encoding(dict.fromkeys([codec, *able_ones]), size, is_deep=is_deep)
    encoding = (encoding or CODECS[codec]).with_quality(crf)
    if not encoding.is_available:
        raise InputError(f"this FFmpeg has no encoder {encoding.encoder} for {codec}; choose another --codec")
    if needs_full_color:
        full = encoding.without_subsampling()
        if full is None:
            raise InputError(f"{codec} is written with subsampled color, which would mix the eyes; use --codec h264")
        encoding = full
    if is_deep:
        encoding = encoding.in_ten_bits() or encoding
    if color.is_hdr and encoding.bits <= 8:
        raise InputError(
            f"{codec} is written in 8 bits, too few for HDR; use --format mkv --codec hevc, or leave --hdr out"
        )
    return with_color(encoding, color)


def _default(held: Sequence[str], size: tuple[int, int], *, is_deep: bool, needs_full_color: bool) -> str:
    for name in held if is_deep else ():
        encoding = CODECS[name].without_subsampling() if needs_full_color else CODECS[name]
        if encoding is not None and encoding.in_ten_bits() is not None:
            return name
    return "hevc" if held[0] == "h264" and max(size) > _TOO_LARGE_FOR_H264 else held[0]
