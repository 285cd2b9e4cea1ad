"""Makes the pictures of docs/capture.md: `python -m tests.window.capture_pictures docs/images`.

The weights of Depth-Anything-3 cannot be part of this repository. In their place the true depth of the demo, without
its unit, is what a capture gives here; live depth is what `lite` computes.
"""

import os
import sys
import tempfile
import time
from dataclasses import replace
from math import radians
from pathlib import Path

import cv2
import moderngl
import numpy as np

from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.depth.capture.result import Estimate, capture_of
from engine.frames import DepthKind
from engine.gl.context import headless_context
from engine.navigation.camera import Camera, projection_matrix
from tests.render.draw.test_surface import drawn_from_file
from tests.sources.servers import Display
from tests.window.session import Hand, open_session

AT_S = 1.0
"""The moment of the demo that is on the picture."""


class TrueDepth:
    """Stands in for a network with the demo's exact depth."""

    name = "da3-base"

    def __init__(self, _settings=None, _clock=None) -> None:
        self._camera = SceneCamera.at(640, 360)
        self._depth = render(self._camera, AT_S)[1]

    def size_for(self, frame, settings) -> int:
        return 640

    def watch(self, report) -> None:
        self._report = report

    def take(self, frames, settings):
        for share in np.linspace(0, 1, 20):  # long enough to be seen
            self._report(share)
            time.sleep(0.1)
        seen = Estimate(self._depth, DepthKind.RELATIVE_DEPTH, intrinsics=self._camera.intrinsics)
        return (capture_of(frames[0], seen, self.name, settings.depth, 0.0, 2.0),)


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        image, _ = render(SceneCamera.at(640, 360), AT_S)
        cv2.imwrite("demo.png", image[..., ::-1])
        display = Display(Path(name), 1400, 900)
        os.environ["DISPLAY"] = display.name
        hand = Hand(display.name)
        changes = {
            "source": "demo.png",
            "encoder": "lite",
            "input_size": 256,
            "subsample": 2,
            "quality": "high",
            "calibrate": False,
        }
        session = open_session(hand, Path(name), (1280, 720), **changes)
        stage = session.viewer.view
        session.viewer.captures._background._make_network = TrueDepth
        try:
            session.until(lambda: session.app.live is not None)
            session.press("Tab")
            camera = stage.navigation.target.orbited(radians(-16), radians(8))
            stage.navigation.go_to(replace(camera, distance=camera.distance * 0.97))
            session.for_seconds(2)
            hand.do("key", "x")
            session.until(lambda: ((session.viewer.snapshot().capture.progress or ("", None))[1] or 0) > 0.4)
            session.for_seconds(0.5)
            _save(folder / "capture-progress.png", session.screen())
            session.until(lambda: stage.is_capture)
            session.until(lambda: any(Path("captures").glob("2*/scene.glb")))
            session.for_seconds(4)
            hand.do("mousemove", 640, 300)
            hand.do("keydown", "b")
            session.for_seconds(3)
            _save(folder / "capture-compared.png", session.screen())
            hand.do("keyup", "b")
            (mesh,) = Path("captures").glob("2*/scene.glb")
            kept = Path(name, mesh).read_bytes()
            intrinsics, shape = stage.shown.intrinsics, stage.shown.depth.shape
            pivot = session.app.pivot_distance(stage.shown)
        finally:
            session.close()
            display.kill()
        Path("scene.glb").write_bytes(kept)
        _save(folder / "capture-mesh.png", _mesh(Path("scene.glb"), intrinsics, shape[::-1], pivot))


def _mesh(path: Path, intrinsics, size, pivot: float) -> np.ndarray:
    """Draw the file as another program would, from three sides."""
    ctx = headless_context()
    each = (320, 240)
    projection = projection_matrix(intrinsics, size, each)
    pictures = []
    for yaw_deg in (-28, 0, 28):
        camera = Camera.home(pivot).orbited(radians(yaw_deg), radians(10))
        ctx.enable_only(moderngl.NOTHING)
        picture, depth = drawn_from_file(ctx, path, projection * camera.view_matrix(), each)
        pictures.append(np.where(depth[..., None] < 1, picture, 30).astype(np.uint8))
    return np.concatenate(pictures, 1)


def _save(path: Path, picture: np.ndarray) -> None:
    if picture.shape[1] > 960:
        picture = cv2.resize(picture, (960, 540), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(path), picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
