"""A video file, decoded once from beginning to end with PyAV."""

import os
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import floor
from pathlib import Path

import av
import numpy as np
from av.sidedata.sidedata import SideData
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter
from av.video.stream import VideoStream

from engine.errors import SourceError
from engine.files.timestamps import JoinedTimes
from engine.frames import Image
from engine.logs import log
from engine.sources.base import FULL_RES, fit_px

UNSPECIFIED_COLORSPACE = 2
"""FFmpeg's AVCOL_SPC_UNSPECIFIED."""
HD_HEIGHT_PX = 720
"""From this height on, a video that does not name its color space is taken to be BT.709, below BT.601."""
MAX_DECODER_THREADS = 4
DEFAULT_FPS = 25
"""For a stream that states neither times nor a rate."""
MAX_FPS = 1000
"""What is said to be faster is the fineness of the file's times, and no rate."""


class VideoFile:
    """An open video file. Rotation and pixel shape stated in it are honored."""

    def __init__(self, path: Path) -> None:
        """Raises SourceError if it cannot be opened or has no video in it."""
        self._path = path
        self._reformatter = VideoReformatter()
        self.is_damaged = False
        """Whether a part was left out because it could not be decoded."""
        try:
            self._container = container = av.open(os.fspath(path))
        except (av.FFmpegError, OSError) as error:
            raise SourceError(
                f"{path} cannot be opened as a video ({reason(error)}); try MP4, MKV, WebM, MOV or AVI"
            ) from error
        stream = container.streams.best("video")
        # FFmpeg plays text files as ANSI art, and takes the cover of a song for a video.
        is_art = container.format.name == "tty" or (stream and stream.disposition & Disposition.attached_pic)
        if not isinstance(stream, VideoStream) or is_art:
            container.close()
            raise SourceError(f"{path} has no video in it; try MP4, MKV, WebM, MOV or AVI")
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = min(MAX_DECODER_THREADS, os.cpu_count() or 1)
        self._stream = stream
        self._times = JoinedTimes(container.format.flags)

    @property
    def offsets_s(self) -> Sequence[float]:
        """For each place so far where times begin anew, since recordings were joined: what is added from there on."""
        return self._times.offsets_s

    @property
    def fps(self) -> Fraction:
        """Pictures per second, on average."""
        return Fraction(self._stream.average_rate or self._stream.guessed_rate or DEFAULT_FPS).limit_denominator(1001)

    @property
    def frames(self) -> int | None:
        """About how many pictures there are, or None if the file does not tell."""
        if self._stream.frames:
            return self._stream.frames
        duration = self._container.duration
        return round(duration / av.time_base * self.fps) if duration else None

    @property
    def duration_s(self) -> float | None:
        """How long the pictures last, or None if the file does not tell."""
        if self._stream.duration and self._stream.time_base:
            return float(self._stream.duration * self._stream.time_base)
        return self._container.duration / av.time_base if self._container.duration else None

    def seek(self, time_s: float) -> bool:
        """Have the next `pictures` begin where the file can be entered, about at or before `time_s` on its own clock.
        False if the file cannot be entered but at its beginning, as where a time is found in more than one place."""
        if self.offsets_s:
            return False
        try:
            self._container.seek(floor(time_s / (self._stream.time_base or 1)), stream=self._stream)
        except (av.FFmpegError, OSError):
            return False
        self._times.jump()
        return True

    def pictures(self, *, quietly: bool = False) -> Iterator[tuple[float, float, VideoFrame]]:
        """Each picture with the time in seconds at which it is due and the one at which it ends, both on the file's
        own clock, which goes on where the file's times begin anew. A damaged part is left out and, unless `quietly`,
        logged once."""
        for picture in self._decode(quietly):
            duration_s = self._duration_s(picture)
            at_s = self._times.place(picture.time, duration_s)
            yield at_s, at_s + duration_s, picture

    def to_image(self, picture: VideoFrame, max_res: int) -> Image:
        """Scaled, converted and turned upright; (H, W, 3), the longest side at most `max_res`."""
        return _to_image(self._reformatter, picture, self._aspect, max_res)

    def original(self, picture: VideoFrame) -> Callable[[], Image]:
        """What gives it as large as it is, on any thread, even after the file was closed."""
        aspect = self._aspect
        return lambda: _to_image(VideoReformatter(), picture, aspect, FULL_RES)

    @property
    def _aspect(self) -> float:
        """Of one pixel."""
        return float(self._stream.sample_aspect_ratio or 1)

    def close(self) -> None:
        """Give back the file; closing twice is allowed."""
        self._container.close()

    def _decode(self, quietly: bool) -> Iterator[VideoFrame]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except (av.FFmpegError, OSError) as error:  # the file ends in the middle of something
                self._note_damage(error, quietly)
                return
            if packet is None:
                return
            try:
                pictures = packet.decode()
            except av.FFmpegError as error:
                self._note_damage(error, quietly)
                continue
            for picture in pictures:
                assert isinstance(picture, VideoFrame)
                yield picture

    def _note_damage(self, error: Exception, quietly: bool) -> None:
        if not self.is_damaged and not quietly:
            log.warning("%s is damaged in places, which are left out (%s)", self._path, reason(error))
        self.is_damaged = True

    def _duration_s(self, picture: VideoFrame) -> float:
        """How long a picture is shown, in seconds."""
        if picture.duration and picture.time_base:
            return float(picture.duration * picture.time_base)
        rate = float(self._stream.guessed_rate or self._stream.average_rate or DEFAULT_FPS)
        return 1 / (rate if rate <= MAX_FPS else DEFAULT_FPS)


def _to_image(reformatter: VideoReformatter, picture: VideoFrame, aspect: float, max_res: int) -> Image:
    width, height = fit_px(picture.width * aspect, picture.height, max_res)
    is_hd_of_unknown_colors = picture.colorspace == UNSPECIFIED_COLORSPACE and picture.height >= HD_HEIGHT_PX
    rgb = reformatter.reformat(
        picture,
        width,
        height,
        "rgb24",
        src_colorspace=Colorspace.ITU709 if is_hd_of_unknown_colors else None,
        interpolation=Interpolation.BILINEAR,
        threads=1,  # the network has better use for the cores
    )
    image = np.asarray(rgb.to_ndarray(), np.uint8)
    return upright(image[::-1] if _is_mirrored(picture) else image, picture.rotation)


def _is_mirrored(picture: VideoFrame) -> bool:
    """Whether the file has the picture upside down before it is turned, as front cameras do to show a mirror image:
    the rotation is that of its rows, and does not tell."""
    matrix = picture.side_data.get("DISPLAYMATRIX")
    if not isinstance(matrix, SideData):
        return False
    a, b, _, c, d = np.frombuffer(bytes(matrix), np.int32)[:5].astype(np.float64)
    return bool(a * d < b * c)


def upright(image: Image, rotation_deg: float) -> Image:
    """`image` (H, W, 3) turned counter-clockwise by `rotation_deg`, rounded to a quarter turn; contiguous."""
    return np.ascontiguousarray(np.rot90(image, round(rotation_deg / 90) % 4))


def reason(error: Exception) -> str:
    """The system's words without number and path."""
    return getattr(error, "strerror", None) or str(error)
