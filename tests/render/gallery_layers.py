"""Makes the pictures of edges and holes in docs/rendering.md: `python -m tests.render.gallery_layers docs/images`."""

import argparse
from math import radians
from pathlib import Path

import cv2
import numpy as np

from engine.frames import DepthFrame, Image
from engine.gl.context import headless_context
from engine.navigation.camera import Camera
from engine.render.renderer import Renderer
from engine.settings import Settings
from tests.bench.demo_truth import HEIGHT, WIDTH, frame_at, truth
from tests.bench.edges import blurred, coarse
from tests.bench.holes import WAYS
from tests.render.gallery import tiled

MIDDLE = 3.4
LATER_S = 4.0


def main() -> None:
    """Write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    renderer = Renderer(headless_context(), (2 * WIDTH, 2 * HEIGHT))

    def draw(frame: DepthFrame, yaw_deg: float, distance: float = MIDDLE, **settings: object) -> Image:
        camera = Camera.home(distance).orbited(radians(yaw_deg), radians(4))
        renderer.draw(frame, camera, Settings().replace(**settings))
        return renderer.read()

    exact = frame_at(LATER_S)
    soft, few = blurred(exact), coarse(exact)
    ball = slice(120, 480), slice(180, 820)
    save(folder / "rendering-edges.png", tiled([
        draw(soft, 8, edge_snap=0)[ball], draw(soft, 8)[ball],
        draw(few, 8, subsample=1, edge_guide=0)[ball], draw(few, 8, subsample=1)[ball],
        draw(exact, 8, edge_feather=0)[ball], draw(exact, 8)[ball],
    ], 2))  # fmt: skip

    side = Camera.home(MIDDLE).orbited(radians(12), 0)
    pictures = []
    small = Renderer(renderer._ctx, (WIDTH, HEIGHT))
    for way in ("rubber sheet", "cut", "cut, silhouettes, plate", "cut, silhouettes, plate, painted"):
        settings = Settings().replace(**WAYS[way])
        for time_s in np.arange(0, LATER_S + 0.05, 0.1).round(1):
            small.draw(frame_at(float(time_s)), side, settings)
        pictures.append(small.read())
    blank = np.full_like(pictures[0], 255)
    save(folder / "rendering-holes.png", tiled([*pictures, truth(side, LATER_S), blank], 3))


def save(path: Path, picture: Image) -> None:
    assert cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))


if __name__ == "__main__":
    main()
