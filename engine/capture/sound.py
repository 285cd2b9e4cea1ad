"""The sound of a video on its way into another one."""

import logging
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet

if TYPE_CHECKING:
    SoundPacket: TypeAlias = Packet[AudioStream]
else:  # generic for type checkers only
    SoundPacket = Packet

log = logging.getLogger(__name__)

COPIED = frozenset({"aac", "mp3", "ac3", "eac3", "alac", "flac", "opus"})
"""Codecs that MP4 can hold; others are encoded anew as AAC, mono or stereo."""
LOWEST_MP3_HZ, HIGHEST_AAC_HZ = 16_000, 48_000
"""MP4 holds no MP3 of a lower rate, and players expect no AAC of a higher one."""
_SILENCE_S = 0.1  # a gap that is kept


class Sound:
    """The first sound of `source`, copied packet by packet where MP4 can hold it, so that nothing is lost."""

    def __init__(self, source: Path, start_s: float, end_s: float | None = None) -> None:
        """`start_s`: the time in the source that becomes 0; `end_s`: where it ends in the new video, None: with the
        source. Raises av.FFmpegError if the source cannot be opened."""
        self._source, self._start_s, self._end_s = source, start_s, end_s
        self._input = av.open(str(source))
        self._stream = next(iter(self._input.streams.audio), None)
        self._packets: Iterator[SoundPacket] = iter(())
        self._output: OutputContainer | None = None
        self._waiting: SoundPacket | None = None
        self._last_dts: int | None = None
        self._heard: int | None = None  # samples up to the end of what was encoded anew

    def add_to(self, output: OutputContainer) -> None:
        """Give `output` a stream for the sound, if there is any."""
        if self._stream is None:
            return
        self._output = output
        codec, rate = self._stream.codec_context.codec.canonical_name, self._stream.rate
        self._copies = codec in COPIED and not (codec == "mp3" and rate < LOWEST_MP3_HZ)
        if self._copies:
            self._added: AudioStream = output.add_stream_from_template(self._stream)
        else:
            self._added = output.add_stream("aac", rate=min(rate, HIGHEST_AAC_HZ))
            self._added.codec_context.layout = "mono" if self._stream.channels == 1 else "stereo"
        self._packets = self._input.demux(self._stream)
        self._waiting = next(self._packets, None)

    def copy_until(self, time_s: float) -> None:
        """Bring over what is heard before `time_s` in the new video."""
        while self._waiting is not None and self._time_s(self._waiting) <= time_s:
            self._copy(self._waiting)
            self._waiting = self._next()

    def finish(self) -> None:
        """Bring over the rest."""
        self.copy_until(float("inf") if self._end_s is None else self._end_s)
        if self._output is not None and not self._copies:
            self._output.mux(self._added.encode(None))
        self._input.close()

    def _time_s(self, packet: SoundPacket) -> float:
        """When a packet is heard in the new video; a packet without time belongs to the one before."""
        if packet.pts is None or packet.time_base is None:
            return float("-inf")
        return float(packet.pts * packet.time_base) - self._start_s

    def _next(self) -> SoundPacket | None:
        try:
            return next(self._packets, None)
        except av.FFmpegError as error:
            log.warning("the sound of %s ends early: it is damaged (%s)", self._source, error.strerror)
            return None

    def _copy(self, packet: SoundPacket) -> None:
        assert self._output is not None
        if not self._copies:
            for frame in self._decoded(packet):
                self._output.mux(self._added.encode(frame))
            return
        if packet.dts is None or packet.time_base is None:  # what ends a file, without content
            return
        if self._last_dts is not None and packet.dts <= self._last_dts:  # times begin anew, in joined recordings, say
            return
        self._last_dts = packet.dts
        offset = round(self._start_s / packet.time_base)
        packet.dts -= offset
        if packet.pts is not None:
            packet.pts -= offset
        packet.stream = self._added
        self._output.mux(packet)

    def _decoded(self, packet: SoundPacket) -> list[AudioFrame]:
        try:
            frames = packet.decode()
        except av.FFmpegError as error:
            log.debug("a part of the sound of %s is damaged (%s)", self._source, error.strerror)
            return []
        for frame in frames:
            self._place(frame)
        return frames

    def _place(self, frame: AudioFrame) -> None:
        """Say when `frame` is heard: right after the one before, for the encoder takes neither overlaps nor the small
        gaps that rounded times make; only a long silence stays."""
        rate = frame.sample_rate
        if frame.pts is not None and frame.time_base is not None:
            stated = round((float(frame.pts * frame.time_base) - self._start_s) * rate)
            if self._heard is None or stated - self._heard > _SILENCE_S * rate:
                self._heard = stated
        frame.time_base = Fraction(1, rate)
        frame.pts = self._heard = self._heard or 0
        self._heard += frame.samples
