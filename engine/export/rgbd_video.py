"""RGB-D recordings: the pictures and the depth of a scene in one Matroska file (docs/recordings.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import av
import numpy as np
from av.packet import Packet
from av.stream import Disposition
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from av.video.stream import VideoStream

from engine.export.colorize import pad_to_even
from engine.export.video_writer import BT709, Track, Writer, own_errors
from engine.files.rgbd_facts import ATTACHMENT, LINES_TITLE, Header, Line
from engine.frames import DepthFrame, Image
from engine.geometry.depth_code import Codes, measured_codes

SUFFIX = "_rgbd.mkv"
"""How the names of recordings end."""
_TICK = Fraction(1, 1000)  # that of Matroska
_COLOR = MappingProxyType({"crf": "14", "preset": "medium"})
_LIVE_COLOR = MappingProxyType({"crf": "16", "preset": "superfast", "tune": "zerolatency", "g": "30"})
_DEPTH = MappingProxyType({"level": "3", "slices": "4", "slicecrc": "1", "g": "1"})
_LIVE = MappingProxyType({"cluster_time_limit": "500", "flush_packets": "1"})
"""If the process is killed, at most the last half second is lost."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What all frames of a recording have in common."""

    header: Header
    size: tuple[int, int]
    """Width and height of the pictures, and of the depth maps."""
    depth_size: tuple[int, int]

    @classmethod
    def of(cls, frame: DepthFrame) -> "Layout":
        """Return the layout of a recording that `frame` begins."""
        (height, width), (h, w) = frame.frame.image.shape[:2], frame.depth.shape
        return cls(Header.of(frame), (width, height), (w, h))


class RgbdVideo(Writer):
    """A recording that is being written. Its methods raise OSError if it cannot be."""

    def __init__(
        self, path: Path, layout: Layout, fps: Fraction, *, is_live: bool = False, tracks: Sequence[Track] = ()
    ) -> None:
        """`fps`: frames a second, on average. `is_live`: encode fast, and write at once."""
        self.layout = layout
        self._tracks = tracks
        self._last_pts = -1
        self._reformatter = VideoReformatter()
        with own_errors(has_tracks=bool(tracks)):
            self._container = av.open(str(path), "w", options=dict(_LIVE) if is_live else {})
            width, height = layout.size
            even = width + width % 2, height + height % 2
            self._color = self._add_video("libx264", fps, even, "yuv420p", _LIVE_COLOR if is_live else _COLOR)
            self._color.codec_context.color_range = int(ColorRange.MPEG)
            for of_color in ("colorspace", "color_primaries", "color_trc"):
                setattr(self._color.codec_context, of_color, BT709)
            self._color.disposition = Disposition.default  # what players show
            self._depth = self._add_video("ffv1", fps, layout.depth_size, "gray16le", _DEPTH)
            self._depth.metadata["title"] = "depth"
            self._facts = self._container.add_mux_stream("subrip")
            self._facts.time_base = _TICK
            self._facts.metadata["title"] = LINES_TITLE
            for track in tracks:
                track.add_to(self._container)
            self._container.add_attachment(ATTACHMENT, "application/json", layout.header.to_json())
            self._container.start_encoding()
        self._duration = max(round(1 / (fps * _TICK)), 1)

    def write(self, frame: DepthFrame, time_s: float) -> None:
        """Add a frame of the recording's layout, shown from `time_s` on. Times must rise."""
        assert Layout.of(frame) == self.layout, "another layout is another file"
        codes, low, high = measured_codes(frame)
        self.write_codes(frame.frame.image, codes, Line.of(frame, low, high), time_s)

    def write_codes(self, image: Image, codes: Codes, line: Line, time_s: float) -> None:
        """Add a picture (H, W, 3) of the recording's layout, and its depth as `coded` gives it (h, w)."""
        pts = self._last_pts = max(round(time_s / _TICK), self._last_pts + 1)
        picture = self._reformatter.reformat(
            av.VideoFrame.from_ndarray(np.ascontiguousarray(pad_to_even(image)), "rgb24"),
            format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG,
        )  # fmt: skip
        facts = Packet(line.to_json())
        facts.stream, facts.time_base, facts.pts, facts.dts = self._facts, _TICK, pts, pts
        facts.duration = self._duration
        with own_errors(has_tracks=bool(self._tracks)):
            for stream, shown in ((self._color, picture), (self._depth, av.VideoFrame.from_ndarray(codes, "gray16le"))):
                shown.pts, shown.time_base, shown.duration = pts, _TICK, self._duration
                self._container.mux(stream.encode(shown))
            self._container.mux(facts)
            for track in self._tracks:
                track.copy_until(time_s)

    def close(self) -> None:
        """Write what the encoders still hold."""
        with own_errors(has_tracks=bool(self._tracks)):
            for stream in (self._color, self._depth):
                self._container.mux(stream.encode())
            for track in self._tracks:
                track.finish()
            self._container.close()

    def _add_video(
        self, encoder: str, fps: Fraction, size: tuple[int, int], pix_fmt: str, options: Mapping[str, str]
    ) -> VideoStream:
        stream = self._container.add_stream(encoder, rate=fps, options=dict(options))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = pix_fmt
        stream.codec_context.time_base = _TICK
        return stream


def numbered(path: Path, number: int) -> Path:
    """Return the path of file `number`, from 1 on, of a recording that takes several."""
    return path if number == 1 else path.with_name(f"{path.name.removesuffix(SUFFIX)}-{number}{SUFFIX}")
