"""`python -m training.silhouettes`: how far from a person's or a piece of furniture's outline a network draws it.

The outline is exact: depth of a held-out scene with its subject and without differ where the subject is seen.
"""

import argparse
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.gl.context import headless_context
from engine.models.lite import Lite
from training import library as libraries
from training import measures, networks, rooms, webcams
from training.generate import SIZE, shows_something
from training.kit import Kit
from training.lens import Lens
from training.library import Library
from training.measures import Array
from training.renderer import Renderer
from training.scene import Scene

LOG = logging.getLogger(__name__)
PLACES = {"people near a webcam": webcams.webcam, "furniture": rooms.centerpiece}
SMALLEST = 0.01
"""Share of the picture that a subject must cover."""
SEED, COUNT = 9, 64

Outlined = tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.bool_]]
"""Picture (H, W, 3), inverse depth (H, W), and where the subject is seen (H, W)."""


@dataclass(frozen=True)
class Outlines:
    """How far from the true outlines the drawn ones are (median), and the share of it within EDGE_REACH pixels."""

    median_px: float
    near: float


def scenes(assets: Path | None, seed: int = SEED, count: int = COUNT) -> dict[str, list[Outlined]]:
    """`count` held-out pictures of each kind of PLACES; without `assets` of simple shapes."""
    library = libraries.load(assets, held_out=True) if assets else libraries.by_rule(seed)
    renderer = Renderer(headless_context(), library.textures, SIZE)
    return {name: list(islice(outlined(library, renderer, name, seed), count)) for name in PLACES}


def outlines_of(network: Lite, pictures: list[Outlined], *, two_scales: bool = False) -> Outlines:
    """Measured at 256x192."""
    found = []
    for picture, inverse, seen in pictures:
        predicted, truth = measures.prediction(network, picture, inverse)
        if two_scales:
            predicted = networks.native_depth_of(network, picture, 192, two_scales=True)
            predicted = cv2.resize(predicted, (256, 192), interpolation=cv2.INTER_AREA)
        small = cv2.resize(seen.astype(np.uint8), (256, 192), interpolation=cv2.INTER_NEAREST_EXACT) > 0
        found.append(distances(predicted, truth, small))
    every = np.concatenate(found)
    return Outlines(float(np.median(every)), float(np.mean(every <= measures.EDGE_REACH)))


def outlined(library: Library, renderer: Renderer, name: str, seed: int) -> Iterator[Outlined]:
    """Endlessly, a view of each scene."""
    rng = np.random.default_rng(seed)
    while True:
        scene = PLACES[name](Kit(library, rng), 1)
        lens = Lens(rng)
        if scene.subject is None:
            continue
        light, inverse = next(renderer.draw(scene))
        _, behind = next(renderer.draw(_without_subject(scene)))
        picture, seen = lens.develop(light, inverse), inverse > behind
        if shows_something(picture, inverse) and seen.mean() > SMALLEST:
            yield picture, inverse, seen


def outline(inverse: Array, seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels of `seen` (H, W) from which depth jumps outwards to something farther."""
    inner = cv2.erode(seen.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return measures.edges(inverse) & seen & ~inner


def distances(predicted: Array, truth: Array, seen: NDArray[np.bool_]) -> NDArray[np.float32]:
    """For each pixel of the outline how far the nearest drawn silhouette is, in pixels; infinite if there is none."""
    blank, real = (~measures.drawn_edges(predicted, truth)).astype(np.uint8), outline(truth, seen)
    if blank.all():
        return np.full(int(real.sum()), np.inf, np.float32)
    return cv2.distanceTransform(blank, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[real].astype(np.float32)


def _without_subject(scene: Scene) -> Scene:
    rows = scene.soup.copy()
    rows[scene.subject, :3] = 0  # triangles without area are not drawn
    return replace(scene, soup=rows)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, nargs="+", help=".safetensors files, or states of training runs (.pt)")
    parser.add_argument("--assets", type=Path, help="folder of training.assets; without it, simple shapes alone")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=COUNT, help="pictures of each kind")
    parser.add_argument("--two-scales", action="store_true", help="as still pictures and captures are seen")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for name, pictures in scenes(options.assets, options.seed, options.count).items():
        for path in options.weights:
            found = outlines_of(networks.load(path), pictures, two_scales=options.two_scales)
            LOG.info("%s, %s: median %.1f px, %.2f within %d px",
                     path, name, found.median_px, found.near, measures.EDGE_REACH)  # fmt: skip


if __name__ == "__main__":
    main()
