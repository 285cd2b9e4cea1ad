"""Folders in the layout of 7-Scenes: `frame-000000.color.png`, `.depth.png` and `.pose.txt`.

https://www.microsoft.com/en-us/research/project/rgb-d-dataset-7-scenes/
"""

import re
from pathlib import Path

import numpy as np

from engine.errors import SourceError
from engine.frames import Image, scale_intrinsics
from engine.geometry.intrinsics import Lens
from engine.geometry.registration import registered
from engine.sources.depth_map_file import MILLIMETER, load_depth_map
from engine.sources.image import load_image
from engine.sources.rgbd.matrices import read_pose
from engine.sources.rgbd.sequence import DEFAULT_FPS, Measured, RgbdSequence

_COLOR = re.compile(r"frame-(\d+)\.color\.(png|jpg)")
_INVALID = 65535
_DEPTH_CAMERA = Lens(585, 585, 319.5, 239.5, 640, 480).shares
"""As the description of the data set says."""
_COLOR_CAMERA = Lens(525, 525, 319.5, 239.5, 640, 480).shares
"""The usual one of a Kinect: the data set does not calibrate it, and its maps are those of the depth camera."""


class SevenScenesFolder(RgbdSequence):
    """A folder in this layout."""

    def __init__(self, folder: Path) -> None:
        """Raises SourceError if it has no picture with depth."""
        self._files = {
            int(found[1]): path for path in folder.iterdir()
            if (found := _COLOR.fullmatch(path.name)) and _beside(path, "depth.png").is_file()
        }  # fmt: skip
        self._numbers = sorted(self._files)
        super().__init__(folder, [number / DEFAULT_FPS for number in self._numbers])

    def image(self, place: int) -> Image:
        return load_image(self._files[self._numbers[place]])

    def measured(self, place: int) -> Measured:
        path = self._files[self._numbers[place]]
        depth = load_depth_map(_beside(path, "depth.png"), MILLIMETER).depth
        depth = np.where(depth > (_INVALID - 0.5) * MILLIMETER, np.float32(np.nan), depth)
        height, width = depth.shape
        return Measured(
            registered(depth, _DEPTH_CAMERA, _COLOR_CAMERA),
            scale_intrinsics(_COLOR_CAMERA, width, height),
            read_pose(_beside(path, "pose.txt")),
        )


def is_seven_scenes(folder: Path) -> bool:
    """Return whether a folder has this layout. Raises SourceError if it cannot be listed."""
    try:
        return any(_COLOR.fullmatch(path.name) for path in folder.iterdir())
    except OSError as error:
        raise SourceError(f"{folder} cannot be listed ({error.strerror}); check its permissions") from error


def _beside(color: Path, ending: str) -> Path:
    return color.with_name(f"{color.name.partition('.')[0]}.{ending}")
