"""`python -m tests.bench.fused_views`: what several views with known poses make of what a further camera sees.

The room of the demo is ray-cast from an arc of poses, with its true depth or with that of a sensor. Pictures from poses
in between and beyond are compared with what is drawn there: of one view, of the point cloud and of the mesh of all.
"""

import argparse
from dataclasses import replace
from math import radians
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np
from pyglm import glm

from engine.depth.tsdf.mesh import fuse_mesh
from engine.frames import DepthFrame, DepthKind, Frame, Image
from engine.geometry.fusion import PosedView, fuse
from engine.geometry.mesh import Fused
from engine.gl.context import headless_context
from engine.navigation.camera import Camera, projection_matrix
from engine.settings import Settings
from tests.bench.second_view.measures import psnr_db
from tests.bench.second_view.ours import SecondView
from tests.demo_views import demo_view

SIZE = (640, 356)
ARC_M, TURN_DEG = 1.2, 16
"""How far the outer cameras are from the first one, and how far they turn back to what it looks at."""
PLACES = (0, -1, 1, -0.5, 0.5, -0.75, 0.75, 0.25)
"""Where the views are, in shares of the arc."""
HELD_OUT = (-0.9, -0.35, 0.35, 0.9)
"""Where the pictures are that are compared."""


def pose_at(share: float) -> tuple[tuple[float, float, float], float, float]:
    """Return position, yaw and pitch at -1 (left end) to 1 (right end) of the arc."""
    return (ARC_M * share, 0.25 * abs(share), -0.3 * share * share), radians(TURN_DEG * share), -0.06 * abs(share)


def measured(view: PosedView, random: np.random.Generator) -> PosedView:
    """Return what a depth camera makes of a view: its noise (Nguyen et al. 2012), and nothing at edges."""
    depth = view.depth
    noisy = depth + random.normal(size=depth.shape) * (0.0012 + 0.0019 * (depth - 0.4) ** 2)
    square = np.ones((5, 5), np.uint8)
    is_edge = cv2.dilate(depth, square) > 1.05 * cv2.erode(depth, square)
    return replace(view, depth=np.where(is_edge, 0, noisy).astype(np.float32))


class Held:
    """Draws what a held-out camera sees."""

    def __init__(self, views: list[PosedView]) -> None:
        self._renderer = SecondView(headless_context(), SIZE)
        first = views[0]
        frame = Frame(first.image, source_id="arc", intrinsics=first.intrinsics)
        self._frame = DepthFrame(frame, first.depth, DepthKind.METRIC)

    def draw(self, view: PosedView, fused: Fused | None) -> Image:
        """Return the picture from the camera of `view`, of `fused`, or of the first view alone."""
        rigid = np.eye(4)
        rigid[:3] = view.extrinsics
        flip = np.diag([1.0, -1.0, -1.0, 1.0])
        home = np.eye(4)
        home[:3] = demo_view(pose_at(0), *SIZE).extrinsics
        to_eye = flip @ rigid @ np.linalg.inv(home) @ flip
        self._renderer.camera_given = (glm.mat4(*to_eye.T.ravel()), projection_matrix(view.intrinsics, SIZE, SIZE))
        self._renderer.draw(self._frame, Camera.home(2), Settings(), fused, antialias=True)
        return self._renderer.read()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fused_views", description=__doc__.split(": ", 1)[1])
    parser.add_argument("--count", type=int, default=len(PLACES), help="number of views")
    parser.add_argument("--sensor", action="store_true", help="with the noise and the gaps of a depth camera")
    parser.add_argument("--pictures", type=Path, help="write what was drawn into this folder")
    told = parser.parse_args()
    views = [demo_view(pose_at(share), *SIZE) for share in PLACES[: told.count]]
    if told.sensor:
        random = np.random.default_rng(0)
        views = [measured(view, random) for view in views]
    truths = [demo_view(pose_at(share), *SIZE) for share in HELD_OUT]
    held = Held(views)
    ways: dict[str, Fused | None] = {"one view": None}
    cloud = fuse(views, least_confident=0)
    ways |= {f"cloud of {len(views)}": cloud}
    for count in (1, len(views)):
        began_s = perf_counter()
        mesh = ways[f"mesh of {count}"] = fuse_mesh(views[:count])
        seconds = perf_counter() - began_s
        print(f"mesh of {count}: {len(mesh.points):,} vertices, voxels of {1000 * mesh.voxel:.1f} mm, {seconds:.1f} s")
    print(f"PSNR in dB at {HELD_OUT}, and their mean")
    for name, fused in ways.items():
        pictures = [held.draw(truth, fused) for truth in truths]
        values = [psnr_db(picture, truth.image) for picture, truth in zip(pictures, truths, strict=True)]
        print(f"| {name} | {' | '.join(f'{value:.1f}' for value in [*values, np.mean(values)])} |")
        if told.pictures:
            told.pictures.mkdir(parents=True, exist_ok=True)
            for share, picture, truth in zip(HELD_OUT, pictures, truths, strict=True):
                both = np.concatenate([picture, truth.image], 1)
                cv2.imwrite(str(told.pictures / f"{name} {share}.png"), cv2.cvtColor(both, cv2.COLOR_RGB2BGR))


if __name__ == "__main__":
    main()
