"""An image with its depth map, from a 16-bit PNG, NPZ or EXR file. No network runs."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile
from zlib import error as ZlibError

import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.files.png_metadata import DEPTH_KEY, text_of
from engine.frames import DepthKind, DepthMap, Frame, Intrinsics, scale_intrinsics
from engine.geometry.world import is_measured
from engine.paths import CAPTURE_DEPTH, CAPTURE_PICTURE
from engine.sources.base import file_id
from engine.sources.image import ImageSource
from engine.sources.image_file import decode_raw, read_bytes

MAX_ASPECT_MISMATCH = 0.04
"""The aspect ratios of image and depth map may differ by this share."""
MILLIMETER = 0.001
SUPPORTED = "16-bit gray PNG, NPZ with an array called depth, or EXR with a channel Z"


class DepthMapSource(ImageSource):
    """A still image with depth, at the resolution of the depth map. Pixels without a measurement are NaN."""

    def __init__(self, picture: Path, depth_map: Path, kind: DepthKind | None, png_scale: float) -> None:
        """`kind`: the kind of depth; None for what the file says, else metric. `png_scale`: units per step of a PNG; 0
        for what the file says, else millimeters."""
        super().__init__(picture)
        loaded = load_depth_map(depth_map, png_scale)
        self._kind = kind or loaded.kind or DepthKind.METRIC
        self._intrinsics = loaded.intrinsics
        self._depth = np.where(is_measured(loaded.depth, self._kind is DepthKind.DISPARITY), loaded.depth, np.nan)
        (height, width), (h, w) = self._image.shape[:2], self._depth.shape
        if abs(width * h / (height * w) - 1) > MAX_ASPECT_MISMATCH:
            raise SourceError(
                f"{depth_map} ({w}x{h}) has another aspect ratio than {picture} ({width}x{height}); "
                "use the depth map that belongs to the image"
            )
        if np.isnan(self._depth).all():
            raise SourceError(f"{depth_map} has no measured depth at all; check that it is the right file")

    def read(self, max_res: int) -> Frame | None:
        frame = super().read(max_res)
        if frame is None:
            return None
        intrinsics = self._intrinsics
        if intrinsics is not None:
            (height, width), (h, w) = frame.image.shape[:2], self._depth.shape
            intrinsics = scale_intrinsics(intrinsics, width / w, height / h)
        return replace(frame, depth=self._depth, kind=self._kind, intrinsics=intrinsics)


def open_capture(folder: Path) -> DepthMapSource:
    """Open the image and the depth of the capture in `folder`. Raises SourceError."""
    source = DepthMapSource(folder / CAPTURE_PICTURE, folder / CAPTURE_DEPTH, None, 0.0)
    source.source_id = file_id(folder)
    return source


@dataclass(frozen=True, slots=True, eq=False)
class LoadedDepth:
    """The content of a depth map file."""

    depth: DepthMap
    kind: DepthKind | None = None
    intrinsics: Intrinsics | None = None
    """At the resolution of `depth`."""


def load_depth_map(path: Path, png_scale: float) -> LoadedDepth:
    """Read a depth map. `png_scale`: units per step of a PNG, 0 for what the file says. Raises SourceError."""
    match path.suffix.lower():
        case ".png":
            return _load_png(path, png_scale)
        case ".npz":
            return _load_npz(path)
        case ".exr":
            return _load_exr(path)
    raise SourceError(f"{path} is not a depth map of a supported format; use {SUPPORTED}")


def _load_png(path: Path, scale: float) -> LoadedDepth:
    """Read a PNG in steps of `scale` (0 for what the file says, else millimeters). A pixel of 0 was not measured."""
    pixels = decode_raw(path)
    if pixels.dtype != np.uint16 or pixels.ndim != 2:
        channels = 1 if pixels.ndim == 2 else pixels.shape[2]
        raise SourceError(
            f"{path} has {pixels.dtype.itemsize * 8} bits and {channels} channels; save depth as 16 bits, one channel"
        )
    kind, offset = None, 0.0
    told = text_of(read_bytes(path), DEPTH_KEY)
    if told is not None and not scale:
        try:
            facts = json.loads(told)
            kind, scale, offset = DepthKind(facts["kind"]), float(facts["scale"]), float(facts["offset"])
        except (ValueError, TypeError, KeyError) as error:
            raise SourceError(f"{path} has invalid scale metadata ({error}); set --depth-map-scale") from error
    values = pixels * np.float32(scale or MILLIMETER) + np.float32(offset)
    return LoadedDepth(np.where(pixels == 0, np.float32(np.nan), values), kind)


def _load_npz(path: Path) -> LoadedDepth:
    """Read `depth` (h, w), optionally `kind` (disparity, metric, relative) and `intrinsics` (3, 3) at that size.

    Intrinsics that were only assumed when the file was written are not used.
    """
    read_bytes(path, 1)
    try:
        with np.load(path, allow_pickle=False) as archive:
            found: dict[str, NDArray[Any]] = {
                name: archive[name] for name in ("depth", "kind", "intrinsics", "camera") if name in archive
            }
            names = ", ".join(archive)
    except (OSError, ValueError, EOFError, BadZipFile, ZlibError, AttributeError, TypeError) as error:
        raise SourceError(f"{path} is not a valid NPZ file ({error}); write it with numpy.savez") from error
    if "depth" not in found:
        raise SourceError(f"{path} has no array called depth (it has: {names or 'nothing'}); rename yours")
    kind = None
    if "kind" in found:
        try:
            kind = DepthKind(str(found["kind"]))
        except ValueError as error:
            known = ", ".join(k.value for k in DepthKind)
            raise SourceError(f"{path} has the unknown kind {found['kind']!s}; use {known}") from error
    intrinsics = None
    if "intrinsics" in found and str(found.get("camera")) != "assumed":
        try:
            intrinsics = found["intrinsics"].astype(np.float64).reshape(3, 3)
        except ValueError as error:
            shape = found["intrinsics"].shape
            raise SourceError(f"{path} has intrinsics of shape {shape}; they must be numbers, (3, 3)") from error
    return LoadedDepth(_as_depth(path, found["depth"]), kind, intrinsics)


def _load_exr(path: Path) -> LoadedDepth:
    """Read the channel Z of any layer, or the only channel."""
    import OpenEXR

    read_bytes(path, 1)
    try:
        with OpenEXR.File(str(path), separate_channels=True) as file:
            channels = {name: channel.pixels for name, channel in file.channels().items()}
    except (RuntimeError, ValueError, TypeError, OSError) as error:
        raise SourceError(f"{path} is not a valid EXR file ({error}); save it again") from error
    named_z = [name for name in channels if name.rpartition(".")[2] == "Z"]
    name = min(named_z, key=len) if named_z else next(iter(channels))
    if not named_z and len(channels) != 1:
        raise SourceError(f"{path} has no channel Z (it has: {', '.join(channels)}); save depth as channel Z")
    return LoadedDepth(_as_depth(path, channels[name]))


def _as_depth(path: Path, values: NDArray[Any]) -> DepthMap:
    """Return `values` as float32 (h, w)."""
    depth = values.squeeze()
    if depth.ndim != 2 or not depth.size or depth.dtype.kind not in "fiu":
        raise SourceError(
            f"{path} has depth of shape {values.shape} and type {values.dtype}; it must be numbers, (h, w)"
        )
    return np.ascontiguousarray(depth, np.float32)
