"""Depth map files: PNG, JPEG, TIFF, NPY, NPZ, EXR and PFM."""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.files.png_metadata import DEPTH_KEY, text_of
from engine.frames import DepthKind, DepthMap, Intrinsics
from engine.logs import log
from engine.sources.base import MAX_PIXELS
from engine.sources.heif import depth_in_heic, is_heic
from engine.sources.image_file import MAX_BYTES, decode_raw, orientation_of, read_bytes, turned
from engine.sources.jpeg_depth import depth_in_jpeg

MILLIMETER = 0.001
SUPPORTED = "PNG, JPEG, TIFF, NPY, NPZ, EXR or PFM"
IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff"})
"""Depth maps that are images, and may have an EXIF orientation."""
TERRACES = "has 8 bits, which make terraces of 256 steps; save depth with 16 bits"
_SAME_GRAY = 3
"""Channels of a gray JPEG may differ by this much."""
_DECODING_ERRORS = (OSError, ValueError, EOFError, BadZipFile, ZlibError, AttributeError, TypeError, MemoryError)


@dataclass(frozen=True, slots=True, eq=False)
class LoadedDepth:
    """The content of a depth map file."""

    depth: DepthMap
    """NaN where nothing was measured, as far as the format has a value for that."""
    kind: DepthKind | None = None
    intrinsics: Intrinsics | None = None
    """At the resolution of `depth`."""
    note: str | None = None
    """What the user should know about the file."""


def load_depth_map(path: Path, scale: float) -> LoadedDepth:
    """Read a depth map. `scale`: units per step of the file, 0 for what the file says. Raises SourceError."""
    suffix = path.suffix.lower()
    if suffix in IMAGE_SUFFIXES:
        return _load_image(path, scale)
    match suffix:
        case ".npy":
            loaded = LoadedDepth(_as_depth(path, _load_npy(path)))
        case ".npz":
            loaded = _load_npz(path)
        case ".exr":
            loaded = _load_exr(path)
        case ".pfm":
            loaded = LoadedDepth(_load_pfm(path), DepthKind.DISPARITY)
        case _:
            raise SourceError(f"{path} is not a depth map of a supported format; use {SUPPORTED}")
    if not scale:
        return loaded
    return LoadedDepth(loaded.depth * np.float32(scale), loaded.kind, loaded.intrinsics)


def embedded_depth(path: Path) -> LoadedDepth | None:
    """Return the depth that a phone stored in its photograph; None if there is none that can be read."""
    data = read_bytes(path)
    try:
        if is_heic(data):
            found = depth_in_heic(path, data)
        elif data.startswith(b"\xff\xd8"):
            found = depth_in_jpeg(data)
            found = found and (turned(found[0], orientation_of(path)), found[1])
        else:
            return None
    except SourceError as error:
        log.warning("the depth in %s", error)
        return None
    except ValueError as error:
        log.warning("the depth in %s cannot be read (%s)", path, error)
        return None
    return found and LoadedDepth(*found)


def _load_image(path: Path, scale: float) -> LoadedDepth:
    """Read an image in steps of `scale` (0 for what the file says).

    Otherwise 16 bits are millimeters, 8 bits are disparity, which has no unit, and floating-point numbers are meters.
    0 is not measured, except in disparity of 8 bits, where it is the farthest.
    """
    pixels = _one_channel(path, decode_raw(path))
    if pixels.dtype.kind == "f":
        return LoadedDepth(_as_depth(path, pixels) * np.float32(scale or 1))
    is_coarse = pixels.dtype.itemsize == 1
    note = f"{path.name} {TERRACES}" if is_coarse else None
    if is_coarse and not scale:
        return LoadedDepth(pixels.astype(np.float32), DepthKind.DISPARITY, note=note)
    kind, offset = None, 0.0
    told = text_of(read_bytes(path), DEPTH_KEY)
    if told is not None and not scale:
        try:
            facts = json.loads(told)
            kind, scale, offset = DepthKind(facts["kind"]), float(facts["scale"]), float(facts["offset"])
        except (ValueError, TypeError, KeyError) as error:
            raise SourceError(f"{path} has invalid scale metadata ({error}); set --depth-map-scale") from error
    values = pixels * np.float32(scale or MILLIMETER) + np.float32(offset)
    return LoadedDepth(np.where(pixels == 0, np.float32(np.nan), values.astype(np.float32)), kind, note=note)


def _one_channel(path: Path, pixels: NDArray[Any]) -> NDArray[Any]:
    """Return the channel (h, w) of a gray image that may be stored with several."""
    if pixels.ndim == 2:
        return pixels
    colors = pixels[..., :3].astype(np.float64)
    if np.ptp(colors, axis=-1).max() > (_SAME_GRAY if pixels.dtype.itemsize == 1 else 0):
        raise SourceError(f"{path} is in color; a depth map has one value for each pixel: save it as 16-bit gray")
    return np.ascontiguousarray(pixels[..., 1])


