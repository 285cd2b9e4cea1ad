"""RGB-D recordings as sources: their depth is shown as it was, and no network runs (docs/recordings.md)."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from math import floor
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.subtitles.stream import SubtitleStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from engine.errors import InputError, SourceError
from engine.files.rgbd_facts import ATTACHMENT, LINES_TITLE, Header, Line
from engine.frames import DepthMap, DepthRange, Frame, RecordedDepth
from engine.geometry.depth_code import Codes, decoded
from engine.sources.recording.decoder import reason
from engine.sources.recording.seeker import DecodedFrame
from engine.sources.recording.video import VideoSource

SUFFIXES = frozenset({".mkv", ".mka", ".mk3d"})
_SAME_S = 0.0006  # Matroska rounds times to milliseconds
_NEAR_S = 1.0
"""What comes this soon is reached by reading on."""

_Found = tuple[float, DepthMap, Line]
"""Time, depth map and facts of a picture."""


class DepthTrack:
    """The depth of a recording, by the times of its pictures."""

    def __init__(self, path: Path) -> None:
        """Raises SourceError if the file is no recording, or cannot be read."""
        self._path = path
        try:
            self._container = av.open(os.path.abspath(path), metadata_errors="replace")
        except (av.FFmpegError, OSError) as error:
            raise SourceError(f"{path} cannot be opened as a recording ({reason(error)})") from error
        try:
            self.header = Header.from_json(_attached(self._container))
            self._depth, self._facts = _tracks(self._container)
        except InputError as error:
            self._container.close()
            raise SourceError(f"{path} is no RGB-D recording that can be read: {error}") from error
        self._last: _Found | None = None
        self._next: _Found | None = None
        self._found = self._read()

    def at(self, time_s: float) -> tuple[DepthMap, Line] | None:
        """Return the depth map (h, w) of the picture of that time, and what belongs to it.

        Where it is lost, as at the end of a file that was cut off, these are the ones before; None if there are none.
        """
        if self._last is None or not -_SAME_S <= time_s - self._last[0] <= _NEAR_S:
            self._seek(time_s)
        while True:
            self._next = self._next or next(self._found, None)
            if self._next is None or self._next[0] > time_s + _SAME_S:
                return self._last[1:] if self._last else None
            self._last, self._next = self._next, None

    def with_depth(self, frame: Frame, time_s: float) -> Frame:
        """Return `frame`, of that time in the file, with what belongs to it."""
        found = self.at(time_s)
        return frame if found is None else as_recorded(frame, found[0], self.header, found[1])

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._container.close()

    def _seek(self, time_s: float) -> None:
        with suppress(av.FFmpegError, OSError):  # without an index: then it is read on from where it is
            self._container.seek(max(floor(time_s / (self._depth.time_base or 1)) - 1, 0), stream=self._depth)
        self._last = self._next = None
        self._found = self._read()

    def _read(self) -> Iterator[_Found]:
        """Yield time, map and line of each frame from here on. The two tracks may be apart in the file."""
        maps: dict[int, Codes] = {}
        lines: dict[int, Line] = {}
        try:
            for packet in self._container.demux(self._depth, self._facts):
                if packet.stream is self._facts:
                    if packet.pts is not None:
                        lines[packet.pts] = Line.from_json(bytes(packet))
                else:
                    for shown in packet.decode():
                        assert isinstance(shown, VideoFrame)
                        assert shown.pts is not None
                        maps[shown.pts] = shown.to_ndarray().astype(np.uint16, copy=False)
                for pts in sorted(maps.keys() & lines.keys()):
                    line, codes = lines.pop(pts), maps.pop(pts)
                    yield float(pts * (self._depth.time_base or 1)), decoded(codes, line.low, line.high), line
        except (av.FFmpegError, OSError):  # the file is truncated
            return
        except InputError as error:
            raise SourceError(f"{self._path} is damaged: {error}") from error


class RgbdSource(VideoSource):
    """The pictures of a recording with their depth."""

    def __init__(self, path: Path) -> None:
        """Raises SourceError."""
        self._track = DepthTrack(path)
        try:
            super().__init__(path)
        except SourceError:
            self._track.close()
            raise

    def close(self) -> None:
        super().close()
        self._track.close()

    def _frame(self, decoded: DecodedFrame, max_res: int) -> Frame:
        return self._track.with_depth(super()._frame(decoded, max_res), decoded.at_s)


def as_recorded(frame: Frame, depth: DepthMap, header: Header, line: Line) -> Frame:
    """Return `frame` with a depth map (h, w) and what was recorded about it."""
    (h, w), (height, width) = depth.shape, frame.image.shape[:2]
    span = line.range or _range_of(depth, header)
    recorded = RecordedDepth(header.model, span, header.camera, line.calibration)
    intrinsics = line.intrinsics_at((width, height), (w, h))
    return replace(frame, depth=depth, kind=header.kind, intrinsics=intrinsics, recorded=recorded, pose=line.pose)


def recorded_in(path: Path) -> Header | None:
    """Return what is known of the depth beside the pictures of a file; None if it is no recording.

    Raises SourceError if it is one that cannot be read.
    """
    if path.suffix.lower() not in SUFFIXES or not os.path.isfile(path):  # devices and pipes may never end
        return None
    try:
        with av.open(os.path.abspath(path), metadata_errors="replace") as container:
            attached = _attached(container)
    except (av.FFmpegError, OSError):  # said by who opens the file
        return None
    try:
        return Header.from_json(attached) if attached else None
    except InputError as error:
        raise SourceError(f"{path} is no RGB-D recording that can be read: {error}") from error


def _attached(container: InputContainer) -> bytes:
    """Return the header; empty if there is none."""
    for stream in container.streams.attachments:
        if stream.metadata.get("filename", "").lower() == ATTACHMENT:
            return bytes(stream.data)
    return b""


def _tracks(container: InputContainer) -> tuple[VideoStream, SubtitleStream]:
    """Return the tracks of the depth and of its facts."""
    maps = [one for one in container.streams.video if one.codec_context and one.codec_context.pix_fmt == "gray16le"]
    lines = [one for one in container.streams.subtitles if one.metadata.get("title") == LINES_TITLE]
    if not (maps and lines):
        raise InputError(f"it lacks a video in 16-bit gray, or a text track called {LINES_TITLE!r}")
    return maps[0], lines[0]


def _range_of(depth: DepthMap, header: Header) -> DepthRange:
    try:
        return DepthRange.of(depth, header.kind)
    except InputError:  # nothing was measured
        return DepthRange(0.0, 1.0, 0.5)
