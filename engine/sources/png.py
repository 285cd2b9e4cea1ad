"""Checking of PNG files: libpng, in OpenCV, prints to the terminal what it finds wrong with a file."""

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_NEEDED = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_BITS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
"""Bits per channel that go with each kind of color."""
_PALETTE = 3
_TRANSPARENCY_BYTES = {0: {2}, 2: {6}, _PALETTE: set(range(1, 257))}
"""Length of the chunk tRNS with each kind of color; others have none."""
_EXIF, _EXIF_BEGINNINGS = b"eXIf", (b"II*\0", b"MM\0*")


def without_faults(data: bytes) -> bytes | None:
    """Return a PNG file with nothing but its pixels and its EXIF data; None if they are damaged or cut short."""
    color = _color_of(data)
    if color is None:
        return None
    parts, at, kinds = [_SIGNATURE], len(_SIGNATURE), [b""]
    while kinds[-1] != b"IEND":
        if len(data) < at + 12:
            return None
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + length + 12
        if end > len(data):
            return None
        if kind in _NEEDED or (kind == _EXIF and data[at + 8 : at + 12] in _EXIF_BEGINNINGS):
            (checksum,) = struct.unpack_from(">I", data, end - 4)
            is_sound = zlib.crc32(memoryview(data)[at + 4 : end - 4]) == checksum
            if not is_sound and kind in _NEEDED:
                return None
            if is_sound and (kind != b"tRNS" or length in _TRANSPARENCY_BYTES.get(color, ())):
                parts.append(data[at:end])
        elif kind[0] & 0x20 == 0:  # it is needed to understand the file
            return None
        kinds.append(kind)
        at = end
    if b"IDAT" not in kinds or (color == _PALETTE and b"PLTE" not in kinds[: kinds.index(b"IDAT")]):
        return None
    return b"".join(parts)


def _color_of(data: bytes) -> int | None:
    """Return the kind of color that a PNG file states; None if its header says what cannot be."""
    if data[:16] != _SIGNATURE + b"\0\0\0\rIHDR" or len(data) < 29:
        return None
    width, height, bits, color, compression, filtering, interlacing = struct.unpack_from(">IIBBBBB", data, 16)
    is_possible = 0 < width < 1 << 31 and 0 < height < 1 << 31 and bits in _BITS.get(color, ())
    return color if is_possible and compression == filtering == 0 and interlacing <= 1 else None
