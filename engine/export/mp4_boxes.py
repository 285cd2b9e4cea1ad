"""Boxes of MP4 files, and those that describe a video. FFmpeg writes some for streams with side data only.

PyAV does not set that.
"""

from collections.abc import Iterator
from pathlib import Path
from struct import pack, unpack_from
from typing import BinaryIO

_TO_ENTRIES = (b"mdia", b"minf", b"stbl", b"stsd")
"""The way from a track to the descriptions of its samples."""
_HEADER, _LARGE_HEADER = 8, 16
_ENTRIES_AT = 16  # in stsd: after its header, version and number of entries
_PRORES = {b"apco", b"apcs", b"apcn", b"apch", b"ap4h", b"ap4x"}
_VIDEO = {b"avc1", b"hvc1", b"hev1", b"av01", b"vp09", *_PRORES}
_SAMPLE_ENTRY = 86
"""Bytes of the description of a video's samples before the boxes in it."""
_CONFIGURATION = {b"avcC", b"hvcC", b"av1C", b"vpcC"}


def box(kind: bytes, content: bytes) -> bytes:
    """Return a box with this content."""
    return pack(">I4s", _HEADER + len(content), kind) + content


def describe_video(file: Path, added: bytes) -> None:
    """Add boxes to the descriptions of the video tracks of the MP4 `file`, which is rewritten. Raises OSError.

    They follow the configuration of the codec.
    """
    changed = file.with_name(f"{file.stem}-described{file.suffix}")
    try:
        with file.open("rb") as old, changed.open("xb") as new:
            is_media_seen = False
            for kind, start, size in boxes(old.seek(0, 2), old):
                old.seek(start)
                if kind != b"moov":
                    is_media_seen = is_media_seen or kind == b"mdat"
                    _copy(old, new, size)
                    continue
                movie = old.read(size)
                larger = _movie_with(movie, added)
                grown = 0 if is_media_seen else len(larger) - len(movie)
                new.write(_shifted(larger, grown))
        changed.replace(file)
    finally:
        changed.unlink(missing_ok=True)


def boxes(end: int, file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start and size of each box of the MP4 `file` of `end` bytes; the last one may be cut off."""
    at = 0
    while at + _HEADER <= end:
        file.seek(at)
        head = file.read(_LARGE_HEADER)
        size, kind = unpack_from(">I4s", head)
        if size == 1:
            (size,) = unpack_from(">Q", head, _HEADER)
        yield kind, at, size or end - at
        at += size or end - at


def _copy(old: BinaryIO, new: BinaryIO, size: int) -> None:
    while size:
        part = old.read(min(size, 1 << 20))
        new.write(part)
        size -= len(part)


def _boxes(data: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and bytes of each box in `data` from `at` on."""
    while at + _HEADER <= len(data):
        size, kind = unpack_from(">I4s", data, at)
        yield kind, data[at : at + size]
        at += max(size, _HEADER)


def _movie_with(movie: bytes, added: bytes) -> bytes:
    parts = (_inserted(data, _TO_ENTRIES, added) if kind == b"trak" else data for kind, data in _boxes(movie, _HEADER))
    return box(b"moov", b"".join(parts))


def _inserted(data: bytes, way: tuple[bytes, ...], added: bytes) -> bytes:
    """Return the box `data` with `added` put into what lies at the end of `way`."""
    kind = data[4:8]
    if not way:
        entries = (_described(d, added) if k in _VIDEO else d for k, d in _boxes(data, _ENTRIES_AT))
        return box(kind, data[_HEADER:_ENTRIES_AT] + b"".join(entries))
    parts = (_inserted(d, way[1:], added) if k == way[0] else d for k, d in _boxes(data, _HEADER))
    return box(kind, b"".join(parts))


def _described(entry: bytes, added: bytes) -> bytes:
    """Return the sample description `entry` with `added` after the configuration of its codec."""
    at = _SAMPLE_ENTRY
    for kind, inner in _boxes(entry, at):
        if kind not in _CONFIGURATION:
            break
        at += len(inner)
    return box(entry[4:8], entry[_HEADER:at] + added + entry[at:])


def _shifted(data: bytes, by: int) -> bytes:
    """Return the box `data` with all places in the file moved by `by` bytes."""
    kind = data[4:8]
    if kind in (b"stco", b"co64"):
        form = ">I" if kind == b"stco" else ">Q"
        places = (unpack_from(form, data, at)[0] for at in range(_ENTRIES_AT, len(data), 4 if form == ">I" else 8))
        return data[:_ENTRIES_AT] + b"".join(pack(form, place + by) for place in places)
    if kind not in (b"moov", b"trak", b"mdia", b"minf", b"stbl"):
        return data
    return box(kind, b"".join(_shifted(part, by) for _, part in _boxes(data, _HEADER)))
