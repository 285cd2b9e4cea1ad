"""Makes the pictures of docs/commands.md: `python -m tests.window.command_pictures docs/images`."""

import os
import sys
import tempfile
from math import radians
from pathlib import Path

import cv2
import numpy as np

from engine.clock import FixedClock
from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.depth.live.estimator import make_estimator
from engine.depth.live.worker import DepthWorker
from engine.frames import DepthKind, Frame
from engine.gl.context import headless_context
from engine.mailbox import Mailbox
from engine.navigation.camera import Camera
from engine.navigation.sway import Sway
from engine.render.renderer import Renderer
from engine.settings import Settings
from tests.depth_frames import depth_frame
from tests.sources.servers import Display
from tests.window.session import Hand, open_session

AT_S = 2.0
"""The moment of the demo that is on the pictures."""
SIZE = (640, 360)
FINE = Settings().replace(quality="high")


def main(folder: Path) -> None:
    save(folder / "presets.png", presets())  # first: no window opens while there is a context without one
    renderer = Renderer(headless_context(), SIZE)
    save(folder / "webcam.png", beside(renderer))
    save(folder / "screen3d.png", swayed(renderer))
    save(folder / "outliers.png", outliers(renderer))
    renderer.release()


def seen_by_lite():
    """The demo's picture, and what the built-in network makes of it."""
    image, _ = render(SceneCamera.at(*SIZE), AT_S)
    worker = DepthWorker(Mailbox(), Mailbox(), FINE.depth, FixedClock())
    worker._estimator = make_estimator(FINE.replace(encoder="lite").depth)
    return worker._depth_of(Frame(image, 0, 0.0, "demo"))


def beside(renderer: Renderer) -> np.ndarray:
    renderer.resize((1280, 360))
    renderer.draw(seen_by_lite(), Camera.home(2), FINE.replace(panes="picture+depth"))
    return renderer.read()


def swayed(renderer: Renderer) -> np.ndarray:
    """Both ends of the sway of `screen3d`."""
    renderer.resize(SIZE)
    settings = FINE.replace(projection="relief", mouse_control=True, sway_deg=4)
    frame, pictures = seen_by_lite(), []
    for u in (0.0, 0.999):
        sway = Sway()
        for _ in range(60):
            sway.update(1 / 30, settings, (u, 0.5))
        renderer.draw(frame, sway.applied(Camera.home(1.75)), settings)
        pictures.append(renderer.read())
    return np.hstack(pictures)


def outliers(renderer: Renderer) -> np.ndarray:
    """A noisy depth map with stray points, drawn as points: unfiltered, without outliers, and smoothed."""
    renderer.resize(SIZE)
    rng = np.random.default_rng(1)
    image, depth = render(SceneCamera.at(*SIZE), AT_S)
    depth = cv2.GaussianBlur(depth.astype(np.float32), (0, 0), 1.0) * (1 + 0.008 * rng.standard_normal(depth.shape))
    stray = rng.random(depth.shape) < 0.004
    depth[stray] *= rng.uniform(0.5, 1.6, stray.sum())
    frame = depth_frame(depth, image, DepthKind.METRIC)
    points = FINE.replace(display_mode="pointcloud", edge_snap=0)
    clean = points.replace(sor_neighbors=24, sor_std_ratio=0.5)
    camera = Camera.home(3.2).orbited(radians(24), radians(10))
    pictures = []
    for settings in (points, clean, clean.replace(smooth=True)):
        renderer.draw(frame, camera, settings)
        pictures.append(renderer.read())
    return np.hstack(pictures)


def presets() -> np.ndarray:
    """The window with the combo open."""
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_CONFIG_HOME"] = name
        display = Display(Path(name), 1400, 900)
        os.environ["DISPLAY"] = display.name
        session = open_session(Hand(display.name), Path(name), (960, 540), source="demo", quality="high")
        session.until(lambda: session.app.live is not None)
        session.viewer.settings.shelf.save("my living room", session.app.settings.replace(depth_scale=1.0))
        session.for_seconds(1)
        session.click(270, 124)
        session.for_seconds(1)
        session.hand.do("mousemove", 240, 224)
        session.for_seconds(2)
        picture = session.screen()
        session.close()
        display.kill()
    return picture


def save(path: Path, picture: np.ndarray) -> None:
    cv2.imwrite(str(path), picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
