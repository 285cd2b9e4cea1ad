"""`python -m training.evaluate`: networks, and guesses that never look at the picture, on real and held-out scenes."""

import argparse
import logging
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.files.atomic import save_json
from engine.models.lite import Lite
from training import measures, networks, shards, sheet, steadiness, truth
from training.measures import Fit
from training.truth import RealSet

LOG = logging.getLogger(__name__)
Guess = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


def _constant(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.zeros(picture.shape[:2], np.float32)


def _vertical(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    h, w = picture.shape[:2]
    return np.repeat(np.arange(h, dtype=np.float32)[:, None] / h, w, 1)


def _centre_and_vertical(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    h, w = picture.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    return y / h + np.exp(-((x / w - 0.5) ** 2 / 0.08 + (y / h - 0.55) ** 2 / 0.12))


GUESSES: dict[str, Guess] = {
    "a constant": _constant,
    "near at the bottom": _vertical,
    "near at the bottom and in the middle": _centre_and_vertical,
}


def on_real(guess: Guess, sets: list[RealSet]) -> dict[str, Fit]:
    """Means over the pictures of each set."""
    found = {}
    for real in sets:
        fits = [
            measures.fit(guess(picture), disparity, real.offset)
            for picture, disparity in zip(real.pictures, real.disparities, strict=True)
        ]
        found[real.name] = Fit(
            *(float(np.mean(values)) for values in zip(*(asdict(f).values() for f in fits), strict=True))
        )
    return found


def on_held_out(network: Lite, shard: shards.Shard, count: int = 192) -> dict[str, float]:
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


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, nargs="+", help=".safetensors files, or states of training runs (.pt)")
    parser.add_argument("--opencv-data", type=Path, default=Path("/usr/share/doc/opencv-doc/examples/data"))
    parser.add_argument("--held-out", type=Path, help="folder of training.generate --held-out")
    parser.add_argument("--clips", type=Path, help="folder of training.generate --held-out --clips --views 16")
    parser.add_argument("--out", type=Path, help="folder for results.json and the contact sheets")
    parser.add_argument("--short-side", type=int, default=networks.SHORT_SIDE)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    sets = truth.real_sets(options.opencv_data)
    held_out = shards.first(options.held_out) if options.held_out else None
    clips = shards.first(options.clips) if options.clips else None
    still = steadiness.read_still(options.opencv_data / "vtest.avi") if options.clips else []
    results: dict[str, object] = {}
    for name, guess in GUESSES.items():
        real = on_real(guess, sets)
        results[name] = {"real": {k: asdict(f) for k, f in real.items()}}
        LOG.info("%s", _line(name, real))
    every = {path: networks.load(path) for path in options.weights}
    for path, network in every.items():
        real = on_real(partial(networks.depth_of, network, short_side=options.short_side), sets)
        found: dict[str, object] = {"real": {k: asdict(f) for k, f in real.items()}}
        LOG.info("%s", _line(path.name, real))
        if held_out is not None:
            unseen = on_held_out(network, held_out)
            found["held_out"] = unseen
            LOG.info("    held out: %s", _rounded(unseen))
        if clips is not None:
            calm = steadiness.steadiness(network, still, clips, 16)
            found["time"] = {k: asdict(s) for k, s in calm.items()}
            for k, s in calm.items():
                LOG.info("    %s: %s", k, _rounded(asdict(s)))
        results[str(path)] = found
    if options.out:
        save_json(options.out / "results.json", results)
        sheet.write(options.out, list(every.values()), sets, options.opencv_data, held_out)


def _line(name: str, real: dict[str, Fit]) -> str:
    sets = "  |  ".join(f"{k} {f.abs_rel:.3f} {f.delta1:.3f} {f.rank:+.2f}" for k, f in real.items())
    return f"{name:38s} {sets}"


def _rounded(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in values.items())


if __name__ == "__main__":
    main()
