"""`python -m tests.bench.second_view`: what ours and other ways make of a picture with depth, and what a second,
real camera saw.

The right pictures of stereo pairs with true disparity are drawn from the left ones by exactly the right camera, and
pictures with measured depth from where they were taken. Motorcycle comes with scikit-image.
"""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from engine.frames import Image
from tests.bench.second_view import ours, splat
from tests.bench.second_view.measures import PLACES, Likeness, Places, psnr_db
from tests.bench.second_view.pairs import Pair, aloe, motorcycle
from training import rgbd

RUBBER = {"edge_cut": 0}
WAYS: dict[str, Callable[[Pair], Image]] = {
    "splat, push-pull": lambda pair: splat.push_pull(splat.splat(pair)),
    "splat, Telea": lambda pair: splat.telea(splat.splat(pair)),
    "rubber sheet": partial(ours.right_view, **RUBBER),
    "high": ours.right_view,
    "high, at rest": partial(ours.right_view, antialias=True),
    "high, colors of 640 px": partial(ours.right_view, max_res=640),
    "ultra": partial(ours.right_view, subsample=1),
    "ultra, full picture": partial(ours.right_view, subsample=1, max_res=4096),
    "high, depth with gaps": partial(ours.right_view, depth="measured"),
    "high, gaps painted over": partial(ours.right_view, depth="measured", fill_gaps=False),
    "lite, rubber sheet": partial(ours.right_view, depth="lite", **RUBBER),
    "lite, high": partial(ours.right_view, depth="lite"),
}
CROP = (720, 480)
"""Of the Motorcycle, for what is drawn from home."""
SUBSAMPLES = (1, 2, 3, 6)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.second_view", description=__doc__.split(": ", 1)[1])
    parser.add_argument("--opencv-data", type=Path, help="examples/data of opencv-doc, for Aloe")
    parser.add_argument("--rgbd", type=Path, help="folder of pictures with measured depth (training/rgbd.py)")
    parser.add_argument("--only", nargs="+", default=[""], help="ways whose names hold one of these words")
    parser.add_argument("--pictures", type=Path, help="write what was drawn into this folder")
    told = parser.parse_args()
    pairs = [motorcycle()] + ([aloe(told.opencv_data)] if told.opencv_data else [])
    ways = {name: way for name, way in WAYS.items() if any(word in name for word in told.only)}
    found: dict[str, dict[str, dict[str, Likeness]]] = {name: {} for name in ways}
    for pair in pairs:
        places = Places.of(pair, splat.splat(pair))
        if told.pictures:
            _save(told.pictures / f"{pair.name}, left.png", pair.left)
            _save(told.pictures / f"{pair.name}, right.png", pair.right)
        for name, way in ways.items():
            picture = way(pair)
            found[name][pair.name] = places.compare(picture, pair.right)
            if told.pictures:
                _save(told.pictures / f"{pair.name}, {name}.png", picture)
    _print(found, "PSNR in dB: " + ", ".join(PLACES), lambda at: " / ".join(f"{at[p].psnr_db:.2f}" for p in PLACES))
    _print(found, "SSIM within, detail in holes", lambda at: f"{at['within'].ssim:.3f}, {at['holes'].detail:.2f}")
    _print_home(pairs[0], told.rgbd)


def _print(
    found: dict[str, dict[str, dict[str, Likeness]]], title: str, cell: Callable[[dict[str, Likeness]], str]
) -> None:
    names = list(next(iter(found.values()), {}))
    print(f"\n{title}\n\n| | {' | '.join(names)} |\n| --- |{' ---: |' * len(names)}")
    for way, rows in found.items():
        print(f"| {way} | {' | '.join(cell(rows[name]) for name in names)} |")


def _print_home(pair: Pair, folder: Path | None) -> None:
    """Print the PSNR of pictures drawn from home, with depth as it was measured and with its gaps filled."""
    width, height = CROP
    picture = pair.left[:height, :width]
    print(f"\nFrom home, PSNR in dB by subsample\n\n| | {' | '.join(map(str, SUBSAMPLES))} |")
    print(f"| --- |{' ---: |' * len(SUBSAMPLES)}")
    for name, depth in {"Motorcycle": pair.depth, "Motorcycle, depth with gaps": pair.measured_depth}.items():
        rows = [psnr_db(ours.from_home(picture, depth[:height, :width], subsample=n), picture) for n in SUBSAMPLES]
        print(f"| {name} | {' | '.join(f'{value:.1f}' for value in rows)} |")
    if folder is None:
        return
    rows = []
    for one in rgbd.read(folder):
        depth = np.where((one.inverse > 0) & np.isfinite(one.inverse), 1 / np.where(one.inverse > 0, one.inverse, 1), 0)
        if np.ptp(depth[depth > 0]) > 0:
            rows.append([psnr_db(ours.from_home(one.picture, depth, subsample=n), one.picture) for n in SUBSAMPLES])
    for name, values in {"median": np.median(rows, 0), "worst": np.min(rows, 0)}.items():
        print(f"| {len(rows)} RGB-D pictures, {name} | {' | '.join(f'{value:.1f}' for value in values)} |")


def _save(path: Path, picture: Image) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)):
        sys.exit(f"{path}: cannot be written")


if __name__ == "__main__":
    main()
