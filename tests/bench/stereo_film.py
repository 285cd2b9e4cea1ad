"""`python -m tests.bench.stereo_film`: how good, steady, fast and frugal films in stereo are.

Quality: Motorcycle (and Aloe), a film of one frame with its true depth, the left eye untouched. The right eye is read
from the file and compared with what the right camera saw, beside the same drawn without a film and an encoder. Steady:
a still picture with sensor noise by lite, change from frame to frame beside that of the source. Fast: one eye of a new
frame of 1920x1080, in turns with a point splat. Frugal: peak memory for 300 and 3,000 frames (`--memory`), or as many
as are given: 30000 are twenty minutes.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median
from unittest.mock import patch

import av
import cv2
import numpy as np
from av.video.reformatter import Interpolation

from engine.depth.clip import make_clip_estimator
from engine.film.clip import Excerpt, film_of
from engine.film.film_file import Target, write_film
from engine.film.painter import Painter
from engine.frames import DepthFrame, DepthKind, Frame, Image
from engine.gl.context import headless_context
from engine.render.renderer import Renderer
from engine.settings import Settings
from engine.sources.sizes import with_proxy
from tests.bench.second_view import ours, splat
from tests.bench.second_view.measures import Places
from tests.bench.second_view.pairs import BASELINE, Pair, aloe, motorcycle

STEREO = {"stereo": "side-by-side", "original_eye": "left", "comfort": 0.1, "quality": "high"}
_AS_PLAYERS = Interpolation.BILINEAR | Interpolation.FULL_CHR_H_INT | Interpolation.ACCURATE_RND
NOISE, STILL_FRAMES, TIMED_FRAMES = 2.0, 12, 8


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.stereo_film")
    parser.add_argument("--opencv-data", type=Path, help="examples/data of opencv-doc, for Aloe")
    parser.add_argument(
        "--memory", type=int, nargs="*", metavar="FRAMES", help="peak memory for films of these lengths"
    )
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if told.memory is not None:
            for frames in told.memory or (300, 3000):
                print(f"peak memory, {frames} frames of 64x36: {_peak_mb(folder, frames):.0f} MB", flush=True)
            return
        renderer = Renderer(headless_context(), (1, 1))
        for pair in [motorcycle()] + ([aloe(told.opencv_data)] if told.opencv_data else []):
            places = Places.of(pair, splat.splat(pair))
            views = ours.right_view(pair, antialias=True), *_filmed(renderer, pair, folder)
            found = [f"{places.compare(view, pair.right)['within'].psnr_db:.2f} dB" for view in views]
            print(
                f"{pair.name}, right eye: {found[0]} drawn, {found[1]} for the film, {found[2]} in its file", flush=True
            )
        source, eyes = _changes(renderer, folder)
        print(f"still picture with noise, change a frame: source {source:.2f}, drawn {eyes:.2f} of 255", flush=True)
        eye, splatted = _speed(renderer)
        print(f"one eye of a new frame of 1920x1080: {eye}; point splat {splatted}")


def _settings(pair: Pair) -> Settings:
    """Return the settings whose right eye is the right camera: it converges where the pair's disparity is 0."""
    converged_m = min(BASELINE * pair.focal_px / max(pair.offset, 1e-6), 10_000.0)
    return Settings().replace(**STEREO, eye_distance=f"{1000 * BASELINE:g}mm", convergence=converged_m)


def _frame(pair: Pair, image: Image) -> DepthFrame:
    return DepthFrame(with_proxy(Frame(image, intrinsics=pair.camera)), pair.depth, DepthKind.METRIC)


def _filmed(renderer: Renderer, pair: Pair, folder: Path) -> tuple[Image, Image]:
    """Return the right eye of a film of one frame before and after it is encoded."""
    height, width = pair.left.shape[:2]
    painter = Painter(renderer, _settings(pair), (width, height))
    frame, target = _frame(pair, pair.left), Target(folder / "one.mp4", "mp4")
    with patch("engine.render.stereo.comfortable", lambda projection, distance, *_: distance):  # as the cameras were
        drawn = painter.draw(frame, painter.home(frame))
    write_film(target, [(drawn, 0.0)], painter.size, Fraction(25))
    with av.open(str(target.path)) as file:
        # interpolates color, as players do; FFmpeg repeats it unless told otherwise
        shown = next(file.decode(video=0)).reformat(format="rgb24", interpolation=_AS_PLAYERS)
        picture = shown.to_ndarray()
    return tuple(np.ascontiguousarray(both[:height, width : 2 * width]) for both in (drawn, picture))


