"""Arrays as bytes that compress well and that a page reads with a few lines: see `unpack` in assets/web/viewer.js."""

import json
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

NOTHING = -3e38
"""What a page gets for a value that is not there. The shaders take it for "not measured"."""
_PLANES_OF = {8: np.uint8, 16: np.uint16, 32: np.uint32}


@dataclass(frozen=True, slots=True)
class Codes:
    """Numbers in steps: `low + (code − 1) · step`; code 0 is `NOTHING`."""

    codes: NDArray[np.unsignedinteger[Any]]
    low: float
    step: float


def quantized(values: NDArray[np.floating], bits: int) -> Codes:
    """Return `values` (h, w) in equal steps of their own range. NaN and what is larger than 1e37 is nothing."""
    exists = np.abs(values) < 1e37  # NaN is not
    kept = values[exists].astype(np.float64)
    low, high = (float(kept.min()), float(kept.max())) if kept.size else (0.0, 0.0)
    step = (high - low) / (2**bits - 2) or 1.0
    codes = np.rint((np.where(exists, values, low) - low) / step) + 1
    return Codes(np.where(exists, codes, 0).astype(_PLANES_OF[bits]), low, step)


class Pack:
    """Collects arrays and files; `finished` is all of them, compressed, behind a header in JSON."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def file(self, content: bytes) -> dict[str, int]:
        """Add `content` as it is; return where the page finds it."""
        self._parts.append(content)
        self._size += len(content)
        return {"at": self._size - len(content), "size": len(content)}

    def numbers(self, codes: NDArray[np.unsignedinteger[Any]]) -> dict[str, int]:
        """Add unsigned numbers (h, w), each as what the numbers to its left and above do not foretell."""
        height, width = codes.shape
        rest = np.diff(np.diff(codes, axis=0, prepend=codes.dtype.type(0)), axis=1, prepend=codes.dtype.type(0))
        planes = np.ascontiguousarray(rest).view(np.uint8).reshape(height * width, codes.itemsize)
        placed = self.file(np.ascontiguousarray(planes.T).tobytes())
        return {"at": placed["at"], "width": width, "height": height, "bytes": codes.itemsize}

    def values(self, values: NDArray[np.floating], bits: int) -> dict[str, Any]:
        """Add `values` (h, w) in steps of their range."""
        coded = quantized(values, bits)
        return {**self.numbers(coded.codes), "low": coded.low, "step": coded.step}

    def finished(self, header: dict[str, Any]) -> bytes:
        """Return everything: the length of the header in four bytes, the header, and the parts; in zlib's format."""
        text = json.dumps(header, separators=(",", ":")).encode()
        return zlib.compress(b"".join([len(text).to_bytes(4, "little"), text, *self._parts]), 9)
