"""Make the moving picture of the README: `python -m tests.render.photograph docs/images`.

A photograph, its depth by `lite`, and the scene, which swings to both sides. The photograph, NASA's portrait of Eileen
Collins, is in the public domain and comes with scikit-image: `pip install -c constraints.txt scikit-image`.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from math import cos, pi, radians, sin
from pathlib import Path

import cv2

from engine.clock import FixedClock
from engine.depth.live.estimator import make_estimator
from engine.depth.live.worker import DepthWorker
from engine.frames import DepthFrame, Frame, Image
from engine.geometry.world import pivot_distance
from engine.gl.context import headless_context
from engine.mailbox import Mailbox
from engine.navigation.camera import Camera
from engine.render.renderer import Renderer
from engine.settings import Settings

SIZE = (640, 432)
SETTINGS = Settings().replace(quality="high", subsample=1, encoder="lite", input_size=252, panes="picture+depth+scene")
YAW_DEG, PITCH_DEG, NEARER = 7, 2, 0.93
MIDDLE_DEG = 1  # further to the other side, what the helmet hides would have to be guessed
FRAMES, FRAME_MS = 48, 50
WEBP_QUALITY = 80


def from_skimage(name: str) -> Image:
    """Read one of the photographs of scikit-image."""
    package = find_spec("skimage")
    if package is None or package.origin is None:
        raise SystemExit("the photograph comes with scikit-image: pip install -c constraints.txt scikit-image")
    return cv2.imread(str(Path(package.origin).parent / "data" / name))[..., ::-1].copy()


def with_depth(image: Image) -> DepthFrame:
    """The photograph as the depth thread hands it on."""
    worker = DepthWorker(Mailbox(), Mailbox(), SETTINGS.depth, FixedClock(), previews=False)
    worker._estimator = make_estimator(SETTINGS.depth)
    return worker._depth_of(Frame(image, 0, 0.0, "astronaut", is_still=True))


def swing(frame: DepthFrame) -> Iterator[Image]:
    """One period of a swing that begins and ends in the middle."""
    renderer = Renderer(headless_context(), SIZE)
    home = Camera.home(pivot_distance(frame, SETTINGS.scene))
    camera = replace(home, distance=home.distance * NEARER)
    for index in range(FRAMES):
        phase = 2 * pi * index / FRAMES
        turned = camera.orbited(radians(MIDDLE_DEG + YAW_DEG * sin(phase)), radians(PITCH_DEG * (1 - cos(phase)) / 2))
        renderer.draw(frame, turned, SETTINGS)
        yield renderer.read()
    renderer.release()


def main(folder: Path) -> None:
    moving = cv2.Animation()
    moving.frames = [image[..., ::-1].copy() for image in swing(with_depth(from_skimage("astronaut.png")))]
    moving.durations = [FRAME_MS] * FRAMES
    cv2.imwriteanimation(str(folder / "astronaut.webp"), moving, [cv2.IMWRITE_WEBP_QUALITY, WEBP_QUALITY])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
