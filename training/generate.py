"""`python -m training.generate`: renders scenes with exact inverse depth into shards; seed and number decide."""

import argparse
import logging
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.gl.context import headless_context
from training import library as libraries
from training import places, shards
from training.lens import Lens
from training.library import Library
from training.renderer import Renderer

LOG = logging.getLogger(__name__)
SIZE = (320, 240)
MAX_INVERSE = 12.0
"""Nearer than this to most of a picture (1/m), the camera stands inside something."""

MAX_EMPTY = 100
"""Far more scenes in a row that show nothing than chance gives."""

Frame = tuple[NDArray[np.uint8], NDArray[np.float32], str]
"""Picture (H, W, 3), inverse depth (H, W), kind of place."""


def frames(
    library: Library, renderer: Renderer, seed: int, number: int, *, views: int, clip: bool = False
) -> Iterator[list[Frame]]:
    """Endlessly, the frames of scene after scene of a shard. Views of nothing are left out.

    Raises RuntimeError if MAX_EMPTY scenes in a row show nothing: then drawing is broken.
    """
    rng = np.random.default_rng((seed, number))
    empty = 0
    while empty < MAX_EMPTY:
        scene = places.draw(library, rng, views, clip=clip)
        lens = Lens(rng, follows=clip)
        found = [(lens.develop(light, inverse), inverse, scene.kind) for light, inverse in renderer.draw(scene)]
        good = [shows_something(picture, inverse) for picture, inverse, _ in found]
        empty = 0 if any(good) else empty + 1
        if clip and not all(good):
            continue
        yield [frame for frame, is_good in zip(found, good, strict=True) if is_good]
    raise RuntimeError(f"{MAX_EMPTY} scenes in a row show nothing: look at what the renderer draws")


def shows_something(picture: NDArray[np.uint8], inverse: NDArray[np.float32]) -> bool:
    """Whether depth and picture vary, and the camera is not inside an object."""
    low, high = np.quantile(inverse[::4, ::4], (0.02, 0.98))
    return bool(high - low > 0.03 * max(high, 1e-3) and picture.std() > 8 and high < MAX_INVERSE)


def shard(
    library: Library, renderer: Renderer, seed: int, number: int, count: int, *, views: int, clip: bool = False
) -> tuple[NDArray[np.uint8], NDArray[np.float32], list[str]]:
    """Shard `number` of a seed: pictures, inverse depth and kinds of `count` frames."""
    collected: list[Frame] = []
    for scene in frames(library, renderer, seed, number, views=views, clip=clip):
        collected += scene
        if len(collected) >= count:
            break
    return stacked(collected[:count])


def stacked(collected: list[Frame]) -> tuple[NDArray[np.uint8], NDArray[np.float32], list[str]]:
    """Frames as a shard takes them."""
    pictures, inverse, kinds = zip(*collected, strict=True)
    return np.stack(pictures), np.stack(inverse), list(kinds)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=Path, help="folder of training.assets; without it, simple shapes alone")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shards", type=int, default=1_000_000, help="stop at this number")
    parser.add_argument("--frames", type=int, default=256, help="frames of a shard")
    parser.add_argument("--views", type=int, default=4, help="frames of a scene; of a clip with --clips")
    parser.add_argument("--keep", type=int, default=0, help="delete all but so many newest shards (0: keep all)")
    parser.add_argument("--held-out", action="store_true", help="from the models and textures kept from training")
    parser.add_argument("--clips", action="store_true", help="the frames of a scene follow one path")
    parser.add_argument("--size", type=int, nargs=2, default=SIZE, metavar=("WIDTH", "HEIGHT"))
    options = parser.parse_args(arguments)
    if options.held_out and not options.assets:
        parser.error("--held-out needs --assets: of simple shapes nothing is held out")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if options.assets:
        library = libraries.load(options.assets, held_out=options.held_out)
    else:
        library = libraries.by_rule(options.seed)
    renderer = Renderer(headless_context(), library.textures, tuple(options.size))
    options.out.mkdir(parents=True, exist_ok=True)
    shards.sweep(options.out)
    done = shards.folders(options.out)
    first = int(done[-1].name.split("-")[1]) + 1 if done else 0
    for number in range(first, options.shards):
        start = time.perf_counter()
        made = shard(library, renderer, options.seed, number, options.frames, views=options.views, clip=options.clips)
        shards.write(options.out, number, *made)
        if options.keep:
            shards.drop_oldest(options.out, options.keep)
        LOG.info("%s: %.1f frames/s", shards.name(number), options.frames / (time.perf_counter() - start))


if __name__ == "__main__":
    main()
