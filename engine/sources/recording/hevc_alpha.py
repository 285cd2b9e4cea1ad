"""HEVC with transparency, as Apple's devices write it: alpha is a second layer, a gray video beside that of the colors.

FFmpeg joins them only for programs that choose the format of the frames, which PyAV does not let them do. From FFmpeg
8.1 on, it also refuses what VideoToolbox writes. So the second layer is decoded here as a stream of its own.
"""

from collections import deque
from typing import Any

import av
import numpy as np
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from engine.sources.recording.hevc_layers import (
    SEI,
    VPS,
    as_stream,
    has_alpha,
    is_premultiplied,
    kind_of,
    setup_of,
    units_of,
)

_MAX_BITS = 10
"""With more, FFmpeg has no format that has alpha and half the resolution for colors."""
_MAX_AHEAD = 16
"""Frames that one decoder may be ahead of the other, since it has to put fewer in order."""


def hevc_alpha_decoder(stream: VideoStream) -> "HevcAlphaDecoder | None":
    """Return a decoder for HEVC with transparency; None for all other streams."""
    setup, length_bytes = setup_of(bytes(stream.codec_context.extradata or b""))
    is_transparent = any(has_alpha(unit) for unit in setup if kind_of(unit) == VPS)
    return HevcAlphaDecoder(stream.codec_context, setup, length_bytes) if is_transparent else None


class HevcAlphaDecoder:
    """Decodes both layers of a stream, and joins frames of the same time. Frames without alpha stay as they are."""

    def __init__(self, colors: VideoCodecContext, setup: list[bytes], length_bytes: int | None) -> None:
        """`colors`: the stream's own decoder, not open yet. Others: what `setup_of` returns."""
        self.is_premultiplied = False
        """Whether colors are multiplied by alpha already."""
        self.is_incomplete = False
        """Whether the transparency of a frame was missing or could not be decoded."""
        alpha = av.CodecContext.create("hevc", "r")
        assert isinstance(alpha, VideoCodecContext)
        alpha.thread_type, alpha.thread_count = colors.thread_type, colors.thread_count
        colors.extradata, alpha.extradata = as_stream(setup, 0), as_stream(setup, 1)
        self._colors, self._alpha, self._length_bytes = colors, alpha, length_bytes
        self._note_multiplication(setup)
        self._waiting: deque[VideoFrame] = deque()
        """Frames whose alpha is not decoded yet."""
        self._planes: deque[VideoFrame] = deque(maxlen=2 * _MAX_AHEAD)
        """Alpha whose frame is not decoded yet."""
        self._reformatter = VideoReformatter()

    def decode(self, packet: "Packet[Any]") -> list[VideoFrame]:
        """Return the frames that are complete after this packet; an empty one ends the stream."""
        if not packet.size:
            self._planes += self._decode_alpha(packet)
            self._waiting += self._colors.decode(packet)
            return self._joined(0)
        units = units_of(bytes(packet), self._length_bytes)
        self._note_multiplication(units)
        colors, alpha = (_packet(as_stream(units, layer), packet) for layer in (0, 1))
        if alpha.size:
            self._planes += self._decode_alpha(alpha)
        if colors.size:
            self._waiting += self._colors.decode(colors)
        return self._joined(_MAX_AHEAD)

    def flush_buffers(self) -> None:
        """Forget all frames, before a seek."""
        self._colors.flush_buffers()
        self._alpha.flush_buffers()
        self._waiting.clear()
        self._planes.clear()

    def _note_multiplication(self, units: list[bytes]) -> None:
        for unit in units:
            says = is_premultiplied(unit) if kind_of(unit) == SEI else None
            if says is not None:
                self.is_premultiplied = says

    def _decode_alpha(self, packet: "Packet[Any]") -> list[VideoFrame]:
        try:
            return self._alpha.decode(packet)
        except av.FFmpegError:
            return []

    def _joined(self, max_ahead: int) -> list[VideoFrame]:
        """Return the frames whose alpha is there, or will not come since `max_ahead` later ones are."""
        ready = []
        while self._waiting:
            at = next((at for at, plane in enumerate(self._planes) if plane.pts == self._waiting[0].pts), None)
            if at is None and len(self._waiting) <= max_ahead:
                break
            frame = self._waiting.popleft()
            for _ in range(at or 0):
                self._planes.popleft()
            ready.append(frame if at is None else self._with_alpha(frame, self._planes.popleft()))
            self.is_incomplete = self.is_incomplete or at is None
        return ready

    def _with_alpha(self, frame: VideoFrame, alpha: VideoFrame) -> VideoFrame:
        name = frame.format.name.replace("yuvj", "yuv").replace("yuv4", "yuva4")
        bits, alpha_bits = (one.format.components[0].bits for one in (frame, alpha))
        is_alike = (frame.width, frame.height, bits) == (alpha.width, alpha.height, alpha_bits)
        if not is_alike or not name.startswith("yuva4") or bits > _MAX_BITS:
            self.is_incomplete = True
            return frame
        joined = self._reformatter.reformat(
            frame, format=name, src_color_range=frame.color_range, dst_color_range=frame.color_range, threads=1
        )
        into, source = joined.planes[3], alpha.planes[0]
        rows = np.frombuffer(memoryview(source), np.uint8).reshape(alpha.height, source.line_size)
        used = min(into.line_size, source.line_size)
        padded = np.pad(rows[:, :used], ((0, 0), (0, into.line_size - used)))
        into.update(padded.tobytes())
        return joined


def _packet(data: bytes, like: "Packet[Any]") -> "Packet[Any]":
    # memory of FFmpeg: a thread of the decoder that frees Python's waits for its lock, which whoever ends it may hold
    packet = Packet(len(data))
    packet.update(data)
    packet.pts, packet.dts, packet.duration, packet.time_base = like.pts, like.dts, like.duration, like.time_base
    packet.is_keyframe = like.is_keyframe
    return packet
