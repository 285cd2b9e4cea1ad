"""Writing of video files with PyAV."""

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import av
import numpy as np
from av.container import OutputContainer
from av.filter import Graph
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, VideoReformatter
from av.video.stream import VideoStream

from engine.export.audio_track import REFUSALS, AudioRefusedError
from engine.export.colorize import pad_to_even
from engine.export.encodings import CODECS, Encoding
from engine.export.priorities import kept_priorities
from engine.frames import DeepImage, Image

_MPEG4_BITS_PER_PIXEL = 0.25
FINE_TICK = Fraction(1, 60_000)  # the finest that MPEG-4 part 2 allows
_FEW = 2
"""A video of at most this many frames gets no valid decoding times from x265. Its frames are in the order shown."""
BT709 = 1
"""FFmpeg's number for BT.709, for matrix, primaries and transfer curve."""
os.environ.setdefault("SVT_LOG", "1")  # else the encoder of AV1 prints its settings
_FASTSTART = {"movflags": "+faststart"}


class Track(Protocol):
    """What is copied into the file beside the frames: audio or subtitles."""

    def add_to(self, output: OutputContainer) -> None:
        """Add a stream to `output`. Raises one of REFUSALS if that is impossible."""

    def copy_until(self, time_s: float) -> None:
        """Copy what comes before `time_s` in the new video."""

    def finish(self) -> None:
        """Copy the rest."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a video says about itself."""

    options: Mapping[str, str] = field(default_factory=lambda: _FASTSTART)
    """Options of the container."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """Tags of the video stream."""
    chapters: Sequence[Any] = ()
    """In the form of PyAV."""


class Writer(ABC):
    """A file that FFmpeg writes. Leaving the `with` block completes it, or abandons it after an error."""

    _container: OutputContainer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
            return
        with suppress(av.FFmpegError, OSError, ValueError):  # the file is abandoned, and the first error is raised
            self._container.close()

    @abstractmethod
    def close(self) -> None:
        """Write what is left, and close the file."""


class VideoFile(Writer):
    """A video, 8 bit BT.709 unless `encoding` says otherwise, with or without other tracks.

    Its methods raise OSError if the file cannot be written, and AudioRefusedError if only the other tracks cannot.
    """

    def __init__(
        self,
        path: Path,
        size: tuple[int, int],
        fps: Fraction,
        *,
        is_regular: bool = True,
        tracks: Sequence[Track] = (),
        encoding: Encoding | None = None,
        header: Header = Header(),
    ) -> None:
        """`size`: width and height of the frames; odd sides are padded. `fps`: frames a second, or their average unless
        `is_regular`, when each frame has its own time. `encoding`: H.264 if None, or MPEG-4 part 2 where FFmpeg was
        built without x264."""
        self._encoding = encoding or (CODECS["h264"] if "libx264" in av.codecs_available else _mpeg4(size, fps))
        width, height = size if self._encoding.is_rgb else (side + side % 2 for side in size)
        self._fps, self._tracks = fps, tracks
        self._tick = tick_of(self._encoding, fps, is_regular=is_regular)
        self._last_pts, self._written = -1, 0
        self._reformatter = VideoReformatter()
        self._palette = _palette_graph(width, height, self._tick) if self._encoding.pix_fmt == "pal8" else None
        with own_errors(has_tracks=bool(self._tracks)):
            self._container = av.open(str(path), "w", options=dict(header.options))
            self._stream = self._add_stream(width, height, header)
            for track in tracks:
                track.add_to(self._container)
            if header.chapters:
                self._container.set_chapters(list(header.chapters))
            with kept_priorities():
                self._container.start_encoding()

    def write(self, image: Image | DeepImage, time_s: float) -> None:
        """Add `image` (H, W, 3), shown from `time_s` on. Times must rise."""
        image = image if self._encoding.is_rgb else pad_to_even(image)
        if image.dtype == np.uint8:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image, np.uint8), "rgb24")
        else:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image, np.uint16), "rgb48le")
        if not self._encoding.is_rgb:
            color = self._encoding.color
            frame = self._reformatter.reformat(
                frame,
                format=self._stream.pix_fmt,
                dst_colorspace=Colorspace(color.matrix),
                dst_color_range=ColorRange.MPEG,
            )
            # that of ProRes takes them from frames
            frame.color_primaries, frame.color_trc = ColorPrimaries(color.primaries), ColorTrc(color.transfer)
        self._written += 1
        frame.time_base = self._tick
        frame.pts = self._last_pts = max(round(time_s / self._tick), self._last_pts + 1)
        frame.duration = max(round(1 / (self._fps * self._tick)), 1)
        with own_errors(has_tracks=bool(self._tracks)):
            for ready in self._with_palette(frame):
                self._container.mux(self._stream.encode(ready))
            for track in self._tracks:
                track.copy_until(time_s)

    def close(self) -> None:
        """Write the remaining frames and the rest of the other tracks."""
        with own_errors(has_tracks=bool(self._tracks)):
            for ready in self._with_palette(None):
                self._container.mux(self._stream.encode(ready))
            last = self._stream.encode()
            if self._written <= _FEW:
                for packet in last:
                    packet.dts = packet.pts
            self._container.mux(last)
            for track in self._tracks:
                track.finish()
            self._container.close()

    def _with_palette(self, frame: VideoFrame | None) -> Iterator[VideoFrame]:
        """Yield `frame`, or the remaining ones for None, with a palette of its own where the format needs one."""
        if self._palette is None:
            if frame is not None:
                yield frame
            return
        self._palette.push(frame)
        while True:
            try:
                found = self._palette.pull()
            except (av.FFmpegError, EOFError) as error:
                if isinstance(error, av.BlockingIOError | EOFError):
                    return
                raise
            assert isinstance(found, VideoFrame)
            yield found

    def _add_stream(self, width: int, height: int, header: Header) -> VideoStream:
        encoding = self._encoding
        stream = self._container.add_stream(encoding.encoder, rate=self._fps, options=dict(encoding.options))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, encoding.pix_fmt
        context = stream.codec_context
        context.time_base = self._tick
        if encoding.tag:
            context.codec_tag = encoding.tag
        if not encoding.is_rgb:
            context.color_range = int(ColorRange.MPEG)
            color = encoding.color
            context.colorspace, context.color_primaries, context.color_trc = (
                color.matrix, color.primaries, color.transfer
            )  # fmt: skip
        stream.metadata.update(header.metadata)
        return stream


@contextmanager
def own_errors(*, has_tracks: bool) -> Iterator[None]:
    """Turn FFmpeg's errors into OSError or AudioRefusedError.

    Frames that are encoded here are never refused. So a refusal is about another track, at whichever call it comes.
    """
    try:
        yield
    except REFUSALS as error:
        if has_tracks and not isinstance(error, OSError):
            raise AudioRefusedError(getattr(error, "strerror", None) or str(error)) from error
        if isinstance(error, av.FFmpegError):
            raise OSError(error.errno, error.strerror) from error
        raise


def tick_of(encoding: Encoding, fps: Fraction, *, is_regular: bool) -> Fraction:
    """Return the unit of the times of frames, in seconds."""
    return encoding.tick or (1 / fps if is_regular else FINE_TICK)


def _mpeg4(size: tuple[int, int], fps: Fraction) -> Encoding:
    rate = max(200_000, round(size[0] * size[1] * float(fps) * _MPEG4_BITS_PER_PIXEL))
    return Encoding("mpeg4", "yuv420p", {"b": str(rate)}, quality="")


def _palette_graph(width: int, height: int, tick: Fraction) -> Graph:
    """Return a filter that gives each frame the 256 colors that suit it best, with dithering."""
    graph = Graph()
    source = graph.add_buffer(width=width, height=height, format=VideoFormat("rgb24", width, height), time_base=tick)
    split = graph.add("split")
    palette = graph.add("palettegen", "stats_mode=single")
    use = graph.add("paletteuse", "new=1:dither=sierra2_4a")
    sink = graph.add("buffersink")
    source.link_to(split)
    split.link_to(palette, 0, 0)
    split.link_to(use, 1, 0)
    palette.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    return graph
