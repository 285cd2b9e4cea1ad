"""Writing of video files with PyAV."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from av.video.stream import VideoStream

from engine.export.audio_track import REFUSALS, AudioRefusedError, AudioTrack
from engine.export.colorize import pad_to_even
from engine.frames import Image

H264_OPTIONS = {"crf": "18", "preset": "fast"}  # 18 is hard to tell from the original
_MPEG4_BITS_PER_PIXEL = 0.25
FINE_TICK = Fraction(1, 60_000)  # the finest that MPEG-4 part 2 allows
_BT709 = 1
"""FFmpeg's number for BT.709, for matrix, primaries and transfer curve."""


class VideoFile:
    """A video in H.264 (MPEG-4 part 2 if FFmpeg was built without x264), 8 bit, BT.709, with or without audio.

    Its methods raise OSError if the file cannot be written, and AudioRefusedError if only the audio cannot.
    """

    def __init__(
        self,
        path: Path,
        size: tuple[int, int],
        fps: Fraction,
        *,
        is_regular: bool = True,
        audio: AudioTrack | None = None,
    ) -> None:
        """`size`: width and height of the frames; odd sides are padded. `fps`: frames a second, or their average unless
        `is_regular`, when each frame has its own time."""
        width, height = (side + side % 2 for side in size)
        self._fps, self._audio = fps, audio
        self._tick = 1 / fps if is_regular else FINE_TICK
        self._last_pts = -1
        self._reformatter = VideoReformatter()
        with self._as_own_errors():
            self._container = av.open(str(path), "w", options={"movflags": "+faststart"})
            self._stream = self._add_stream(width, height)
            if audio is not None:
                audio.add_to(self._container)
            self._container.start_encoding()

    def __enter__(self) -> "VideoFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
            return
        with suppress(av.FFmpegError, OSError, ValueError):  # the file is abandoned, and the first error is raised
            self._container.close()

    def write(self, image: Image, time_s: float) -> None:
        """Add `image` (H, W, 3), shown from `time_s` on. Times must rise."""
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pad_to_even(image)), "rgb24")
        frame = self._reformatter.reformat(
            frame, format=self._stream.pix_fmt, dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
        )
        frame.time_base = self._tick
        frame.pts = self._last_pts = max(round(time_s / self._tick), self._last_pts + 1)
        with self._as_own_errors():
            self._container.mux(self._stream.encode(frame))
            if self._audio is not None:
                self._audio.copy_until(time_s)

    def close(self) -> None:
        """Write the remaining frames and the rest of the audio."""
        with self._as_own_errors():
            self._container.mux(self._stream.encode())
            if self._audio is not None:
                self._audio.finish()
            self._container.close()

    def _add_stream(self, width: int, height: int) -> VideoStream:
        has_x264 = "libx264" in av.codecs_available
        stream = self._container.add_stream(
            "libx264" if has_x264 else "mpeg4", rate=self._fps, options=H264_OPTIONS if has_x264 else {}
        )
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        context = stream.codec_context
        context.time_base = self._tick
        context.color_range = int(ColorRange.MPEG)
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        if not has_x264:
            stream.bit_rate = max(200_000, round(width * height * float(self._fps) * _MPEG4_BITS_PER_PIXEL))
        return stream

    @contextmanager
    def _as_own_errors(self) -> Iterator[None]:
        """Turn FFmpeg's errors into OSError or AudioRefusedError.

        Frames that are encoded here are never refused. So a refusal is about the audio, at whichever call it comes.
        """
        try:
            yield
        except REFUSALS as error:
            if self._audio is not None and not isinstance(error, OSError):
                raise AudioRefusedError(getattr(error, "strerror", None) or str(error)) from error
            if isinstance(error, av.FFmpegError):
                raise OSError(error.errno, error.strerror) from error
            raise
