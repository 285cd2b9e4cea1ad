"""An image with its depth map. No network runs."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.errors import SourceError
from engine.frames import DepthKind, Frame, Intrinsics, StereoPair, scale_intrinsics
from engine.geometry.world import is_measured
from engine.paths import CAPTURE_DEPTH, CAPTURE_PICTURE
from engine.sources.base import file_id
from engine.sources.depth_map_file import IMAGE_SUFFIXES, LoadedDepth, load_depth_map
from engine.sources.image import ImageSource
from engine.sources.image_file import orientation_of, turned

MAX_ASPECT_MISMATCH = 0.04
"""The aspect ratios of image and depth map may differ by this share."""


@dataclass(frozen=True, slots=True)
class DepthMapFacts:
    """What the user says about a depth map."""

    kind: DepthKind | None = None
    """None: what the file says, else metric."""
    scale: float = 0.0
    """Units per step; 0: what the file says."""
    baseline_m: float = 0.0
    """Distance of the two cameras that disparity in pixels was measured with; 0: it is no such disparity."""
    offset_px: float = 0.0
    """Added to disparity in pixels before it becomes distance."""


class DepthMapSource(ImageSource):
    """A still image with depth, at the resolution of the depth map. Pixels without a measurement are NaN."""

    def __init__(self, picture: Path, depth_map: Path | LoadedDepth, facts: DepthMapFacts = DepthMapFacts()) -> None:
        """`depth_map`: a file, or the depth that is stored in the picture."""
        super().__init__(picture)
        if isinstance(depth_map, LoadedDepth):
            loaded = depth_map
        else:
            loaded = load_depth_map(depth_map, facts.scale)
            loaded = _upright(loaded, picture, depth_map, self._picture.image.shape[1::-1])
        self.warning = loaded.note
        self._stereo = StereoPair(facts.baseline_m, facts.offset_px) if facts.baseline_m else None
        assumed = DepthKind.DISPARITY if self._stereo else DepthKind.METRIC
        self._kind = facts.kind or (assumed if self._stereo else loaded.kind) or assumed
        if self._stereo and self._kind is not DepthKind.DISPARITY:
            raise SourceError("--depth-map-baseline is for disparity; leave it out, or --depth-map-kind")
        self._intrinsics = loaded.intrinsics
        self._depth = np.where(is_measured(loaded.depth, self._kind is DepthKind.DISPARITY), loaded.depth, np.nan)
        if np.isnan(self._depth).all():
            where = picture if isinstance(depth_map, LoadedDepth) else depth_map
            raise SourceError(f"{where} has no measured depth at all; check that it is the right file")

    def read(self, max_res: int) -> Frame | None:
        frame = super().read(max_res)
        if frame is None:
            return None
        intrinsics = self._intrinsics
        if intrinsics is not None:
            (height, width), (h, w) = frame.image.shape[:2], self._depth.shape
            intrinsics = scale_intrinsics(intrinsics, width / w, height / h)
        return replace(frame, depth=self._depth, kind=self._kind, intrinsics=intrinsics, stereo=self._stereo)


def open_capture(folder: Path) -> DepthMapSource:
    """Open the image and the depth of the capture in `folder`. Raises SourceError."""
    source = DepthMapSource(folder / CAPTURE_PICTURE, folder / CAPTURE_DEPTH)
    source.source_id = file_id(folder)
    return source


def _upright(loaded: LoadedDepth, picture: Path, depth_map: Path, size: tuple[int, ...]) -> LoadedDepth:
    """Return the depth map turned like the picture, whose upright (width, height) is `size`.

    A picture that its EXIF data turns may have a map that is stored as the camera saw it, or upright. Raises
    SourceError if the shapes do not tell, or if they do not agree.
    """
    orientation = orientation_of(picture)
    of_map = orientation_of(depth_map) if depth_map.suffix.lower() in IMAGE_SUFFIXES else 1
    if of_map != 1:
        loaded = _turned(loaded, of_map)
        orientation = 1
    (width, height), (h, w) = size, loaded.depth.shape
    fits, fits_turned = _agree((w, h), size), _agree((h, w) if orientation >= 5 else (w, h), size)
    if not (fits or (fits_turned and orientation != 1)):
        raise SourceError(
            f"{depth_map} ({w}x{h}) has another aspect ratio than {picture} ({width}x{height}); "
            "use the depth map that belongs to the image"
        )
    if orientation != 1 and fits and fits_turned:
        raise SourceError(
            f"{picture} is turned by its EXIF data, and {depth_map} does not say whether it is, too; save both upright"
        )
    return loaded if fits else _turned(loaded, orientation)


def _agree(size: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return abs(size[0] * other[1] / (size[1] * other[0]) - 1) <= MAX_ASPECT_MISMATCH


def _turned(loaded: LoadedDepth, orientation: int) -> LoadedDepth:
    depth = turned(loaded.depth, orientation)
    if loaded.intrinsics is None:
        return replace(loaded, depth=depth)
    return replace(loaded, depth=depth, intrinsics=_turned_camera(loaded.intrinsics, depth.shape, orientation))


def _turned_camera(intrinsics: Intrinsics, shape: tuple[int, ...], orientation: int) -> Intrinsics:
    """Return intrinsics for an image that was turned by its EXIF orientation, and has `shape` (h, w) since."""
    k = intrinsics.copy()
    if orientation >= 5:
        k = k[[1, 0, 2]][:, [1, 0, 2]]
    if orientation in {2, 3, 6, 7}:
        k[0, 2] = shape[1] - k[0, 2]
    if orientation in {3, 4, 7, 8}:
        k[1, 2] = shape[0] - k[1, 2]
    return k
