"""The size that an image file states in its header. Nothing is decoded, so that too large ones can be refused."""

import re
import struct

_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of segments that begin with the size."""
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xDA)})
"""Markers without a segment."""
_TIFF_SHORT, _TIFF_TAGS = 3, (256, 257)
_BOX_SEARCHED = 1 << 20
"""How far into a HEIC, AVIF or JPEG 2000 file its properties are looked for."""


def stated_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height as stated in an image file; None if the format is unknown or the header damaged."""
    try:
        return _size(data)
    except (struct.error, IndexError, ValueError, StopIteration):  # it is cut short
        return None


def _size(data: bytes) -> tuple[int, int] | None:
    if data.startswith(b"\x89PNG"):
        width, height = struct.unpack_from(">II", data, 16)
    elif data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp_size(data)
    elif data[:2] in {b"II", b"MM"}:
        return _tiff_size(data)
    elif data.startswith(b"BM"):
        width, height = struct.unpack_from("<ii", data, 18)
    elif data.startswith(b"GIF8"):
        width, height = struct.unpack_from("<HH", data, 6)
    elif re.match(rb"P[1-6fF]\s", data):
        width, height = map(int, re.sub(rb"#.*", b"", data[2:4096]).split()[:2])
    elif data[4:8] in {b"ftyp", b"jP  "}:
        return _box_size(data)
    elif data.startswith(b"\xff\x4f\xff\x51"):  # a bare JPEG 2000 codestream
        width, height = struct.unpack_from(">II", data, 8)
    else:
        return None
    return abs(width), abs(height)


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while True:
        at = data.index(b"\xff", at)
        marker = data[at + 1]
        if marker in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        if marker in _JPEG_ALONE or marker in {0x00, 0xFF}:
            at += 1 if marker == 0xFF else 2
        else:
            at += 2 + int(struct.unpack_from(">H", data, at + 2)[0])


def _webp_size(data: bytes) -> tuple[int, int]:
    match data[12:16]:
        case b"VP8X":
            width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        case b"VP8L":
            bits = int(struct.unpack_from("<I", data, 21)[0])
            width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case _:
            width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
    return width, height


def _tiff_size(data: bytes) -> tuple[int, int]:
    order = "<" if data[:2] == b"II" else ">"
    is_big = struct.unpack_from(order + "H", data, 2)[0] == 43
    entry_bytes, count_code, offset_code = (20, "Q", "Q") if is_big else (12, "H", "I")
    (at,) = struct.unpack_from(order + offset_code, data, 8 if is_big else 4)
    (count,) = struct.unpack_from(order + count_code, data, at)
    at += struct.calcsize(count_code)
    found = {}
    for _ in range(count):
        tag, kind = struct.unpack_from(order + "HH", data, at)
        value_at = at + entry_bytes - struct.calcsize(offset_code)
        if tag in _TIFF_TAGS:
            found[tag] = int(struct.unpack_from(order + ("H" if kind == _TIFF_SHORT else "I"), data, value_at)[0])
        at += entry_bytes
    width, height = (found.get(tag, 0) for tag in _TIFF_TAGS)
    return width, height


def _box_size(data: bytes) -> tuple[int, int] | None:
    """Return the largest size in the properties of a HEIC, AVIF or JPEG 2000 file: its tiles have sizes, too."""
    head = data[:_BOX_SEARCHED]
    sizes = [struct.unpack_from(">II", head, found.end() + 4) for found in re.finditer(rb"ispe", head)]
    sizes += [struct.unpack_from(">II", head, found.end())[::-1] for found in re.finditer(rb"ihdr", head)]
    return max(sizes, key=lambda size: size[0] * size[1], default=None)
