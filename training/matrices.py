"""Where a view's camera stands and what it projects, as OpenGL wants it."""

import numpy as np
from numpy.typing import NDArray

from training.scene import View

NEAR, FAR = 0.03, 400.0

Array = NDArray[np.float32]


def look_at(view: View) -> Array:
    """World to camera (4, 4): the camera looks along −z, y is up."""
    forward = view.target - view.eye
    forward = forward / (np.linalg.norm(forward) + 1e-9)
    up = (0.0, 1.0, 0.0) if abs(forward[1]) < 0.999 else (0.0, 0.0, 1.0)
    side = np.cross(forward, up)
    side /= np.linalg.norm(side) + 1e-9
    above = np.cross(side, forward)
    side, above = (
        side * np.cos(view.roll) + above * np.sin(view.roll),
        above * np.cos(view.roll) - side * np.sin(view.roll),
    )
    matrix = np.eye(4, dtype=np.float32)
    matrix[:3, :3] = side, above, -forward
    matrix[:3, 3] = -matrix[:3, :3] @ view.eye
    return matrix


def perspective(fov: float, aspect: float, near: float = NEAR, far: float = FAR) -> Array:
    """OpenGL's projection (4, 4) for a horizontal field of view in degrees."""
    x = 1 / np.tan(np.radians(fov) / 2)
    return np.array(
        [[x, 0, 0, 0], [0, x * aspect, 0, 0], [0, 0, (far + near) / (near - far), 2 * far * near / (near - far)],
         [0, 0, -1, 0]], np.float32,
    )  # fmt: skip
