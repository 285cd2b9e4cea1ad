"""The way of a depth frame to the screen, against Open3D's:
`python -m tests.bench.display_path --open3d VENV/bin/python`.

Open3D comes from PyPI in an environment of its own (`python -m venv VENV; VENV/bin/pip install open3d`); it is no
dependency. Both programs have a real window of the same size on one virtual display, show the same 640x480 frames of
the demo as large, and take turns, one frame each. Ours: upload, all passes, overlay, swap. Theirs:
`open3d_display.py`. Beside the time there is that of all cores together, which other work on the machine changes less.
"""

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from math import radians, tan
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np

from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.frames import DepthFrame, DepthKind
from engine.navigation.camera import Camera
from engine.settings import Settings
from tests.depth_frames import depth_frame
from tests.sources.servers import Display

FRAME = (640, 480)
WINDOW = (1280, 720)
FOV_DEG = 60
PLAIN = {"edge_snap": 0, "edge_guide": 0, "edge_feather": 0, "hole_memory_s": 0, "hole_fill": 0, "border_fill": 0}


class Reference:
    """The other program."""

    def __init__(self, python: str, frames: Path) -> None:
        self._process = subprocess.Popen(
            [python, str(Path(__file__).with_name("open3d_display.py")), str(frames), *map(str, WINDOW)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        answers = iter(self._process.stdout.readline, "")
        assert any("ready" in line for line in answers), "Open3D did not start"

    def show(self, subsample: int, number: int) -> list[float]:
        """Seconds for frame `number`, and of all cores; for number −1 the share of the window that is covered."""
        self._process.stdin.write(f"{subsample} {number}\n")
        self._process.stdin.flush()
        return [float(value) for value in self._process.stdout.readline().split()]

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(20)


def our_window() -> tuple[Callable[[DepthFrame, Settings], list[float]], Callable[[], float]]:
    """What shows a frame in our window and answers as `Reference.show`; and what says how much is covered."""
    from engine.window.window import Window  # isort: skip  # first: see there
    from engine.gl.calls import finish
    from engine.render.renderer import Renderer

    window = Window("ours", WINDOW, vsync=False)
    renderer = Renderer(window.ctx, WINDOW)

    def show(frame: DepthFrame, settings: Settings) -> list[float]:
        started_s, cpu_s = time.perf_counter(), time.process_time()
        window.poll()
        renderer.draw(frame, Camera.home(3.0), settings)
        window.begin_overlay()
        window.present(renderer.drawn)
        window.swap()
        finish(window.ctx)
        return [time.perf_counter() - started_s, time.process_time() - cpu_s]

    return show, lambda: float((renderer.read().max(-1) > 0).mean())


def demo_frames(count: int) -> list[DepthFrame]:
    frames = []
    for i in range(count):
        image, depth = render(SceneCamera.at(*FRAME), i / 5)
        span = tuple(float(value) for value in np.percentile(depth, (2, 50, 98)))
        frames.append(depth_frame(depth, np.maximum(image, 1), DepthKind.METRIC, span, FOV_DEG))
    return frames


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open3d", required=True, help="a Python that has Open3D")
    parser.add_argument("--repetitions", type=int, default=15)
    parser.add_argument("--subsamples", type=int, nargs="+", default=[2, 3, 4])
    options = parser.parse_args()
    frames = demo_frames(5)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.savez(
            folder / "frames.npz", images=np.stack([f.frame.image for f in frames]),
            depths=np.stack([f.depth for f in frames]), focal_px=FRAME[0] / 2 / tan(radians(FOV_DEG) / 2),
        )  # fmt: skip
        display = Display(folder, 1400, 1600)
        os.environ["DISPLAY"] = display.name
        try:
            compare(Reference(options.open3d, folder / "frames.npz"), frames, options)
        finally:
            display.kill()


def compare(reference: Reference, frames: list[DepthFrame], options: argparse.Namespace) -> None:
    show, covered = our_window()
    print("ms a frame: median (p10-p90), ms of all cores; times as fast: by the clock, by the cores' time")
    for subsample in options.subsamples:
        default = Settings().replace(subsample=subsample, background="#000000")
        plain = default.replace(**PLAIN)
        times: dict[str, list[list[float]]] = {"Open3D": [], "ours, passes off": [], "ours, default": []}
        for turn in range(-2, options.repetitions):
            number = turn % len(frames)
            took = (
                reference.show(subsample, number),
                show(replace(frames[number]), plain),
                show(replace(frames[number]), default),
            )
            for values, seconds in zip(times.values(), took, strict=True):
                if turn >= 0:
                    values.append(seconds)
        show(replace(frames[0]), plain)
        reference.show(subsample, 0)
        print(f"subsample {subsample}, covered {reference.show(subsample, -1)[0]:.1%} and {covered():.1%}")
        slowest = 1e3 * np.median(times["Open3D"], axis=0)
        for what, values in times.items():
            (wall, cpu), (low, high) = (
                1e3 * np.median(values, axis=0),
                1e3 * np.percentile(values, (10, 90), axis=0)[:, 0],
            )
            ratios = f"{slowest[0] / wall:6.1f} {slowest[1] / cpu:6.1f}"
            print(f"  {what:18} {wall:7.1f} ({low:.0f}-{high:.0f})  {cpu:7.1f} {ratios}", flush=True)
    reference.close()


if __name__ == "__main__":
    main()
