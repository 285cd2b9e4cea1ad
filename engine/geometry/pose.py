"""Poses of cameras from and to what files have: translations and quaternions."""

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError
from engine.frames import Pose

Array = NDArray[np.float64]

FLIPPED = np.diag([1.0, -1.0, -1.0, 1.0])
"""From OpenCV's axes of a camera to those of OpenGL and ARKit (y up, looking along −z), and back."""


def pose_of(translation: Array, quaternion: Array) -> Pose:
    """Return the pose of a camera at `translation` (3,), turned by `quaternion` (4,): x, y, z, w, of any length but 0.

    Raises InputError for numbers that are no rotation.
    """
    length = float(np.linalg.norm(quaternion))
    if not (np.isfinite(translation).all() and 1e-6 < length < np.inf):
        raise InputError(f"{quaternion.tolist()} at {translation.tolist()} is no pose of a camera")
    x, y, z, w = quaternion / length
    pose = np.eye(4)
    pose[:3, :3] = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    pose[:3, 3] = translation
    return pose


def quaternion_of(pose: Pose) -> Array:
    """Return the rotation of a pose as x, y, z, w, of length 1, with w at least 0."""
    r = pose[:3, :3]
    # the eigenvector of the largest eigenvalue is accurate for every rotation, and for one that is a little off
    k = np.array(
        [
            [r[0, 0] - r[1, 1] - r[2, 2], r[0, 1] + r[1, 0], r[0, 2] + r[2, 0], r[2, 1] - r[1, 2]],
            [r[0, 1] + r[1, 0], r[1, 1] - r[0, 0] - r[2, 2], r[1, 2] + r[2, 1], r[0, 2] - r[2, 0]],
            [r[0, 2] + r[2, 0], r[1, 2] + r[2, 1], r[2, 2] - r[0, 0] - r[1, 1], r[1, 0] - r[0, 1]],
            [r[2, 1] - r[1, 2], r[0, 2] - r[2, 0], r[1, 0] - r[0, 1], r[0, 0] + r[1, 1] + r[2, 2]],
        ]
    )
    quaternion: Array = np.linalg.eigh(k)[1][:, -1]
    return -quaternion if quaternion[3] < 0 else quaternion


def between(first: Pose, second: Pose, share: float) -> Pose:
    """Return the pose at `share` of the way from `first` to `second`: 0 to 1."""
    a, b = quaternion_of(first), quaternion_of(second)
    b = -b if a @ b < 0 else b
    angle = float(np.arccos(np.clip(a @ b, -1, 1)))
    if angle < 1e-6:
        turned = (1 - share) * a + share * b
    else:
        turned = (np.sin((1 - share) * angle) * a + np.sin(share * angle) * b) / np.sin(angle)
    return pose_of((1 - share) * first[:3, 3] + share * second[:3, 3], turned)


def is_pose(matrix: Array) -> bool:
    """Return whether a matrix (4, 4) is finite and rotates: some programs write infinity where they lost the camera."""
    if matrix.shape != (4, 4) or not np.isfinite(matrix).all():
        return False
    rotation = matrix[:3, :3]
    return bool(np.allclose(rotation @ rotation.T, np.eye(3), atol=0.02) and np.linalg.det(rotation) > 0)


def placed(points: Array, pose: Pose) -> Array:
    """Return points (..., 3), which are in the camera's axes of this program (y up, looking along −z), in the world."""
    turned: Array = points @ (pose @ FLIPPED)[:3, :3].T + pose[:3, 3]
    return turned
