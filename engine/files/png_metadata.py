"""Text in PNG files (https://www.w3.org/TR/png-3/#11tEXt), which OpenCV does not write."""

import struct
import zlib

DEPTH_KEY = "depth"
"""Where a depth map tells its kind, scale and offset, as JSON."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_END = len(_SIGNATURE) + 4 + 4 + 13 + 4  # the first chunk is always the 13 bytes of IHDR


def with_text(png: bytes, key: str, text: str) -> bytes:
    """The file `png` with `text`, in ASCII, under `key`."""
    body = b"tEXt" + key.encode("latin-1") + b"\0" + text.encode("ascii")
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:_HEADER_END] + chunk + png[_HEADER_END:]


def text_of(png: bytes, key: str) -> str | None:
    """The text under `key` in the file `png`; None if there is none, or it is no PNG."""
    at = len(_SIGNATURE)
    wanted = key.encode("latin-1") + b"\0"
    while png.startswith(_SIGNATURE) and at + 8 <= len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        data = png[at + 8 : at + 8 + length]
        if kind == b"tEXt" and data.startswith(wanted):
            return data[len(wanted) :].decode("latin-1")
        at += length + 12
    return None
