"""Checking of PNG files: libpng, in OpenCV, prints to the terminal what it finds wrong with a file."""

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_NEEDED = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_EXIF, _EXIF_BEGINNINGS = b"eXIf", (b"II*\0", b"MM\0*")


def without_faults(data: bytes) -> bytes | None:
    """Return a PNG file with nothing but its pixels and its EXIF data; None if they are damaged or cut short."""
    parts, at, kind = [_SIGNATURE], len(_SIGNATURE), b""
    if not data.startswith(_SIGNATURE):
        return None
    while kind != b"IEND":
        if len(data) < at + 12:
            return None
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + length + 12
        if end > len(data):
            return None
        if kind in _NEEDED or (kind == _EXIF and data[at + 8 : at + 12] in _EXIF_BEGINNINGS):
            (checksum,) = struct.unpack_from(">I", data, end - 4)
            if zlib.crc32(memoryview(data)[at + 4 : end - 4]) == checksum:
                parts.append(data[at:end])
            elif kind in _NEEDED:
                return None
        elif kind[0] & 0x20 == 0:  # it is needed to understand the file
            return None
        at = end
    return b"".join(parts)
