"""Folders that ScanNet's exporter writes: color/, depth/, pose/ and intrinsic/, with a number for each picture.

https://github.com/ScanNet/ScanNet/tree/master/SensReader
"""

from pathlib import Path

from engine.errors import SourceError
from engine.frames import Image, Intrinsics, scale_intrinsics
from engine.geometry.registration import registered
from engine.sources.base import IMAGE_SUFFIXES
from engine.sources.depth_map_file import MILLIMETER, load_depth_map
from engine.sources.image import load_image
from engine.sources.rgbd.matrices import lens_in, read_pose
from engine.sources.rgbd.sequence import DEFAULT_FPS, Measured, RgbdSequence

_COLORS, _DEPTHS, _POSES, _CAMERAS = "color", "depth", "pose", "intrinsic"
_CALIBRATED_PX = (1296, 968)
"""Size of ScanNet's pictures. Many copies have smaller ones, and the calibration of these."""
_OFF_CENTER = 0.2
"""A principal point farther from the middle, in widths, is one of pictures of another size."""


class ScanNetFolder(RgbdSequence):
    """A folder in this layout."""

    def __init__(self, folder: Path) -> None:
        """Raises SourceError if it has no picture with depth, or its calibration cannot be read."""
        colors = _numbered(folder / _COLORS, IMAGE_SUFFIXES)
        depths = _numbered(folder / _DEPTHS, frozenset({".png"}))
        numbers = sorted(colors.keys() & depths.keys())
        super().__init__(folder, [number / DEFAULT_FPS for number in numbers])
        self._files = [(colors[number], depths[number], folder / _POSES / f"{number}.txt") for number in numbers]
        self._color_camera = _color_camera(folder, self._files[0][0])
        self._depth_camera = _depth_camera(folder, self._files[0][1])
        if self._color_camera is None and self._depth_camera is None:
            self.camera = "assumed"

    def image(self, place: int) -> Image:
        return load_image(self._files[place][0])

    def measured(self, place: int) -> Measured:
        _, depths, pose = self._files[place]
        depth = load_depth_map(depths, MILLIMETER).depth
        camera, own = self._color_camera, self._depth_camera
        if camera is not None and own is not None:  # they lie together: ScanNet's files say that both are aligned
            depth = registered(depth, own, camera)
        camera, (height, width) = own if camera is None else camera, depth.shape
        return Measured(depth, None if camera is None else scale_intrinsics(camera, width, height), read_pose(pose))


def is_scannet(folder: Path) -> bool:
    """Return whether a folder has this layout."""
    return all((folder / name).is_dir() for name in (_COLORS, _DEPTHS, _POSES))


def _numbered(folder: Path, suffixes: frozenset[str]) -> dict[int, Path]:
    try:
        return {
            int(path.stem): path for path in folder.iterdir()
            if path.suffix.lower() in suffixes and path.stem.isdecimal()
        }  # fmt: skip
    except OSError as error:
        raise SourceError(f"{folder} cannot be listed ({error.strerror}); check its permissions") from error


def _color_camera(folder: Path, picture: Path) -> Intrinsics | None:
    """Return the color camera (3, 3) in shares of its pictures; None without a calibration."""
    path = folder / _CAMERAS / "intrinsic_color.txt"
    if not path.is_file():
        return None
    height, width = load_image(picture).shape[:2]
    lens = lens_in(path, (max(width, _CALIBRATED_PX[0]), max(height, _CALIBRATED_PX[1])))
    is_own = abs(lens.cx / width - 0.5) < _OFF_CENTER
    return lens_in(path, (width, height) if is_own else _CALIBRATED_PX).shares


def _depth_camera(folder: Path, depth_map: Path) -> Intrinsics | None:
    path = folder / _CAMERAS / "intrinsic_depth.txt"
    if not path.is_file():
        return None
    height, width = load_depth_map(depth_map, MILLIMETER).depth.shape
    return lens_in(path, (width, height)).shares
