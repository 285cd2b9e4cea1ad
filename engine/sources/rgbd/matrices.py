"""Files with the numbers of a matrix, row by row."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import CalibrationError, SourceError
from engine.frames import Pose
from engine.geometry.intrinsics import Lens
from engine.geometry.pose import is_pose


def read_matrix(path: Path) -> NDArray[np.float64]:
    """Return the numbers (n,) in a file. Raises SourceError."""
    try:
        return np.array(path.read_text(encoding="utf-8").split(), np.float64)
    except (OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be read as numbers ({error})") from error


def read_pose(path: Path) -> Pose | None:
    """Return the pose (4, 4) in a file; None if there is none, or where the camera was lost. Raises SourceError."""
    if not path.is_file():
        return None
    numbers = read_matrix(path)
    if numbers.size not in (12, 16):
        raise SourceError(f"{path} has {numbers.size} numbers; a pose has 16")
    pose = np.vstack([numbers[:12].reshape(3, 4), [0, 0, 0, 1]])
    return pose if is_pose(pose) else None


def lens_in(path: Path, size: tuple[int, int]) -> Lens:
    """Return the camera of a matrix (3, 3) or (4, 4) in a file, for pictures of `size`. Raises SourceError."""
    numbers = read_matrix(path)
    side = {9: 3, 16: 4}.get(numbers.size)
    if side is None:
        raise SourceError(f"{path} has {numbers.size} numbers; intrinsics have 9 or 16")
    matrix = numbers.reshape(side, side)
    try:
        fx, fy, cx, cy = (float(matrix[at]) for at in ((0, 0), (1, 1), (0, 2), (1, 2)))
        return Lens(fx, fy, cx, cy, *size)
    except CalibrationError as error:
        raise SourceError(f"{path}: {error}") from error
