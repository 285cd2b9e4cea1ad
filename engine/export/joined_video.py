"""Videos one after the other as one file, without encoding them again."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from engine.errors import OutputError
from engine.export.video_writer import Header, Track, own_errors

_MP4 = (".mp4", ".mov")
_IN_MP4 = ("vp09",)
"""Tags of codecs that only MP4 files know."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A file with one video, and when it begins in the joined one, in seconds."""

    path: Path
    starts_s: float


def join_videos(
    pieces: Sequence[Piece], target: Path, tick: Fraction, *, header: Header, tracks: Sequence[Track] = ()
) -> int:
    """Write `pieces`, which were encoded with the same settings, to `target`, and return the number of frames.

    tick: the unit of the times of their frames. Raises OSError if the file cannot be written, AudioRefusedError if only
    `tracks` cannot, OutputError if the pieces do not fit together.
    """
    shown = _shown(pieces, tick)
    in_order = sorted(pts for piece in shown for pts in piece)
    lasts = _durations(in_order)
    with own_errors(has_tracks=bool(tracks)), av.open(str(target), "w", options=dict(header.options)) as output:
        with av.open(str(pieces[0].path)) as first:
            template = first.streams.video[0]
            stream = output.add_stream_from_template(template, opaque=True)
            stream.time_base = tick
            if target.suffix in _MP4 or template.codec_context.codec_tag not in _IN_MP4:
                stream.codec_context.codec_tag = template.codec_context.codec_tag
            setup = template.codec_context.extradata
        stream.metadata.update(header.metadata)
        for track in tracks:
            track.add_to(output)
        if header.chapters:
            output.set_chapters(list(header.chapters))
        output.start_encoding()
        # decoders get frames in another order than they are shown in: a decoding time is never after that of showing
        delay = max(at - bisect_left(in_order, pts) for at, pts in enumerate(pts for piece in shown for pts in piece))
        at = 0
        for piece, times in zip(pieces, shown, strict=True):
            with av.open(str(piece.path)) as opened:
                if opened.streams.video[0].codec_context.extradata != setup:
                    raise OutputError(f"{piece.path} does not fit to the parts before; render again with --fresh")
                for packet, pts in zip(_packets(opened), times, strict=True):
                    packet.stream, packet.time_base = stream, tick
                    packet.pts, packet.duration = pts, lasts[pts]
                    packet.dts = in_order[at - delay] if at >= delay else in_order[at] - in_order[delay]
                    output.mux(packet)
                    at += 1
                    for track in tracks:
                        track.copy_until(float(pts * tick))
        for track in tracks:
            track.finish()
    return at


def _durations(times: Sequence[int]) -> dict[int, int]:
    """Return how long the frame of each time is shown; the last one as long as the others on average."""
    average = round((times[-1] - times[0]) / (len(times) - 1)) if len(times) > 1 else 1
    return {at: after - at for at, after in pairwise([*times, times[-1] + max(average, 1)])}


def _shown(pieces: Sequence[Piece], tick: Fraction) -> list[list[int]]:
    """Return when the frames of each piece are shown in the joined video, in the order in which they are decoded."""
    found: list[list[int]] = []
    after = 0
    for piece in pieces:
        with av.open(str(piece.path)) as opened:
            times = [round((p.pts or 0) * (p.time_base or 0) / tick) for p in _packets(opened)]
        start = max(round(piece.starts_s / tick), after)
        found.append([start + time for time in times])
        after = max(found[-1]) + 1
    return found


def _packets(opened: InputContainer) -> "Iterator[Packet[VideoStream]]":
    return (packet for packet in opened.demux(opened.streams.video[0]) if packet.size)
