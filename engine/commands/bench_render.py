"""The table `render`: one picture of the demo, by grid, mode and pass. Every picture is of another frame and from
another side, so that nothing is spared that a running video would not spare; what is compared takes turns."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, product
from math import radians
from typing import Any, Literal

import moderngl
import numpy as np

from engine.camera import Camera
from engine.commands.bench import BenchOptions, Row, Spread, measure
from engine.frames import DepthFrame, DepthKind, DepthRange, Frame, default_intrinsics
from engine.raycast import SceneCamera
from engine.render.context import headless_context
from engine.render.grid import grid_size
from engine.render.renderer import Renderer
from engine.render.unlocked import finish
from engine.scene import render
from engine.settings import Settings
from engine.world import world_map

PASSES: dict[str, dict[str, Any]] = {
    "light": {"light": 0.7},
    "shadows": {"light": 0.7, "shadows": 0.6},
    "occlusion": {"occlusion": 0.6},
    "fog": {"fog": 0.4},
    "side by side": {"stereo": "side-by-side"},
    "anaglyph": {"stereo": "anaglyph"},
    "picture+depth+scene": {"panes": "picture+depth+scene"},
}
"""What each of them is switched on by; its time is the difference from the mesh without."""


@dataclass(frozen=True)
class Options(BenchOptions):
    """Drawing."""

    size: tuple[int, int] = (1280, 720)
    """Width and height of the drawn picture."""
    source: tuple[int, int] = (640, 360)
    """Width and height of the frames."""
    subsamples: tuple[int, ...] = (1, 2, 3, 4, 6, 8)
    """Grids: one vertex for every N-th pixel of the frame."""
    modes: tuple[Literal["mesh", "pointcloud", "hybrid"], ...] = ("mesh", "pointcloud", "hybrid")
    """How to draw them."""
    pass_subsample: int = 4
    """The grid for which the passes are timed."""


def rows(options: Options) -> list[Row]:
    """One line for each grid and mode, then one for each pass."""
    ctx = headless_context()
    renderer = Renderer(ctx, options.size)
    shots = cycle(_shots(options.source))
    plain = Settings().replace(subsample=options.pass_subsample)
    grids = {
        (mode, subsample): plain.replace(display_mode=mode, subsample=subsample)
        for mode, subsample in product(options.modes, options.subsamples)
    }
    passes = {name: plain.replace(**changes) for name, changes in PASSES.items()}
    cases: dict[Any, Settings] = {**grids, "off": plain, **passes}
    times = measure({case: _drawing(ctx, renderer, shots, s) for case, s in cases.items()}, options.repetitions)
    renderer.release()
    table = [_row(mode, subsample, times[mode, subsample], options, None) for mode, subsample in grids]
    for name in passes:
        extra_ms = times[name].median - times["off"].median
        table.append(_row(f"mesh, {name}", options.pass_subsample, times[name], options, extra_ms))
    return table


def _row(mode: str, subsample: int, spread: Spread, options: Options, extra_ms: float | None) -> Row:
    across, down = grid_size(options.source, subsample)
    return {
        "drawn": mode,
        "subsample": subsample,
        "vertices": f"{across}x{down}",
        "ms": spread.median,
        "ms p10": spread.low,
        "ms p90": spread.high,
        "Mvertices/s": across * down / spread.median / 1e3,
        "adds ms": extra_ms,
    }


Shot = tuple[DepthFrame, Camera]


def _drawing(
    ctx: moderngl.Context, renderer: Renderer, shots: Iterator[Shot], settings: Settings
) -> Callable[[], None]:
    def draw() -> None:
        frame, camera = next(shots)
        renderer.draw(frame, camera, settings)
        finish(ctx)

    return draw


def _shots(size: tuple[int, int], count: int = 7) -> list[Shot]:
    """Frames of the demo, each from another side."""
    camera = SceneCamera.at(*size)
    shots = []
    for i in range(count):
        image, depth = render(camera, i / 5)
        low, median, high = (float(value) for value in np.percentile(depth, (2, 50, 98)))
        frame = DepthFrame(
            Frame(image, i, 0.0, "bench"), depth, DepthKind.METRIC, default_intrinsics(*size, 60),
            DepthRange(low, high, median), "source", 0.0, 0.0,
        )  # fmt: skip
        middle = float(world_map(frame, Settings().scene).view_distance(np.array(median)))
        shots.append((frame, Camera.home(middle).orbited(radians(8 + 2 * i), radians(6))))
    return shots
