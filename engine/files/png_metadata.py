"""Text in PNG files (https://www.w3.org/TR/png-3/#11tEXt), which OpenCV does not write."""

import struct
import zlib

DEPTH_KEY = "depth"
"""Key for the kind, scale and offset of a depth map, as JSON."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_END = len(_SIGNATURE) + 4 + 4 + 13 + 4  # the first chunk is always the 13 bytes of IHDR


def with_text(png: bytes, key: str, text: str) -> bytes:
    """Return the content of a PNG file with `text`, which must be ASCII, stored under `key`."""
    body = b"tEXt" + key.encode("latin-1") + b"\0" + text.encode("ascii")
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:_HEADER_END] + chunk + png[_HEADER_END:]


def text_of(png: bytes, key: str) -> str | None:
    """Return the text stored under `key` in the content of a PNG file; None if it has none, or is not a PNG file."""
    at = len(_SIGNATURE)
    wanted = key.encode("latin-1") + b"\0"
    while png.startswith(_SIGNATURE) and at + 8 <= len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        data = png[at + 8 : at + 8 + length]
        if kind == b"tEXt" and data.startswith(wanted):
            return data[len(wanted) :].decode("latin-1")
        at += length + 12
    return None
