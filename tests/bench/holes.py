"""How well holes are filled: `python -m tests.bench.holes [--pictures FOLDER]`.

The demo runs for four seconds at ten depth frames a second, with its exact depth; then its picture from the side is
compared with what the ray-caster sees from there, at three moments and on both sides. Holes are pixels that nothing
was drawn on. Some lie beyond the picture's border, where even the uncut sheet has nothing to show; the second PSNR
leaves these out.
"""

import argparse
from math import radians
from pathlib import Path

import cv2
import numpy as np

from engine.geometry.world import world_map
from engine.gl.context import headless_context
from engine.navigation.camera import Camera
from engine.render.renderer import Renderer
from engine.settings import Settings
from tests.bench.demo_truth import HEIGHT, WIDTH, frame_at, psnr_db, truth

SHEET = {"edge_cut": 0, "border_fill": 0}
CUT = {"edge_feather": 0, "hole_memory_s": 0, "hole_fill": 0, "border_fill": 0}
WAYS = {
    "rubber sheet": SHEET,
    "cut": CUT,
    "cut, silhouettes": {**CUT, "edge_feather": Settings().display.edge_feather},
    "cut, silhouettes, plate": {"hole_fill": 0, "border_fill": 0},
    "cut, silhouettes, plate, painted": {"border_fill": 0},
    "all, with the backdrop": {},
}
ANGLES_DEG = (5, 10, 15, 20)
MOMENTS_S = (4.0, 4.6, 5.2)
NOTHING = "#ff00ff"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=Path, help="write what was drawn into this folder")
    pictures = parser.parse_args().pictures
    table = {(way, angle): [] for way in WAYS for angle in ANGLES_DEG}
    renderer = Renderer(headless_context(), (WIDTH, HEIGHT))
    for way, changes in WAYS.items():
        settings = Settings().replace(subsample=2, **changes)
        times = np.arange(0, MOMENTS_S[-1] + 0.05, 0.1).round(1)
        for time_s in times:
            frame = frame_at(float(time_s))
            renderer.draw(frame, Camera.home(2), settings)
            if time_s not in MOMENTS_S:
                continue
            middle = float(world_map(frame, settings.scene).view_distance(np.array(frame.range.median)))
            for angle in ANGLES_DEG:
                for side in (-1, 1):
                    camera = Camera.home(middle).orbited(radians(side * angle), 0)
                    table[way, angle].append(measure(renderer, frame, camera, settings))
                    if pictures and side == 1 and angle in (10, 20) and time_s == MOMENTS_S[0]:
                        name = f"holes-{way.replace(', ', '-').replace(' ', '-')}-{angle}.png"
                        save(pictures / name, table[way, angle][-1][-1])
    print("| way | angle | holes % | beyond the border % | PSNR dB | PSNR within dB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for (way, angle), rows in table.items():
        holes, beyond, whole, within = np.mean([row[:4] for row in rows], axis=0)
        print(f"| {way} | ±{angle}° | {100 * holes:.1f} | {100 * beyond:.1f} | {whole:.2f} | {within:.2f} |")


def measure(renderer, frame, camera, settings):
    """Holes, those beyond the border, PSNR of all and of what the sheet covers, and the picture."""
    real = truth(camera, frame.frame.time_s)
    renderer.draw(frame, camera, settings)
    picture = renderer.read()
    renderer.draw(frame, camera, settings.replace(background=NOTHING))
    holes = (renderer.read() == (255, 0, 255)).all(-1)
    renderer.draw(frame, camera, settings.replace(background=NOTHING, **SHEET))
    covered = ~(renderer.read() == (255, 0, 255)).all(-1)
    renderer.draw(frame, camera, settings)
    return holes.mean(), (~covered).mean(), psnr_db(picture, real), psnr_db(picture, real, covered), picture


def save(path: Path, picture) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))


if __name__ == "__main__":
    main()
