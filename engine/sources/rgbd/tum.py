"""Folders in the layout of the TUM RGB-D benchmark: lists of pictures, depth maps and poses, each with its time.

https://cvg.cit.tum.de/data/datasets/rgbd-dataset/file_formats
"""

from bisect import bisect_left
from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path

import numpy as np

from engine.errors import CalibrationError, InputError, SourceError
from engine.frames import Image, Intrinsics, Pose, scale_intrinsics
from engine.geometry.intrinsics import Lens
from engine.geometry.pose import between, pose_of
from engine.logs import log
from engine.sources.depth_map_file import load_depth_map
from engine.sources.image import load_image
from engine.sources.rgbd.sequence import Measured, RgbdSequence

COLORS, DEPTHS, POSES, CALIBRATION = "rgb.txt", "depth.txt", "groundtruth.txt", "calibration.txt"
STEPS_PER_METER = 5000
_APART_S = 0.02
"""A picture and a depth map that are farther apart do not belong together; as in the benchmark's tools."""
_LOST_S = 0.1
"""Between poses that are farther apart than this, the camera may have been anywhere."""
_KINECT = Lens(525, 525, 319.5, 239.5, 640, 480)
"""The camera that the benchmark recommends for its pictures, without undistortion: the driver has registered them."""


class TumFolder(RgbdSequence):
    """A folder in this layout."""

    def __init__(self, folder: Path) -> None:
        """Raises SourceError if its lists cannot be read, or have nothing in common."""
        colors, depths = _listed(folder / COLORS), _listed(folder / DEPTHS)
        pairs = paired([time_s for time_s, _ in colors], [time_s for time_s, _ in depths])
        if colors and depths and not pairs:
            raise SourceError(
                f"{folder}: no picture in {COLORS} is within {_APART_S:g} s of a depth map in {DEPTHS}; check the times"
            )
        times_s = [colors[color][0] for color, _ in pairs]
        super().__init__(folder, times_s)
        self._files = [(folder / colors[color][1], folder / depths[depth][1]) for color, depth in pairs]
        self._poses = _poses_at(times_s, folder / POSES)
        self._camera = _camera_of(folder, self._files[0][0])
        if self._camera is None:
            self.camera = "assumed"
            log.info("%s has no %s with fx fy cx cy; the field of view is assumed", folder, CALIBRATION)

    def image(self, place: int) -> Image:
        return load_image(self._files[place][0])

    def measured(self, place: int) -> Measured:
        depth = load_depth_map(self._files[place][1], 1 / STEPS_PER_METER).depth
        height, width = depth.shape
        camera = None if self._camera is None else scale_intrinsics(self._camera, width, height)
        return Measured(depth, camera, self._poses[place])


def is_tum(folder: Path) -> bool:
    """Return whether a folder has this layout."""
    return (folder / COLORS).is_file() and (folder / DEPTHS).is_file()


def paired(times_s: Sequence[float], others_s: Sequence[float]) -> list[tuple[int, int]]:
    """Return which of two lists of rising times belong together: each at most once, the closest first."""
    candidates: list[tuple[float, int, int]] = []
    for place, time_s in enumerate(times_s):
        other = bisect_left(others_s, time_s - _APART_S)
        while other < len(others_s) and others_s[other] <= time_s + _APART_S:
            candidates.append((abs(others_s[other] - time_s), place, other))
            other += 1
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, place, other in sorted(candidates):
        if place not in pairs and other not in taken:
            pairs[place] = other
            taken.add(other)
    return sorted(pairs.items())


def _lines(path: Path) -> list[list[str]]:
    """Return the words of each line that is no comment. Some programs write commas between them."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} cannot be read ({error}); check its permissions") from error
    lines = (line.replace(",", " ").split() for line in text.splitlines() if not line.lstrip().startswith("#"))
    return [words for words in lines if words]


def _listed(path: Path) -> list[tuple[float, str]]:
    """Return time and file name of each entry, by their times. Raises SourceError."""
    try:
        return sorted((float(words[0]), words[1]) for words in _lines(path))
    except (ValueError, IndexError) as error:
        raise SourceError(f"{path} is damaged ({error}); each line has a time and the name of a file") from error


def _poses_at(times_s: Sequence[float], path: Path) -> list[Pose | None]:
    """Return the camera's pose at each time, between the two that were written before and after."""
    if not path.is_file():
        return [None] * len(times_s)
    try:
        known = sorted((tuple(map(float, words[:8])) for words in _lines(path)), key=itemgetter(0))
        written_s = [numbers[0] for numbers in known]
        return [_pose_at(time_s, known, written_s) for time_s in times_s]
    except (ValueError, InputError) as error:
        raise SourceError(f"{path} is damaged ({error}); each line has a time, tx ty tz and qx qy qz qw") from error


def _pose_at(time_s: float, known: Sequence[tuple[float, ...]], written_s: Sequence[float]) -> Pose | None:
    after = bisect_left(written_s, time_s)
    near = [known[at] for at in (after - 1, after) if 0 <= at < len(known)]
    if len(near) == 2 and near[1][0] - near[0][0] <= _LOST_S:
        first, second = near
        return between(_pose(first), _pose(second), (time_s - first[0]) / max(second[0] - first[0], 1e-9))
    closest = min(near, key=lambda numbers: abs(numbers[0] - time_s), default=None)
    return _pose(closest) if closest is not None and abs(closest[0] - time_s) <= _APART_S else None


def _pose(numbers: Sequence[float]) -> Pose:
    if len(numbers) != 8:
        raise InputError(f"{len(numbers)} numbers in a line")
    return pose_of(np.array(numbers[1:4]), np.array(numbers[4:]))


def _camera_of(folder: Path, picture: Path) -> Intrinsics | None:
    """Return the camera (3, 3) in shares of the picture's width and height: that of the folder's calibration, or the
    one that is usual for pictures of the size of the benchmark's; None for others."""
    height, width = load_image(picture).shape[:2]
    if (folder / CALIBRATION).is_file():
        words = [word for line in _lines(folder / CALIBRATION) for word in line]
        try:
            fx, fy, cx, cy = map(float, words[:4])
            return Lens(fx, fy, cx, cy, width, height).shares
        except (ValueError, CalibrationError) as error:
            raise SourceError(f"{folder / CALIBRATION} is damaged ({error}); it has fx fy cx cy in pixels") from error
    return _KINECT.shares if (width, height) == (_KINECT.width_px, _KINECT.height_px) else None
