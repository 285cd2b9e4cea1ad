"""How films are encoded: codecs, and what each kind of file can hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

import av
from av.video.format import VideoFormat

from engine.errors import InputError
from engine.export.audio_track import IN_MATROSKA, IN_MP4, IN_WEBM, SoundRules
from engine.files.video_color import SDR, VideoColor

CodecName = Literal["auto", "h264", "hevc", "av1", "vp9", "prores", "hardware"]
ContainerName = Literal["mp4", "mkv", "webm", "mov", "gif", "webp", "apng", "png"]


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoder and its options."""

    encoder: str
    """FFmpeg's name of it."""
    pix_fmt: str
    options: Mapping[str, str] = field(default_factory=dict)
    tag: str = ""
    """The name of the codec inside the file, where players want another one than FFmpeg's default."""
    quality: str = "crf"
    """The option that `--crf` sets; empty if there is none."""
    worst: int = 63
    """The largest value of that."""
    tick: Fraction | None = None
    """The unit of times, where the format prescribes one."""
    is_rgb: bool = False
    full_color: str = ""
    """The pixel format without subsampled color; empty if there is none."""
    deep: str = ""
    """The pixel format with ten bits, of which decoders of players are made; empty if there is none."""
    color: VideoColor = SDR
    """What the numbers in the stream mean."""

    @property
    def bits(self) -> int:
        """Bits for each of the three channels of color."""
        return max(component.bits for component in VideoFormat(self.pix_fmt).components)

    @property
    def is_available(self) -> bool:
        """Whether FFmpeg has the encoder."""
        return self.encoder in av.codecs_available

    def without_subsampling(self) -> "Encoding | None":
        """Return this encoding with color in full resolution; None if there is none."""
        if self.is_rgb:
            return self
        deep = f"{self.full_color}10le" if self.deep else ""
        return replace(self, pix_fmt=self.full_color, deep=deep) if self.full_color else None

    def in_ten_bits(self) -> "Encoding | None":
        """Return this encoding with at least ten bits; None if this FFmpeg cannot do that."""
        if self.bits > 8:
            return self
        if not (self.deep and self.is_available):
            return None
        known = {found.name for found in av.Codec(self.encoder, "w").video_formats or ()}
        return replace(self, pix_fmt=self.deep) if self.deep in known else None

    def with_quality(self, crf: int | None) -> "Encoding":
        """Return this encoding at another quality. Raises InputError if it has no such scale."""
        if crf is None:
            return self
        if not self.quality:
            raise InputError(f"--crf has no meaning for {self.encoder}; leave it out")
        if crf > self.worst:
            raise InputError(f"--crf goes from 0 to {self.worst} for {self.encoder}")
        return replace(self, options={**self.options, self.quality: str(crf)})


CODECS: Mapping[str, Encoding] = MappingProxyType(
    {
        "h264": Encoding("libx264", "yuv420p", {"crf": "16", "preset": "fast"}, worst=51, full_color="yuv444p"),
        "hevc": Encoding("libx265", "yuv420p", {"crf": "19", "preset": "fast", "x265-params": "log-level=error"},
                         tag="hvc1", worst=51, full_color="yuv444p", deep="yuv420p10le"),
        "av1": Encoding("libsvtav1", "yuv420p", {"crf": "26", "preset": "8"}, deep="yuv420p10le"),
        "vp9": Encoding("libvpx-vp9", "yuv420p", {"crf": "24", "b": "0", "row-mt": "1", "cpu-used": "4"},
                        full_color="yuv444p", deep="yuv420p10le"),
        "prores": Encoding("prores_ks", "yuv422p10le", {"profile": "3"}, quality=""),
        "gif": Encoding("gif", "pal8", quality="", tick=Fraction(1, 100), is_rgb=True),
        "webp": Encoding("libwebp_anim", "yuv420p", {"quality": "85"}, quality="", tick=Fraction(1, 1000)),
        "apng": Encoding("apng", "rgb24", quality="", is_rgb=True),
    }
)  # fmt: skip
"""Encoders by the names of `--codec`, and those of the animated pictures.

Those with a crf lose at most 0.3 dB of the right eye of Motorcycle by default (`tests.bench.stereo_film`).
"""


@dataclass(frozen=True, slots=True)
class Container:
    """A kind of file."""

    codecs: tuple[str, ...]
    """What it can hold, the default first."""
    sound: SoundRules | None = None
    """Which audio it can hold; None: none."""
    options: Mapping[str, str] = field(default_factory=dict)


CONTAINERS: Mapping[str, Container] = MappingProxyType(
    {
        "mp4": Container(("h264", "hevc", "av1", "vp9"), IN_MP4, options={"movflags": "+faststart"}),
        "mov": Container(("h264", "hevc", "prores"), IN_MP4, options={"movflags": "+faststart"}),
        "mkv": Container(("h264", "hevc", "av1", "vp9", "prores"), IN_MATROSKA),
        "webm": Container(("vp9", "av1"), IN_WEBM),
        "gif": Container(("gif",), options={"loop": "0"}),
        "webp": Container(("webp",), options={"loop": "0"}),
        "apng": Container(("apng",), options={"plays": "0"}),
    }
)
"""Kinds of files by their suffix. A sequence of PNG files is none of them."""
