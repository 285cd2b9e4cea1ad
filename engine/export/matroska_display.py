"""The size at which a Matroska file wants its frames to be shown.

FFmpeg states the size of one eye, taken for half the frame. Where each eye is squeezed to half its size that is wrong,
and players that do not know stereo would squeeze the picture.
"""

from collections.abc import Iterator
from pathlib import Path

_PARENTS = {0x18538067, 0x1654AE6B, 0xAE, 0xE0}
"""Segment, Tracks, TrackEntry, Video: what the sizes are nested in."""
_WIDTH, _HEIGHT = 0x54B0, 0x54BA
_HEAD_BYTES = 1 << 16  # tracks come first


def show_as_stored(file: Path, *, is_side_by_side: bool) -> None:
    """Let each frame, which holds two eyes that are squeezed to half their width or height, be shown in its own size.

    Raises OSError.
    """
    squeezed, other = (_WIDTH, _HEIGHT) if is_side_by_side else (_HEIGHT, _WIDTH)
    with file.open("r+b") as opened:
        head = opened.read(_HEAD_BYTES)
        found = {kind: (at, size) for kind, at, size in _elements(head, 0, len(head)) if kind in (_WIDTH, _HEIGHT)}
        values = {kind: int.from_bytes(head[at : at + size]) for kind, (at, size) in found.items()}
        if len(values) < 2:  # no size is stated where pixels are square and nothing is to be halved
            return
        doubled, room = 2 * values[squeezed], 256 ** found[squeezed][1]
        kind, value = (squeezed, doubled) if doubled < room else (other, max(values[other] // 2, 1))
        at, size = found[kind]
        opened.seek(at)
        opened.write(value.to_bytes(size))


def _elements(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield kind, start and size of the content of each element that holds no others."""
    while at < end - 1:
        kind, at = _number(data, at, keeps_marker=True)
        size, at = _number(data, at)
        if kind in _PARENTS:
            yield from _elements(data, at, min(at + size, end))
        else:
            yield kind, at, size
        at += size


def _number(data: bytes, at: int, *, keeps_marker: bool = False) -> tuple[int, int]:
    """Return the number of variable length at `at`, and where it ends."""
    length = 9 - data[at].bit_length() if at < len(data) and data[at] else 8
    value = int.from_bytes(data[at : at + length])
    return value if keeps_marker else value & ((1 << 7 * length) - 1), at + length
