"""The audio track of a video, copied into another video."""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.codec import Codec
from av.container import OutputContainer
from av.packet import Packet

from engine.files.timestamps import JoinedTimes

if TYPE_CHECKING:
    AudioPacket: TypeAlias = Packet[AudioStream]
else:  # generic for type checkers only
    AudioPacket = Packet

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SoundRules:
    """Which audio a kind of file can hold."""

    copied: frozenset[str] | None
    """Codecs that are copied; None: all."""
    encoder: str
    """What others are re-encoded with, as mono or stereo."""
    sample_format: str


IN_MP4 = SoundRules(frozenset({"aac", "mp3", "ac3", "eac3", "alac", "flac", "opus"}), "aac", "fltp")
IN_MATROSKA = SoundRules(None, "aac", "fltp")
IN_WEBM = SoundRules(frozenset({"opus", "vorbis"}), "libopus", "flt")
LOWEST_MP3_HZ, HIGHEST_AAC_HZ = 16_000, 48_000
"""MP4 cannot hold MP3 of a lower rate, and players do not expect AAC of a higher one."""
_TAGS = ("language", "title")  # of a track, which are kept
_SILENCE_S = 0.1  # shorter gaps are closed
_OVERLAP_S = 0.04  # frames that overlap more are dropped: the audio would be audibly late

REFUSALS = (av.FFmpegError, ValueError)
"""What FFmpeg and PyAV raise for audio that they cannot write. An OSError among them is about the file."""


class AudioRefusedError(Exception):
    """A video cannot have this audio track."""


