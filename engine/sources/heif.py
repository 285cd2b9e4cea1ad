"""HEIC photographs: tiles, rotation, the left one of two views, and the depth that phones store beside them."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.frames import DepthKind, DepthMap
from engine.sources.nclx import Colors

T = TypeVar("T")

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis"})
_AVIF_BRANDS = frozenset({b"avif"})
_ERRORS = (OSError, ValueError, RuntimeError, SyntaxError, EOFError, MemoryError, IndexError)
_UNIFORM_DEPTH = 2
"""In the depth representation of ISO/IEC 23008-2: depth itself, where the others are inverse."""


def is_heic(data: bytes) -> bool:
    """Return whether the beginning of a file is that of a photograph in HEVC."""
    return bool(_brands(data) & _HEIC_BRANDS) and not _brands(data) & _AVIF_BRANDS


def is_avif(data: bytes) -> bool:
    """Return whether the beginning of a file is that of a photograph in AV1."""
    return bool(_brands(data) & _AVIF_BRANDS)


def decode_heic(path: Path, data: bytes) -> tuple[NDArray[np.uint8], bytes | None]:
    """Return a photograph as 8-bit RGB or RGBA (H, W, C), upright, and its ICC profile; of two views the left one.

    Raises SourceError.
    """

    def pixels(photograph: Any) -> tuple[NDArray[np.uint8], bytes | None]:
        profile = photograph.info.get("icc_profile")
        told = photograph.info.get("nclx_profile") or {}
        colors = Colors(told.get("transfer_characteristics", 2), told.get("color_primaries", 2))
        is_rgb = photograph.mode in {"RGB", "RGBA", "RGB;16", "RGBA;16"}
        stored = np.array(photograph if is_rgb else photograph.to_pillow().convert("RGB"))  # a copy: the file owns it
        if profile is not None and not colors.is_hdr:
            return Colors().to_srgb(stored), profile
        return colors.to_srgb(stored), None

    return _opened(path, data, pixels)


def depth_in_heic(path: Path, data: bytes) -> tuple[DepthMap, DepthKind] | None:
    """Return the depth (h, w) beside a photograph, upright, and its kind; None if there is none. Raises SourceError."""

    def depth(photograph: Any) -> tuple[DepthMap, DepthKind] | None:
        maps = photograph.info.get("depth_images") or []
        if not maps:
            return None
        values = np.array(maps[0], np.float32)
        facts = maps[0].info.get("metadata") or {}
        near, far = facts.get("z_near"), facts.get("z_far")
        if facts.get("representation_type") == _UNIFORM_DEPTH and near is not None and far is not None:
            return np.float32(near) + values / np.float32(255) * np.float32(far - near), DepthKind.RELATIVE_DEPTH
        return values, DepthKind.DISPARITY

    return _opened(path, data, depth)


def _opened(path: Path, data: bytes, use: Callable[[Any], T]) -> T:
    import pi_heif

    try:
        return use(pi_heif.open_heif(_with_left_view_first(data), convert_hdr_to_8bit=False))
    except _ERRORS as error:
        raise SourceError(f"{path} is damaged, or its photograph cannot be decoded ({error})") from error


def _brands(data: bytes) -> frozenset[bytes]:
    if data[4:8] != b"ftyp" or len(data) < 16:
        return frozenset()
    end = min(struct.unpack_from(">I", data)[0], len(data), 256)
    return frozenset({data[8:12], *(data[at : at + 4] for at in range(16, end - 3, 4))})


def _with_left_view_first(data: bytes) -> bytes:
    """Return a HEIC file whose primary item is the left one of its stereo pair, if it has one."""
    group, primary = data.find(b"ster", 0, 1 << 20), data.find(b"pitm", 0, 1 << 20)
    if group < 0 or primary < 0 or len(data) < group + 24:
        return data
    count, left = struct.unpack_from(">II", data, group + 12)  # after version, flags and the group's own number
    if count != 2:
        return data
    code = ">H" if data[primary + 4] == 0 else ">I"  # by the version of the box
    if left > (0xFFFF if code == ">H" else 0xFFFFFFFF):
        return data
    number = struct.pack(code, left)
    return data[: primary + 8] + number + data[primary + 8 + len(number) :]
