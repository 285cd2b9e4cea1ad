"""Decoding of video files with PyAV."""

import os
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import floor
from pathlib import Path

import av
import numpy as np
from av.sidedata.sidedata import SideData
from av.sidedata.sidedata import Type as SideDataType
from av.stream import Disposition
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.files.timestamps import JoinedTimes
from engine.frames import DeepImage, Image
from engine.logs import log
from engine.sources.base import FULL_RES, MAX_PIXELS, check_is_file, fit_px
from engine.sources.recording.deinterlace import deinterlaced
from engine.sources.recording.frame_converter import FrameConverter
from engine.sources.recording.hevc_alpha import HevcAlphaDecoder, hevc_alpha_decoder
from engine.sources.sizes import Level
from engine.sources.transparency import composite

MAX_DECODER_THREADS = 4
_ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
DEFAULT_FPS = 25
"""For a stream without times and without a rate."""
MAX_FPS = 1000
"""A higher stated rate is the resolution of the file's times, not a frame rate."""


def _unknown_side_data(kind: type[SideDataType], number: int) -> SideDataType:
    """Return a member of the enumeration for what FFmpeg knows and PyAV does not, such as EXIF.

    Without it, PyAV gives no side data of such a frame at all.
    """
    unknown = object.__new__(kind)
    vars(unknown).update(_name_=f"UNKNOWN_{number}", _value_=number)
    return unknown


SideDataType._missing_ = classmethod(_unknown_side_data)  # type: ignore[method-assign, assignment]  # a hook of Enum


