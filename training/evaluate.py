"""`python -m training.evaluate`: networks, and guesses that never look at the picture, on real and held-out scenes.

One table has a row for each. Every set is measured whose data are given; none of them is ever learned from.
"""

import argparse
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.files.atomic import complete_file, save_json
from engine.models.lite import Lite
from training import measures, networks, rgbd, shards, sheet, silhouettes, steadiness, tables, truth
from training.measures import Fit
from training.rgbd import Measured
from training.shards import Shard
from training.silhouettes import Outlined
from training.tables import Numbers
from training.truth import RealSet

LOG = logging.getLogger(__name__)
Picture = NDArray[np.uint8]
Guess = Callable[[Picture], NDArray[np.float32]]
Found = dict[str, dict[str, Numbers]]
FRAMES_OF_A_CLIP = 16


def _constant(picture: Picture) -> NDArray[np.float32]:
    return np.zeros(picture.shape[:2], np.float32)


def _vertical(picture: Picture) -> NDArray[np.float32]:
    h, w = picture.shape[:2]
    return np.repeat(np.arange(h, dtype=np.float32)[:, None] / h, w, 1)


def _center_and_vertical(picture: Picture) -> NDArray[np.float32]:
    h, w = picture.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    return y / h + np.exp(-((x / w - 0.5) ** 2 / 0.08 + (y / h - 0.55) ** 2 / 0.12))


GUESSES: dict[str, Guess] = {
    "a constant": _constant,
    "near at the bottom": _vertical,
    "near at the bottom and in the middle": _center_and_vertical,
}


@dataclass(frozen=True)
class Benchmark:
    """What candidates are measured on; what is empty is left out."""

    real: list[RealSet]
    rgbd: list[Measured]
    held_out: Shard | None
    outlined: dict[str, list[Outlined]]
    still: list[Picture]
    """Frames of a camera at rest, for `clips`."""
    clips: Shard | None

    @classmethod
    def read(
        cls, *, opencv_data: Path | None, rgbd_folder: Path | None, held_out: Path | None, clips: Path | None,
        assets: Path | None,
    ) -> "Benchmark":  # fmt: skip
        return cls(
            truth.real_sets(opencv_data) if opencv_data else [],
            rgbd.read(rgbd_folder) if rgbd_folder else [],
            shards.first(held_out) if held_out else None,
            silhouettes.scenes(assets) if assets else {},
            steadiness.read_still(opencv_data / "vtest.avi") if opencv_data and clips else [],
            shards.first(clips) if clips else None,
        )

    def of_guess(self, guess: Guess, guess_rgbd: Guess | None = None) -> Found:
        """On real pictures; at another size of the input on those of `rgbd`, if `guess_rgbd` is given."""
        found: Found = {}
        if self.rgbd:
            found["rgbd"] = {kind: asdict(f) for kind, f in rgbd.by_kind(guess_rgbd or guess, self.rgbd).items()}
        if self.real:
            found["real"] = {name: asdict(f) for name, f in on_real(guess, self.real).items()}
        return found

    def of_network(self, network: Lite, short_side: int = networks.SHORT_SIDE, *, two_scales: bool = False) -> Found:
        """`two_scales`: see real pictures and outlines as still pictures are seen."""
        found = self.of_guess(
            partial(networks.depth_of, network, short_side=short_side, two_scales=two_scales),
            partial(networks.depth_of, network, short_side=rgbd.SHORT_SIDE, two_scales=two_scales),
        )
        if self.held_out is not None:
            found["held_out"] = {"held-out scenes": on_held_out(network, self.held_out)}
            found["places"] = {kind: {"error": e} for kind, e in by_place(network, self.held_out).items()}
        if self.outlined:
            found["silhouettes"] = {
                name: asdict(silhouettes.outlines_of(network, pictures, two_scales=two_scales))
                for name, pictures in self.outlined.items()
            }
        if self.clips is not None:
            calm = steadiness.steadiness(network, self.still, self.clips, FRAMES_OF_A_CLIP)
            found["time"] = {name: asdict(s) for name, s in calm.items()}
        return found


def on_real(guess: Guess, sets: list[RealSet]) -> dict[str, Fit]:
    """Means over the pictures of each set."""
    return {
        real.name: measures.mean([
            measures.fit(guess(picture), disparity, real.offset)
            for picture, disparity in zip(real.pictures, real.disparities, strict=True)
        ])
        for real in sets
    }  # fmt: skip


def on_held_out(network: Lite, shard: Shard, count: int = 192) -> dict[str, float]:
    """Error over deviation, AbsRel and δ1 where something is seen, precision and recall of silhouettes within 2 px."""
    pairs = measures.predictions(network, shard, count)
    fits = [measures.fit(p, t) for p, t in pairs]
    edges = np.array([measures.edge_fit(p, t) for p, t in pairs])
    return {
        "error": float(np.mean([measures.relative_error(p, t) for p, t in pairs])),
        "abs_rel": float(np.median([f.abs_rel for f in fits])),
        "delta1": float(np.mean([f.delta1 for f in fits])),
        "edge_precision": float(edges[:, 0].mean()),
        "edge_recall": float(edges[:, 1].mean()),
    }


def by_place(network: Lite, shard: Shard) -> dict[str, float]:
    """Error over deviation of each kind of place among a shard's frames."""
    errors: dict[str, list[float]] = {}
    for kind, (p, t) in zip(shard.kinds, measures.predictions(network, shard, len(shard)), strict=True):
        errors.setdefault(kind, []).append(measures.relative_error(p, t))
    return {kind: float(np.mean(errors[kind])) for kind in sorted(errors)}


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that name what to measure on."""
    parser.add_argument("--opencv-data", type=Path, help="examples/data of opencv-doc: Motorcycle, 13 pairs, Aloe")
    parser.add_argument("--rgbd", type=Path, help="folder of real pictures with measured depth (training/rgbd.py)")
    parser.add_argument("--held-out", type=Path, help="folder of training.generate --held-out")
    parser.add_argument("--clips", type=Path, help="folder of training.generate --held-out --clips --views 16")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, nargs="+", help=".safetensors files, or states of training runs (.pt)")
    add_options(parser)
    parser.add_argument("--assets", type=Path, help="folder of training.assets: outlines of people and furniture")
    parser.add_argument("--out", type=Path, help="folder for results.json, table.md and the contact sheets")
    parser.add_argument("--short-side", type=int, default=networks.SHORT_SIDE)
    parser.add_argument(
        "--two-scales", action="store_true", help="real pictures and outlines as still pictures and captures are seen"
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    tests = Benchmark.read(opencv_data=options.opencv_data, rgbd_folder=options.rgbd, held_out=options.held_out,
                       clips=options.clips, assets=options.assets)  # fmt: skip
    results = {name: tests.of_guess(guess) for name, guess in GUESSES.items()}
    every = {path: networks.load(path) for path in options.weights}
    for path, network in every.items():
        results[str(path)] = tests.of_network(network, options.short_side, two_scales=options.two_scales)
        LOG.info("%s is measured", path)
    shown = tables.table(results)
    LOG.info("%s", shown)
    if options.out:
        save_json(options.out / "results.json", results)
        with complete_file(options.out / "table.md") as temporary:
            temporary.write_text(shown)
        if options.opencv_data:
            sheet.write(options.out, list(every.values()), tests.real, options.opencv_data, tests.held_out)


if __name__ == "__main__":
    main()
