"""The demo as a stream of depth frames, and what really is to be seen from elsewhere."""

from functools import lru_cache

import numpy as np

from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.frames import DepthFrame, DepthKind, DepthRange, Frame, Image
from engine.navigation.camera import Camera

WIDTH, HEIGHT = 640, 360
SOURCE = SceneCamera.at(WIDTH, HEIGHT)


@lru_cache(maxsize=256)
def frame_at(time_s: float) -> DepthFrame:
    """The demo from its own camera, with its exact depth."""
    image, depth = render(SOURCE, time_s)
    low, median, high = np.percentile(depth, (2, 50, 98))
    frame = Frame(image, round(time_s * 30), time_s, "demo", depth, DepthKind.METRIC, SOURCE.intrinsics)
    span = DepthRange(float(low), float(high), float(median))
    return DepthFrame(frame, depth, DepthKind.METRIC, SOURCE.intrinsics, span, "source", time_s, time_s)


def truth(camera: Camera, time_s: float) -> Image:
    """The demo as `camera` would see it, (HEIGHT, WIDTH, 3). Raises ValueError if it looks from behind a wall."""
    pose = np.array(camera.view_matrix(), dtype=np.float64)
    return render(SceneCamera(WIDTH, HEIGHT, SOURCE.intrinsics, pose), time_s)[0]


def psnr_db(picture: Image, other: Image, where: np.ndarray | None = None) -> float:
    """Peak signal to noise ratio, of all pixels or of those of a mask (H, W)."""
    squares = (picture.astype(np.float64) - other) ** 2
    return float(10 * np.log10(255**2 / squares[where if where is not None else ...].mean()))