class VideoFile:
    """An open video file. Its rotation and pixel aspect ratio are applied."""

    def __init__(self, path: Path) -> None:
        """Open a file. Raises SourceError if that fails, or if it has no video."""
        self._path = path
        self._converter = FrameConverter()
        self.is_damaged = False
        """Whether a part was skipped because it could not be decoded."""
        self.is_alpha_missing = False
        """Whether the transparency of a frame was left out because it could not be decoded."""
        self._is_mirrored: bool | None = None
        """Whether the file flips its frames; None before the first one."""
        if os.path.exists(path):
            check_is_file(path)
        try:
            # the whole path, since FFmpeg takes what is before a colon for a protocol; metadata may be in any encoding
            self._container = container = av.open(os.path.abspath(path), metadata_errors="replace")
        except (av.FFmpegError, OSError) as error:
            raise SourceError(
                f"{path} cannot be opened as a video ({reason(error)}); use MP4, MKV, WebM, MOV or AVI"
            ) from error
        stream = container.streams.best("video")
        # FFmpeg plays text files as ANSI art, and takes the cover image of a song for a video
        is_art = container.format.name == "tty" or (stream and stream.disposition & Disposition.attached_pic)
        if not isinstance(stream, VideoStream) or is_art:
            container.close()
            raise SourceError(f"{path} has no video in it; use MP4, MKV, WebM, MOV or AVI")
        if stream.codec_context is None:  # the stub does not say so
            container.close()  # type: ignore[unreachable]
            raise SourceError(f"{path} has a video that nothing here can decode; convert it to H.264 or VP9 first")
        if stream.width * stream.height > MAX_PIXELS:
            container.close()
            raise SourceError(f"{path} has frames of more than {MAX_PIXELS:,} pixels; save a smaller version")
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = min(MAX_DECODER_THREADS, os.cpu_count() or 1)
        self._stream = stream
        self._alpha_decoder = _alpha_decoder(stream)
        """Decodes instead of the stream's own decoder, which leaves out transparency."""
        self._times = JoinedTimes(container.format.flags)
        self._first_aspect = self._aspect = float(stream.sample_aspect_ratio or 1)
        # where the container says something else than the codec, it is right
        self._follows_aspect = _aspect(stream.codec_context) == self._first_aspect

    @property
    def offsets_s(self) -> Sequence[float]:
        """Added to the times from each place so far where they restart, since recordings were joined there."""
        return self._times.offsets_s

    @property
    def fps(self) -> Fraction:
        """Frames per second, on average."""
        return Fraction(self._stream.average_rate or self._stream.guessed_rate or DEFAULT_FPS).limit_denominator(1001)

    @property
    def frame_count(self) -> int | None:
        """The approximate number of frames; None if the file does not say."""
        if self._stream.frames:
            return self._stream.frames
        duration = self._container.duration
        return round(duration / av.time_base * self.fps) if duration else None

    @property
    def duration_s(self) -> float | None:
        """The length of the video; None if the file does not say."""
        if self._stream.duration and self._stream.time_base:
            return float(self._stream.duration * self._stream.time_base)
        return self._container.duration / av.time_base if self._container.duration else None

    def seek(self, time_s: float) -> bool:
        """Let the next `decode` begin at a key frame at or before `time_s` on the file's own clock, or a little later.

        Returns False if the file can only be read from its beginning, for instance because times restart in it.
        """
        if self.offsets_s:
            return False
        try:
            self._container.seek(floor(time_s / (self._stream.time_base or 1)), stream=self._stream)
        except (av.FFmpegError, OSError):
            return False
        if self._alpha_decoder is not None:
            self._alpha_decoder.flush_buffers()
        self._times.jump()
        return True

    def decode(self, *, quietly: bool = False) -> Iterator[tuple[float, float, VideoFrame]]:
        """Yield the time of each frame, the time at which it ends, and the frame.

        Times are in seconds on the file's own clock, which continues where the file's times restart. Damaged parts are
        skipped and, unless `quietly`, logged once.
        """
        for decoded in deinterlaced(self._decode(quietly)):
            duration_s = self._duration_s(decoded)
            at_s = self._times.place(decoded.time, duration_s)
            yield at_s, at_s + duration_s, decoded

    def to_image(self, decoded: VideoFrame, max_res: int) -> Image:
        """Return a frame as RGB (H, W, 3), upright and scaled so that its longest side is at most `max_res`."""
        return self.to_picture(decoded, max_res)[0]

    def to_picture(self, decoded: VideoFrame, max_res: int) -> tuple[Image, NDArray[np.bool_] | None]:
        """Return what `to_image` returns, and where it is opaque; None: everywhere."""
        aspect = self._pixel_aspect(decoded)
        pixels = _to_pixels(self._converter, decoded, aspect, self._mirrors(decoded), max_res)
        return composite(pixels, is_premultiplied=self._is_premultiplied)

    def to_deep(self, decoded: VideoFrame, max_res: int, *, keeps_hdr: bool) -> DeepImage:
        """Return a frame as RGB in 16 bits, as large and upright as that of `to_image`, in HDR if it `keeps_hdr`."""
        size = fit_px(decoded.width * self._pixel_aspect(decoded), decoded.height, max_res)
        image = self._converter.run_deep(decoded, *size, keeps_hdr=keeps_hdr)
        return upright(image[::-1] if self._mirrors(decoded) else image, decoded.rotation)

    def original(self, decoded: VideoFrame) -> Callable[[], Image]:
        """Return a function that gives the frame in full size, on any thread, even after the file was closed."""
        aspect, is_mirrored, peak = self._pixel_aspect(decoded), self._mirrors(decoded), self._converter.peak_nits
        is_premultiplied = self._is_premultiplied
        return lambda: composite(
            _to_pixels(FrameConverter(peak), decoded, aspect, is_mirrored, FULL_RES), is_premultiplied=is_premultiplied
        )[0]

    @property
    def _is_premultiplied(self) -> bool:
        return isinstance(self._alpha_decoder, HevcAlphaDecoder) and self._alpha_decoder.is_premultiplied

    def _mirrors(self, decoded: VideoFrame) -> bool:
        """Return whether the file flips its frames.

        Only the first one is asked: PyAV's side data and its frame refer to each other, so such a frame stays in memory
        until the garbage collector runs.
        """
        if self._is_mirrored is None:
            self._is_mirrored = _is_mirrored(decoded)
        return self._is_mirrored

    def _note_aspect(self, decoded: VideoFrame) -> None:
        """Mark a frame whose pixels have another shape than those at the beginning.

        PyAV gives the shape of the frame that the decoder works on, which is a few frames ahead. It changes at key
        frames only.
        """
        if self._follows_aspect and decoded.key_frame:
            self._aspect = _aspect(self._stream.codec_context)
        if self._aspect != self._first_aspect:
            decoded.opaque = [self._aspect]  # an object of its own: PyAV forgets it for all frames when one is freed

    def _pixel_aspect(self, decoded: VideoFrame) -> float:
        """Return width / height of a frame's pixels."""
        changed = decoded.opaque
        return float(changed[0]) if isinstance(changed, list) else self._first_aspect

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._container.close()

    def _decode(self, quietly: bool) -> Iterator[VideoFrame]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except (av.FFmpegError, OSError) as error:  # the file is truncated
                self._note_damage(error, quietly)
                return
            if packet is None:
                return
            try:
                frames = packet.decode() if self._alpha_decoder is None else self._alpha_decoder.decode(packet)
            except av.FFmpegError as error:
                self._note_damage(error, quietly)
                continue
            self._note_missing_alpha(quietly)
            for frame in frames:
                assert isinstance(frame, VideoFrame)
                self._note_aspect(frame)
                yield frame

    def _note_missing_alpha(self, quietly: bool) -> None:
        layers = self._alpha_decoder
        if not isinstance(layers, HevcAlphaDecoder) or not layers.is_incomplete or self.is_alpha_missing:
            return
        self.is_alpha_missing = True
        if not quietly:
            log.warning("%s has transparency that cannot be decoded; its colors are shown without it", self._path)

    def _note_damage(self, error: Exception, quietly: bool) -> None:
        if not self.is_damaged and not quietly:
            log.warning("%s is damaged; the damaged parts are skipped (%s)", self._path, reason(error))
        self.is_damaged = True

    def _duration_s(self, decoded: VideoFrame) -> float:
        """Return how long a frame is shown, in seconds."""
        if decoded.duration and decoded.time_base:
            return float(decoded.duration * decoded.time_base)
        rate = float(self._stream.guessed_rate or self._stream.average_rate or DEFAULT_FPS)
        return 1 / (rate if rate <= MAX_FPS else DEFAULT_FPS)


