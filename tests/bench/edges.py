"""What snapping and guiding bring: `python -m tests.bench.edges`.

The demo's exact depth, spoilt as networks spoil it: its edges blurred over nine pixels, or only every tenth pixel kept.
Compared is the picture from 10° to both sides with the truth from there, within what the uncut sheet covers.
"""

from dataclasses import replace
from math import radians

import cv2
import numpy as np

from engine.frames import DepthFrame, scale_intrinsics
from engine.gl.context import headless_context
from engine.navigation.camera import Camera
from engine.render.renderer import Renderer
from engine.settings import Settings
from tests.bench.demo_truth import HEIGHT, WIDTH, frame_at, psnr_db, truth

MOMENTS_S = (1.0, 2.0, 3.0, 4.0)
ANGLES_DEG = (-10, 10)
WAYS = {
    "neither": {"edge_snap": 0, "edge_guide": 0},
    "`edge_snap`": {"edge_guide": 0},
    "`edge_guide`": {"edge_snap": 0},
    "both": {},
}


def blurred(frame: DepthFrame) -> DepthFrame:
    """Half the resolution, and inverse depth blurred across edges."""
    inverse = cv2.resize(1 / frame.depth, (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_NEAREST)
    depth = 1 / cv2.blur(inverse, (9, 9))
    return replace(frame, depth=depth, intrinsics=scale_intrinsics(frame.intrinsics, 0.5, 0.5), model="blurred")


def coarse(frame: DepthFrame) -> DepthFrame:
    """A tenth of the resolution."""
    depth = frame.depth[5::10, 5::10].copy()
    return replace(frame, depth=depth, intrinsics=scale_intrinsics(frame.intrinsics, 0.1, 0.1))


def main() -> None:
    renderer = Renderer(headless_context(), (WIDTH, HEIGHT))
    print("| depth | " + " | ".join(WAYS) + " |\n| --- |" + " ---: |" * len(WAYS))
    for name, spoil in {"exact": lambda frame: frame, "edges blurred": blurred, "every tenth pixel": coarse}.items():
        found = {way: [] for way in WAYS}
        for time_s in MOMENTS_S:
            exact = frame_at(time_s)
            for angle in ANGLES_DEG:
                camera = Camera.home(3.4).orbited(radians(angle), 0)
                real = truth(camera, time_s)
                renderer.draw(exact, camera, Settings().replace(edge_cut=0, border_fill=0, background="#ff00ff"))
                covered = ~(renderer.read() == (255, 0, 255)).all(-1)
                for way, changes in WAYS.items():
                    settings = Settings().replace(subsample=2, hole_memory_s=0, **changes)
                    renderer.draw(spoil(exact), camera, settings)
                    found[way].append(psnr_db(renderer.read(), real, covered))
        print(f"| {name} | " + " | ".join(f"{np.mean(values):.2f}" for values in found.values()) + " |")


if __name__ == "__main__":
    main()
