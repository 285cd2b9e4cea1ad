"""The sound of a video, as it is played: with its pauses, jumps and repetitions."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from numpy.typing import NDArray

from engine.logs import log

Samples = NDArray[np.float32]
"""(2, n), from −1 to 1."""

RATE_HZ = 48_000
_SLIP_S = 0.1
"""If sound is earlier or later than this for some pictures, it is set right."""
_JUMP_S = 0.5
"""If it differs by more than this, something else is played."""
_SMOOTHING = 0.3
"""The share of each picture in the mean of the differences: depth takes more time for one than for another."""
_GAP_S = 0.05
"""Longer gaps in the track are silence."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What is to be heard with a picture."""

    position_s: float
    """Where the picture is in the video, from its first one."""
    is_playing: bool = True
    """Whether the video goes on from there at its own speed. Otherwise there is silence."""


class FollowedSound:
    """The audio track of a new video that follows pictures of another one. It is encoded as AAC.

    Call `follow` with what is heard from a time on, then `copy_until` with a later one.
    """

    def __init__(self, source: Path) -> None:
        """Raises av.FFmpegError if `source` cannot be opened."""
        self._source = _Track(source)
        self._output: OutputContainer | None = None
        self._written = 0
        """Samples so far."""
        self._heard: Heard | None = None
        self._anchor = 0.0
        """Position in the video at the time 0 of the new one, as the newest picture says."""
        self._slip_s = 0.0
        """Mean of how much later pictures are than the sound."""

    @property
    def has_sound(self) -> bool:
        """Whether the source has an audio track."""
        return self._source.has_sound

    def add_to(self, output: OutputContainer) -> None:
        """Add an audio stream to `output`."""
        stream = output.add_stream("aac", rate=RATE_HZ)
        assert isinstance(stream, AudioStream)
        stream.codec_context.layout, stream.codec_context.format = "stereo", "fltp"
        self._stream, self._output = stream, output

    def follow(self, time_s: float, heard: Heard | None) -> None:
        """Let `heard` be heard from `time_s` in the new video on; None: silence."""
        before, self._heard = self._heard, heard
        if heard is None or heard == before:
            return  # the same picture again says nothing about the time
        self._anchor = heard.position_s - time_s
        ahead_s = self._anchor + self._written / RATE_HZ - self._source.position_s
        if before is None or not before.is_playing or abs(ahead_s) > _JUMP_S:
            self._seek(ahead_s)
            return
        self._slip_s += _SMOOTHING * (ahead_s - self._slip_s)
        if abs(self._slip_s) > _SLIP_S:
            self._seek(ahead_s)

    def copy_until(self, time_s: float) -> None:
        """Add sound up to `time_s` in the new video."""
        count = round(time_s * RATE_HZ) - self._written
        if count <= 0:
            return
        is_heard = self._heard is not None and self._heard.is_playing
        self._encode(self._source.take(count) if is_heard else np.zeros((2, count), np.float32))

    def finish(self) -> None:
        """Write what the encoder still holds."""
        if self._output is not None:
            self._output.mux(self._stream.encode(None))
        self._source.close()

    def _seek(self, ahead_s: float) -> None:
        self._slip_s = 0.0
        if abs(ahead_s) > 1 / RATE_HZ:
            self._source.seek(self._source.position_s + ahead_s)

    def _encode(self, samples: Samples) -> None:
        assert self._output is not None
        frame = AudioFrame.from_ndarray(samples, "fltp", "stereo")
        frame.sample_rate, frame.time_base, frame.pts = RATE_HZ, Fraction(1, RATE_HZ), self._written
        self._written += samples.shape[1]
        self._output.mux(self._stream.encode(frame))


class _Track:
    """The first audio track of a video, as samples from any position on."""

    def __init__(self, path: Path) -> None:
        # the whole path, since FFmpeg takes what is before a colon for a protocol
        self._input = av.open(os.path.abspath(path), metadata_errors="replace")
        self._stream = next(iter(self._input.streams.audio), None)
        pictures = self._input.streams.best("video")
        first = pictures.start_time if pictures is not None else None
        self._start_s = float(first * (pictures.time_base or 0)) if pictures is not None and first is not None else 0.0
        self.position_s = 0.0
        """Of the next sample, from the first picture of the video."""
        self.seek(0.0)

    @property
    def has_sound(self) -> bool:
        return self._stream is not None and self._stream.codec_context is not None

    def seek(self, position_s: float) -> None:
        """Go on from `position_s`."""
        self.position_s = position_s
        self._blocks = self._decoded(self._start_s + position_s)
        self._block = np.zeros((2, 0), np.float32)

    def take(self, count: int) -> Samples:
        """Return the next samples, (2, count); silence where the track has none."""
        parts, missing = [], count
        while missing:
            if not self._block.shape[1]:
                self._block = next(self._blocks, np.zeros((2, missing), np.float32))
            part, self._block = self._block[:, :missing], self._block[:, missing:]
            parts.append(part)
            missing -= part.shape[1]
        self.position_s += count / RATE_HZ
        return np.concatenate(parts, 1)

    def close(self) -> None:
        self._input.close()

    def _decoded(self, from_s: float) -> Iterator[Samples]:
        """Yield the samples from `from_s` on the file's own clock on."""
        assert self._stream is not None
        resampler, due_s = AudioResampler("fltp", "stereo", RATE_HZ), from_s
        try:
            self._input.seek(floor(from_s / (self._stream.time_base or 1)), stream=self._stream)
            for frame in self._input.decode(self._stream):
                at_s = due_s if frame.time is None else frame.time
                for part in resampler.resample(frame):
                    samples = part.to_ndarray().astype(np.float32, copy=False)
                    early = round((due_s - at_s) * RATE_HZ)
                    at_s += samples.shape[1] / RATE_HZ
                    if early < -_GAP_S * RATE_HZ:
                        yield np.zeros((2, -early), np.float32)
                    elif early > 0 and due_s == from_s:  # a seek goes to the beginning of a packet
                        samples = samples[:, early:]
                    if samples.shape[1]:
                        due_s = at_s
                        yield samples
        except (av.FFmpegError, OSError) as error:
            log.warning("the sound of %s is left out from here on (%s)", self._input.name, error)
