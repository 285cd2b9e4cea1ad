"""Subtitles of a video, copied into another video."""

import os
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import av
from av.container import OutputContainer
from av.packet import Packet
from av.subtitles.stream import SubtitleStream

from engine.files.rgbd_facts import LINES_TITLE

if TYPE_CHECKING:
    SubtitlePacket: TypeAlias = Packet[SubtitleStream]
else:  # generic for type checkers only
    SubtitlePacket = Packet

HELD: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "mkv": frozenset(
            {"subrip", "ass", "ssa", "webvtt", "hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "text"}
        ),
        "mp4": frozenset({"mov_text"}),
        "mov": frozenset({"mov_text"}),
        "webm": frozenset({"webvtt"}),
    }
)
"""The kinds of subtitles that a file can hold, by its suffix."""
_TAGS = ("language", "title")


class SubtitleTrack:
    """One subtitle track of `source`, which the new file can hold as it is."""

    def __init__(self, source: Path, number: int, start_s: float, end_s: float | None = None) -> None:
        """`number`: which of the subtitle tracks. `start_s`: the time in the source that becomes 0. `end_s`: where the
        track ends in the new video; None for the end of the source."""
        self._input = av.open(os.path.abspath(source), metadata_errors="replace")
        self._stream = self._input.streams.subtitles[number]
        self._start_s, self._end_s = start_s, end_s
        self._packets: Iterator[SubtitlePacket] = iter(())
        self._waiting: SubtitlePacket | None = None

    def add_to(self, output: OutputContainer) -> None:
        """Add a subtitle stream to `output`. Raises one of REFUSALS if that is impossible."""
        self._output = output
        self._added = output.add_stream_from_template(self._stream)
        self._added.metadata.update({key: value for key, value in self._stream.metadata.items() if key in _TAGS})
        self._packets = self._input.demux(self._stream)
        self._waiting = self._next()

    def copy_until(self, time_s: float) -> None:
        """Copy what is shown before `time_s` in the new video."""
        while self._waiting is not None and _starts_s(self._waiting) <= time_s:
            self._waiting.stream = self._added
            self._output.mux(self._waiting)
            self._waiting = self._next()

    def finish(self) -> None:
        """Copy the rest."""
        self.copy_until(float("inf") if self._end_s is None else self._end_s)
        self._input.close()

    def _next(self) -> SubtitlePacket | None:
        """Return the next packet that is shown in the new video, with its times."""
        for packet in self._packets:
            if packet.pts is None or packet.time_base is None:  # the empty packet at the end of a file
                continue
            offset = round(self._start_s / packet.time_base)
            packet.pts -= offset
            if packet.dts is not None:
                packet.dts -= offset
            if packet.pts >= 0:
                return packet
        return None


def _starts_s(packet: SubtitlePacket) -> float:
    assert packet.pts is not None
    return float(packet.pts * packet.time_base)


def subtitle_numbers(source: Path, container: str) -> tuple[list[int], int]:
    """Return the numbers of the subtitle tracks of `source` that `container` can hold, and how many it cannot."""
    held = HELD.get(container, frozenset())
    with av.open(os.path.abspath(source), metadata_errors="replace") as file:
        streams = file.streams.subtitles
        shown = [at for at, stream in enumerate(streams) if stream.metadata.get("title") != LINES_TITLE]
        fit = [at for at in shown if _kind_of(streams[at]) in held]
        return fit, len(shown) - len(fit)


def chapters_of(source: Path, start_s: float, end_s: float | None) -> Sequence[Any]:
    """Return the chapters of `source`, in the form of PyAV, with the times of a video that begins at `start_s`.

    `end_s`: where that ends; None for the end of the source.
    """
    found = []
    with av.open(os.path.abspath(source), metadata_errors="replace") as file:
        for chapter in file.chapters():
            base = chapter["time_base"] or Fraction(1)
            first, last = 0, None if end_s is None else round(end_s / base)
            start, end = (chapter[key] - round(start_s / base) for key in ("start", "end"))
            start, end = max(start, first), end if last is None else min(end, last)
            if end > start:
                found.append({**chapter, "start": start, "end": end})
    return found


def _kind_of(stream: SubtitleStream) -> str:
    """Return FFmpeg's name of what `stream` holds; empty if it does not know it."""
    return stream.codec_context.codec.canonical_name if stream.codec_context else ""