def _load_npy(path: Path) -> NDArray[Any]:
    try:
        values = np.load(io.BytesIO(read_bytes(path)), allow_pickle=False)
    except _DECODING_ERRORS as error:
        raise SourceError(f"{path} is not a valid NPY file ({error}); write it with numpy.save") from error
    if not isinstance(values, np.ndarray):
        raise SourceError(f"{path} is an NPZ file; rename it to .npz")
    return values


def _load_npz(path: Path) -> LoadedDepth:
    """Read `depth` (h, w), optionally `kind` (disparity, metric, relative) and `intrinsics` (3, 3) at that size.

    The only array may have any name. Intrinsics that were only assumed when the file was written are not used.
    """
    read_bytes(path, 1)
    try:
        with ZipFile(path) as archive:
            if any(member.file_size > MAX_BYTES for member in archive.infolist()):
                raise SourceError(f"{path} has an array of more than {MAX_BYTES >> 30} GiB; save a smaller one")
        with np.load(path, allow_pickle=False) as arrays:
            name = "depth" if "depth" in arrays or len(arrays.files) != 1 else arrays.files[0]
            found: dict[str, NDArray[Any]] = {
                key: arrays[key] for key in (name, "kind", "intrinsics", "camera") if key in arrays
            }
            names = ", ".join(arrays)
    except _DECODING_ERRORS as error:
        raise SourceError(f"{path} is not a valid NPZ file ({error}); write it with numpy.savez") from error
    if name not in found:
        raise SourceError(f"{path} has no array called depth (it has: {names or 'nothing'}); rename yours")
    kind = None
    if "kind" in found:
        try:
            kind = DepthKind(str(found["kind"]))
        except ValueError as error:
            known = ", ".join(k.value for k in DepthKind)
            raise SourceError(f"{path} has the unknown kind {found['kind']!s}; use {known}") from error
    return LoadedDepth(_as_depth(path, found[name]), kind, _intrinsics_in(path, found))


def _intrinsics_in(path: Path, found: Mapping[str, NDArray[Any]]) -> Intrinsics | None:
    if "intrinsics" not in found or str(found.get("camera")) == "assumed":
        return None
    try:
        return found["intrinsics"].astype(np.float64).reshape(3, 3)
    except ValueError as error:
        shape = found["intrinsics"].shape
        raise SourceError(f"{path} has intrinsics of shape {shape}; they must be numbers, (3, 3)") from error


def _load_exr(path: Path) -> LoadedDepth:
    """Read the channel Z of any layer, or the only channel."""
    import OpenEXR

    read_bytes(path, 1)
    try:
        with OpenEXR.File(str(path), header_only=True) as file:
            low, high = file.header()["dataWindow"]
        if (int(high[0]) - int(low[0]) + 1) * (int(high[1]) - int(low[1]) + 1) > MAX_PIXELS:
            raise SourceError(f"{path} has more than {MAX_PIXELS:,} pixels; save a smaller version")
        with OpenEXR.File(str(path), separate_channels=True) as file:
            channels = {name: channel.pixels for name, channel in file.channels().items()}
    except (RuntimeError, ValueError, TypeError, KeyError, OSError) as error:
        raise SourceError(f"{path} is not a valid EXR file ({error}); save it again") from error
    named_z = [name for name in channels if name.rpartition(".")[2] == "Z"]
    name = min(named_z, key=len) if named_z else next(iter(channels))
    if not named_z and len(channels) != 1:
        raise SourceError(f"{path} has no channel Z (it has: {', '.join(channels)}); save depth as channel Z")
    return LoadedDepth(_as_depth(path, channels[name]))


def _load_pfm(path: Path) -> DepthMap:
    """Read a portable float map: rows from the bottom up, little-endian if its scale is negative."""
    data = read_bytes(path)
    header = re.match(rb"Pf\s+(\d+)\s+(\d+)\s+(\S+)\s", data)
    try:
        if header is None:
            raise ValueError("it has no header of a gray map")
        width, height, scale = int(header[1]), int(header[2]), float(header[3])
        order = "<" if scale < 0 else ">"
        values = np.frombuffer(data, f"{order}f4", width * height, header.end()).reshape(height, width)
    except ValueError as error:
        raise SourceError(f"{path} is not a valid PFM file ({error}); save it again") from error
    return _as_depth(path, values[::-1] * np.float32(abs(scale) or 1))


def _as_depth(path: Path, values: NDArray[Any]) -> DepthMap:
    """Return `values` as float32 (h, w)."""
    depth = values.squeeze()
    if depth.ndim != 2 or not depth.size or depth.dtype.kind not in "fiu":
        raise SourceError(
            f"{path} has depth of shape {values.shape} and type {values.dtype}; it must be numbers, (h, w)"
        )
    with np.errstate(over="ignore"):  # what is too large for float32 becomes infinite, so not measured
        return np.ascontiguousarray(depth, np.float32)
