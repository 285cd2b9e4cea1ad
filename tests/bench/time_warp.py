"""The benefit of time-warp: `python -m tests.bench.time_warp`.

The demo at 30 frames a second. Its exact depth comes ten times a second, 0.1 s after its frame, as from a network. Each
time, what is shown is compared with the truth at that moment: the last depth with its own, older frame; the last depth
under the newest frame; and the last depth warped to it.
"""

import time
from dataclasses import replace
from math import radians

import numpy as np

from engine.depth.live.time_warp import warp_depth
from engine.gl.context import headless_context
from engine.navigation.camera import Camera
from engine.render.renderer import Renderer
from engine.settings import Settings
from tests.bench.demo_truth import HEIGHT, WIDTH, frame_at, psnr_db, truth

LATE = 3
EVERY = 3
PICTURES = range(30, 120)
WAYS = ("as it came", "under the newest frame", "warped to it")


def main() -> None:
    renderer, settings = Renderer(headless_context(), (WIDTH, HEIGHT)), Settings().replace(hole_memory_s=0)
    side = Camera.home(3.4).orbited(radians(10), 0)
    error = {way: [] for way in WAYS}
    moving_error = {way: [] for way in WAYS}
    psnr = {way: [] for way in WAYS}
    took_ms = []
    for number in PICTURES:
        base = frame_at(((number - LATE) // EVERY * EVERY) / 30)
        now = frame_at(number / 30)
        newest = replace(now.frame, depth=None, index=number)
        start = time.perf_counter()
        moved = warp_depth(base, newest)
        took_ms.append(1e3 * (time.perf_counter() - start))
        shown = dict(zip(WAYS, (base, replace(base, frame=newest), moved), strict=True))
        moving = np.abs(np.log(base.depth / now.depth)) > 0.03
        for way, frame in shown.items():
            off = np.abs(np.log(frame.depth / now.depth))
            error[way].append(100 * off.mean())
            moving_error[way].append(100 * off[moving].mean())
            if number % 10 == 0:
                renderer.draw(frame, side, settings)
                psnr[way].append(psnr_db(renderer.read(), truth(side, number / 30)))
    print("| shown | error of distance % | the same where something moved % | PSNR from 10° aside, dB |")
    print("| --- | ---: | ---: | ---: |")
    for way in WAYS:
        print(f"| {way} | {np.mean(error[way]):.2f} | {np.mean(moving_error[way]):.1f} | {np.mean(psnr[way]):.2f} |")
    print(f"\ncarrying takes {np.median(took_ms):.1f} ms")


if __name__ == "__main__":
    main()