def _aspect(codec: VideoCodecContext) -> float:
    return float(codec.sample_aspect_ratio or 1)


def _alpha_decoder(stream: VideoStream) -> VideoCodecContext | HevcAlphaDecoder | None:
    """Return a decoder for VP8, VP9 or HEVC with transparency stored as a second video; None for all others."""
    if stream.codec_context.name == "hevc":
        return hevc_alpha_decoder(stream)
    name = _ALPHA_DECODERS.get(stream.codec_context.name)
    is_transparent = {key.lower(): value for key, value in stream.metadata.items()}.get("alpha_mode") == "1"
    if name is None or not is_transparent or name not in av.codecs_available:
        return None
    decoder = av.CodecContext.create(name, "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.thread_count = stream.codec_context.thread_count
    return decoder


def _to_pixels(
    converter: FrameConverter, decoded: VideoFrame, pixel_aspect: float, is_mirrored: bool, max_res: int
) -> NDArray[np.uint8]:
    """Return a frame as RGB or, if it may be transparent, as RGBA (H, W, C), upright."""
    image = converter.run(decoded, *fit_px(decoded.width * pixel_aspect, decoded.height, max_res))
    return upright(image[::-1] if is_mirrored else image, decoded.rotation)


def _is_mirrored(decoded: VideoFrame) -> bool:
    """Return whether the file flips the frame before it rotates it, as front cameras do to show a mirror image.

    The rotation alone does not say.
    """
    matrix = decoded.side_data.get("DISPLAYMATRIX")
    if not isinstance(matrix, SideData):
        return False
    a, b, _, c, d = np.frombuffer(bytes(matrix), np.int32)[:5].astype(np.float64)
    return bool(a * d < b * c)


def upright(image: NDArray[Level], rotation_deg: float) -> NDArray[Level]:
    """Rotate `image` (H, W, 3) counter-clockwise by `rotation_deg`, rounded to quarter turns. Contiguous."""
    return np.ascontiguousarray(np.rot90(image, round(rotation_deg / 90) % 4))


def reason(error: Exception) -> str:
    """Return the message of a system error without its number and path."""
    return getattr(error, "strerror", None) or str(error)