def _noisy(count: int) -> Iterator[Image]:
    rng, image = np.random.default_rng(1), motorcycle().left[:500, :740].astype(np.float64)
    for _ in range(count):
        yield np.clip(image + rng.normal(0, NOISE, image.shape), 0, 255).round().astype(np.uint8)


def _changes(renderer: Renderer, folder: Path) -> tuple[float, float]:
    """Return the mean change from frame to frame of the source, and of the drawn eye."""
    path = folder / "still.mkv"
    frames = list(_noisy(STILL_FRAMES))
    _write_source(path, frames)
    settings = Settings().replace(**{**STEREO, "comfort": 0.03}, encoder="lite")
    estimator = make_clip_estimator(settings.depth, streaming=False)
    painter = Painter(renderer, settings, (740, 500))
    with film_of(Excerpt(path, 740), estimator, settings, folder, lambda steps, doing, total: steps) as film:
        eyes = [picture[:, 740:] for picture, _ in film.pictures(painter)]
    return _change(frames), _change(eyes)


def _change(frames: list[Image]) -> float:
    return float(np.mean([np.abs(a.astype(int) - b).mean() for a, b in pairwise(frames)]))


class _Times:
    """How long the runs of something take. On a busy machine only the time of the CPU says how fast it is."""

    def __init__(self) -> None:
        self.took_s: list[float] = []
        self.cpu_s: list[float] = []

    @contextmanager
    def one(self) -> Iterator[None]:
        started_s, cpu_s = time.perf_counter(), time.process_time()
        yield
        self.took_s.append(time.perf_counter() - started_s)
        self.cpu_s.append(time.process_time() - cpu_s)

    def __str__(self) -> str:
        """The medians without the first run, which compiles shaders."""
        return f"{1000 * median(self.took_s[1:]):.0f} ms, {1000 * median(self.cpu_s[1:]):.0f} ms of CPU time"


def _speed(renderer: Renderer) -> tuple[_Times, _Times]:
    """Return the times of one drawn eye and of a point splat, in turns."""
    pair = motorcycle()
    x, y = 1920 / pair.left.shape[1], 1080 / pair.left.shape[0]
    large = replace(
        pair, left=cv2.resize(pair.left, (1920, 1080)), right=cv2.resize(pair.right, (1920, 1080)),
        disparity=cv2.resize(pair.disparity, (1920, 1080), interpolation=cv2.INTER_NEAREST) * x,
        focal_px=pair.focal_px * x, center_px=(pair.center_px[0] * x, pair.center_px[1] * y), offset=pair.offset * x,
    )  # fmt: skip
    painter = Painter(renderer, _settings(large), (1920, 1080))
    eye, splatted = _Times(), _Times()
    for index in range(TIMED_FRAMES):
        frame = _frame(large, np.roll(large.left, index, axis=0))
        with eye.one():
            painter.draw(frame, painter.home(frame))
        with splatted.one():
            splat.push_pull(splat.splat(large))
    return eye, splatted


def _peak_mb(folder: Path, frames: int) -> float:
    path = folder / f"{frames}.mkv"
    rng = np.random.default_rng(2)
    _write_source(path, (rng.integers(0, 255, (36, 64, 3), np.uint8) // 8 + 60 for _ in range(frames)))
    words = ["-m", "engine", "render", str(path), "--stereo", "side-by-side", "--encoder", "lite", "--input-size", "64"]
    words += ["--output-dir", str(folder), "--quality", "low", "--log-level", "error"]
    child = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, *words])
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"rendering {frames} frames failed")
    return usage.ru_maxrss / 1024


def _write_source(path: Path, frames: Iterable[Image]) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.pix_fmt = "bgr0"
        for index, image in enumerate(frames):
            if index == 0:
                stream.height, stream.width = image.shape[:2]
            frame = av.VideoFrame.from_ndarray(image, "rgb24")
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


if __name__ == "__main__":
    main()
