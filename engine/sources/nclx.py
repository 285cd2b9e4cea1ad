"""The colors that a HEIC or AVIF file states without an ICC profile: the box nclx, in the numbers of ITU-T H.273."""

import struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.sources.dither import dithered

_HDR = frozenset({16, 18})
"""PQ and HLG."""
_WIDE = frozenset({9, 12})
"""BT.2020 and Display-P3."""
_UNKNOWN = 2
_SEARCHED = 1 << 20


class Colors(NamedTuple):
    """A transfer function and primaries."""

    transfer: int = _UNKNOWN
    primaries: int = _UNKNOWN

    @property
    def is_hdr(self) -> bool:
        return self.transfer in _HDR

    def to_srgb(self, pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> NDArray[np.uint8]:
        """Return RGB or RGBA (H, W, C) of 8 or 16 bits as 8 bits in sRGB, dithered where they were more."""
        is_deep = pixels.dtype == np.uint16
        if not (self.is_hdr or self.primaries in _WIDE):
            return dithered(pixels.astype(np.uint16, copy=False)) if is_deep else pixels.astype(np.uint8, copy=False)
        from engine.sources.recording.frame_converter import image_to_srgb  # late: it loads FFmpeg

        deep = pixels.astype(np.uint16, copy=False) if is_deep else pixels.astype(np.uint16) * np.uint16(257)
        alpha = (deep[..., 3:] >> 8).astype(np.uint8)
        return np.dstack([image_to_srgb(deep[..., :3], self.transfer, self.primaries), alpha])


def stated_colors(data: bytes) -> Colors:
    """Return the colors that a file states."""
    at = data.find(b"colrnclx", 0, _SEARCHED)
    if not 0 <= at <= len(data) - 12:
        return Colors()
    primaries, transfer = struct.unpack_from(">HH", data, at + 8)
    return Colors(transfer, primaries)