class AudioTrack:
    """An audio track of `source`. It is copied without loss where the new file can hold it.

    Parts that are refused are dropped, with one line in the log.
    """

    def __init__(
        self,
        source: Path,
        start_s: float,
        end_s: float | None = None,
        offsets_s: Sequence[float] = (),
        *,
        number: int = 0,
        rules: SoundRules = IN_MP4,
        is_cut: bool = False,
    ) -> None:
        """`start_s`: the time in the source that becomes 0. `end_s`: where the track ends in the new video; None for
        the end of the source. `offsets_s`: added to the times of its frames from each place where they restart.
        `number`: which of the audio tracks. `rules`: those of the new file. `is_cut`: leave out what
        is heard before `start_s`.

        Raises av.FFmpegError if the source cannot be opened.
        """
        self._source, self._start_s, self._end_s = source, start_s, end_s
        self._input = av.open(os.path.abspath(source), metadata_errors="replace")  # see sources/recording/decoder.py
        self._times = JoinedTimes(self._input.format.flags, offsets_s)
        self._is_joined = bool(offsets_s)
        self._stream = next(iter(self._input.streams.audio[number:]), None)
        self._rules, self._is_cut = rules, is_cut
        self._packets: Iterator[AudioPacket] = iter(())
        self._output: OutputContainer | None = None
        self._waiting: tuple[float, AudioPacket] | None = None
        self._last_dts: int | None = None
        self._heard: int | None = None  # samples up to the end of what was re-encoded
        self._is_refusal_known = False
        self._resampled_kind: tuple[str, str, int] | None = None

    def add_to(self, output: OutputContainer) -> None:
        """Add an audio stream to `output`, if the source has audio. Raises one of REFUSALS if that is impossible."""
        if self._stream is None:
            return
        if self._stream.codec_context is None:
            raise ValueError("there is no decoder for it")
        codec, rate = self._stream.codec_context.codec.canonical_name, self._stream.rate
        is_held = (self._rules.copied is None or codec in self._rules.copied) and not (
            codec == "mp3" and rate < LOWEST_MP3_HZ
        )
        self._copies = is_held and not self._is_joined  # joined recordings may have different sample rates
        if self._copies:
            self._added: AudioStream = output.add_stream_from_template(self._stream)
        else:
            encoder = self._rules.encoder
            added = output.add_stream(encoder, rate=_rate(encoder, rate))
            assert isinstance(added, AudioStream)
            self._added = added
            self._added.codec_context.layout = "mono" if self._stream.channels == 1 else "stereo"
            self._added.codec_context.format = self._rules.sample_format
        self._added.metadata.update({key: value for key, value in self._stream.metadata.items() if key in _TAGS})
        self._output = output
        self._packets = self._input.demux(self._stream)
        self._waiting = self._next()

    def copy_until(self, time_s: float) -> None:
        """Copy what is heard before `time_s` in the new video."""
        while self._waiting is not None and self._waiting[0] <= time_s:
            self._copy(self._waiting[1])
            self._waiting = self._next()

    def finish(self) -> None:
        """Copy the rest."""
        self.copy_until(float("inf") if self._end_s is None else self._end_s)
        if self._output is not None and not self._copies:
            with self._refusable():
                self._mux(self._added.encode(None))
        self._input.close()

    def _next(self) -> tuple[float, AudioPacket] | None:
        """Return the next packet, and when it is heard in the new video; one without a time belongs to the one before.

        Its timestamps are changed to those of the new video.
        """
        while (packet := self._read()) is not None:
            if packet.pts is None and packet.dts is None:  # the empty packet at the end of a file
                return float("-inf"), packet
            at_s = float("-inf")
            if packet.pts is not None:
                lasts_s = float((packet.duration or 0) * packet.time_base)
                at_s = self._times.place(float(packet.pts * packet.time_base), lasts_s) - self._start_s
                if self._is_cut and at_s < -lasts_s / 2:
                    continue
            offset = round((self._times.offset_s - self._start_s) / packet.time_base)
            if packet.pts is not None:
                packet.pts += offset
            if packet.dts is not None:
                packet.dts += offset
            return at_s, packet
        return None

    def _read(self) -> AudioPacket | None:
        try:
            return next(self._packets, None)
        except av.FFmpegError as error:
            log.warning("the audio of %s ends early, since it is damaged (%s)", self._source, error.strerror)
            return None

    def _copy(self, packet: AudioPacket) -> None:
        if not self._copies:
            for frame in self._decoded(packet):
                with self._refusable():
                    self._mux(self._added.encode(frame))
            return
        if packet.dts is None:  # the empty packet at the end of a file
            return
        if self._last_dts is not None and packet.dts <= self._last_dts:  # recordings may overlap where they are joined
            return
        self._last_dts = packet.dts
        packet.stream = self._added
        with self._refusable():
            self._mux(packet)

    def _mux(self, packets: AudioPacket | Sequence[AudioPacket]) -> None:
        assert self._output is not None
        self._output.mux(packets)

    @contextmanager
    def _refusable(self) -> Iterator[None]:
        """Drop what is refused. Errors about the file, such as a full disk, are raised."""
        try:
            yield
        except REFUSALS as error:
            if isinstance(error, OSError):
                raise
            if not self._is_refusal_known:
                log.warning("a part of the audio of %s cannot be copied, and is dropped (%s)", self._source, error)
            self._is_refusal_known = True

    def _decoded(self, packet: AudioPacket) -> list[AudioFrame]:
        try:
            frames = packet.decode()
        except av.FFmpegError as error:
            log.debug("a part of the audio of %s is damaged (%s)", self._source, error.strerror)
            return []
        return [part for frame in frames for part in self._resampled(frame) if self._place(part)]

    def _resampled(self, frame: AudioFrame) -> list[AudioFrame]:
        kind = frame.format.name, frame.layout.name, frame.sample_rate
        if kind != self._resampled_kind:  # a resampler takes one kind only
            context, self._resampled_kind = self._added.codec_context, kind
            self._resampler = AudioResampler(context.format, context.layout, context.rate)
        return self._resampler.resample(frame)

    def _place(self, frame: AudioFrame) -> bool:
        """Set the time of `frame` to the end of the one before. Return False if it has to be dropped.

        The encoder accepts neither overlaps nor the small gaps of rounded times; only a long silence is kept. A frame
        that overlaps the end of the recording before is dropped.
        """
        rate = frame.sample_rate
        if frame.pts is not None and frame.time_base is not None:
            stated = round(float(frame.pts * frame.time_base) * rate)
            if self._heard is None or stated - self._heard > _SILENCE_S * rate:
                self._heard = stated
            elif self._heard - stated > _OVERLAP_S * rate:
                return False
        frame.time_base = Fraction(1, rate)
        frame.pts = self._heard = self._heard or 0
        self._heard += frame.samples
        return True


def _rate(encoder: str, rate_hz: int) -> int:
    """Return the lowest rate, not below `rate_hz` where possible, that the encoder has and players expect."""
    rates = sorted(rate for rate in Codec(encoder, "w").audio_rates or () if rate <= HIGHEST_AAC_HZ)
    return next((rate for rate in rates if rate >= rate_hz), HIGHEST_AAC_HZ)
