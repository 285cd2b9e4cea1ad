"""Video files, decoded with PyAV: any rate, constant or not, played for ever."""

import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter
from av.video.stream import VideoStream

from engine.errors import SourceError
from engine.frames import Frame, Image
from engine.logs import log
from engine.sources.base import Source, fit_px

UNSPECIFIED_COLORSPACE = 2
"""FFmpeg's AVCOL_SPC_UNSPECIFIED."""
HD_HEIGHT_PX = 720
"""From this height on, a video that does not name its colour space is taken to be BT.709, below BT.601."""
MAX_DECODER_THREADS = 4
DEFAULT_FPS = 25.0
"""For a stream that states neither times nor a rate."""


class VideoSource(Source):
    """The pictures of a video file at the file's own times, over and over; time and index go on across the loop.

    Rotation and pixel shape stated in the file are honoured.
    """

    def __init__(self, path: Path) -> None:
        self.source_id = path.name
        self._path = path
        self._is_damage_known = False
        self._container: InputContainer | None = None
        self._reformatter = VideoReformatter()
        self._index = 0
        frames = self._play_for_ever()
        self._frames = chain([next(frames)], frames)  # so that a file without a picture fails here

    def read(self, max_res: int) -> Frame:
        stream, time_s, picture = next(self._frames)
        image = self._to_image(stream, picture, max_res)
        frame = Frame(image, self._index, time_s, self.source_id)
        self._index += 1
        return frame

    def close(self) -> None:
        if self._container is not None:
            self._container.close()
            self._container = None

    def _play_for_ever(self) -> Iterator[tuple[VideoStream, float, VideoFrame]]:
        """Pictures with the time in seconds at which each is due, which never runs back. Raises SourceError when the
        file cannot be opened or a whole round gives no picture."""
        shown_s = 0.0
        due_s = 0.0  # when the next picture is due, as far as the last one tells
        while True:
            # Opened anew for each round: seeking to the start fails in files without an index, opening never does.
            stream = self._open()
            round_s, start_s = due_s, None
            for picture in self._decode(stream):
                at_s = due_s if picture.time is None else picture.time
                start_s = at_s if start_s is None else start_s
                shown_s = max(shown_s, round_s + at_s - start_s)
                yield stream, shown_s, picture
                due_s = shown_s + _duration_s(stream, picture)
            if start_s is None:
                raise SourceError(f"{self._path} has no picture that can be decoded; is it complete?")

    def _open(self) -> VideoStream:
        self.close()
        try:
            self._container = container = av.open(os.fspath(self._path))
        except (av.FFmpegError, OSError) as error:
            raise SourceError(
                f"{self._path} cannot be opened as a video ({_reason(error)}); try MP4, MKV, WebM, MOV or AVI"
            ) from error
        stream = container.streams.best("video")
        # FFmpeg plays text files as ANSI art.
        if not isinstance(stream, VideoStream) or container.format.name == "tty":
            raise SourceError(f"{self._path} has no video in it; try MP4, MKV, WebM, MOV or AVI")
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = min(MAX_DECODER_THREADS, os.cpu_count() or 1)
        return stream

    def _decode(self, stream: VideoStream) -> Iterator[VideoFrame]:
        """The pictures of one round. A damaged part is left out and logged once."""
        assert self._container is not None
        packets = self._container.demux(stream)
        while True:
            try:
                packet = next(packets, None)
            except (av.FFmpegError, OSError) as error:  # the file ends in the middle of something
                self._note_damage(error)
                return
            if packet is None:
                return
            try:
                pictures = packet.decode()
            except av.FFmpegError as error:
                self._note_damage(error)
                continue
            for picture in pictures:
                assert isinstance(picture, VideoFrame)
                yield picture

    def _note_damage(self, error: Exception) -> None:
        if not self._is_damage_known:
            self._is_damage_known = True
            log.warning("%s is damaged in places, which are left out (%s)", self._path, _reason(error))

    def _to_image(self, stream: VideoStream, picture: VideoFrame, max_res: int) -> Image:
        """Scaled, converted and turned upright; (H, W, 3)."""
        aspect = float(stream.sample_aspect_ratio or 1)
        width, height = fit_px(picture.width * aspect, picture.height, max_res)
        is_hd_of_unknown_colours = picture.colorspace == UNSPECIFIED_COLORSPACE and picture.height >= HD_HEIGHT_PX
        rgb = self._reformatter.reformat(
            picture,
            width,
            height,
            "rgb24",
            src_colorspace=Colorspace.ITU709 if is_hd_of_unknown_colours else None,
            interpolation=Interpolation.BILINEAR,
            threads=1,  # the network has better use for the cores
        )
        return upright(np.asarray(rgb.to_ndarray(), np.uint8), picture.rotation)


def upright(image: Image, rotation_deg: float) -> Image:
    """`image` (H, W, 3) turned counter-clockwise by `rotation_deg`, rounded to a quarter turn; contiguous."""
    return np.ascontiguousarray(np.rot90(image, round(rotation_deg / 90) % 4))


def _duration_s(stream: VideoStream, picture: VideoFrame) -> float:
    """How long a picture is shown, in seconds."""
    if picture.duration and picture.time_base:
        return float(picture.duration * picture.time_base)
    return 1 / float(stream.guessed_rate or stream.average_rate or DEFAULT_FPS)


def _reason(error: Exception) -> str:
    """The system's words without number and path."""
    return getattr(error, "strerror", None) or str(error)
