"""The table `render`: one picture of the demo, by grid, mode and pass. Every picture is of another frame and from
another side, so that nothing is spared that a running video would not spare; what is compared takes turns.

`cores ms` is what all cores of the program worked for it, which other work on the machine changes less than the time on
the clock. On a GPU that is hardly anything, and `ms` is the figure to read. `adds` is of the same kind.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import cycle, product
from math import radians
from statistics import median
from typing import Any, Literal

import moderngl
import numpy as np

from engine.commands.bench import BenchOptions, Row, Spread, measure
from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.frames import DepthFrame, DepthKind, DepthRange, Frame
from engine.geometry.world import world_map
from engine.gl.calls import finish
from engine.gl.context import headless_context
from engine.navigation.camera import Camera
from engine.render.prepare.grid import grid_size
from engine.render.quality import LEVELS
from engine.render.renderer import Renderer
from engine.settings import Settings
from engine.sources.base import fit_px
from engine.sources.sizes import GEOMETRY_RES

_OFF: dict[str, Any] = {
    "edge_snap": 0, "edge_guide": 0, "edge_feather": 0, "hole_memory_s": 0, "hole_fill": 0, "border_fill": 0,
}  # fmt: skip
PASSES: dict[str, dict[str, Any]] = {
    "outliers": {"sor_neighbors": 12},
    "smooth": {"smooth": True},
    "edge_snap": {"edge_snap": 1},
    "edge_guide": {"edge_guide": 1},
    "edge_feather": {"edge_feather": 1.5},
    "hole_memory_s": {"hole_memory_s": 30},
    "hole_fill": {"hole_fill": 0.2},
    "border_fill": {"border_fill": 0.2},
    "light": {"light": 0.7},
    "shadows": {"light": 0.7, "shadows": 0.6},
    "occlusion": {"occlusion": 0.6},
    "fog": {"fog": 0.4},
    "side by side": {"stereo": "side-by-side"},
    "anaglyph": {"stereo": "anaglyph"},
    "picture+depth+scene": {"panes": "picture+depth+scene"},
}
"""The settings that switch each pass on. Its time is the difference from the plain mesh."""


@dataclass(frozen=True)
class Options(BenchOptions):
    """Drawing."""

    size: tuple[int, int] = (1280, 720)
    """Width and height of the drawn picture in pixels."""
    source: tuple[int, int] = (640, 360)
    """Width and height of the frames in pixels; their geometry is as large as that of a source without `max_res`."""
    subsamples: tuple[int, ...] = (1, 2, 3, 4, 6, 8)
    """Grids to time: one vertex for every N-th pixel of the geometry."""
    modes: tuple[Literal["mesh", "pointcloud", "hybrid"], ...] = ("mesh", "pointcloud", "hybrid")
    """Display modes to time."""
    pass_subsample: int = 4
    """Grid with which the passes are timed."""


@dataclass(frozen=True, slots=True)
class _Case:
    """What one row of the table draws."""

    drawn: str
    settings: Settings
    scale: float = 1.0
    is_pass: bool = False
    """Whether to compare it with the plain mesh."""


def rows(options: Options) -> list[Row]:
    """Return a row for each grid and mode, for each pass, and for each level of quality."""
    ctx = headless_context()
    renderer = Renderer(ctx, options.size)
    shots = cycle(_shots(options.source))
    off = Settings().replace(**_OFF)
    plain = _Case("mesh", off.replace(subsample=options.pass_subsample))
    grids = product(options.modes, options.subsamples)
    cases = [
        *(_Case(mode, off.replace(display_mode=mode, subsample=subsample)) for mode, subsample in grids),
        *(_Case(f"mesh, {name}", plain.settings.replace(**on), is_pass=True) for name, on in PASSES.items()),
        *(_Case(f"quality {level.name or '…'}", level.fit(Settings()), level.scale) for level in LEVELS),
    ]
    every = list(dict.fromkeys([plain, *cases]))
    cores: dict[_Case, list[float]] = {case: [] for case in every}
    runs = {case: partial(_draw, ctx, renderer, shots, case, cores[case]) for case in every}
    times = measure(runs, options.repetitions)
    renderer.release()
    cores_ms = {case: 1e3 * median(seconds) for case, seconds in cores.items()}
    return [_row(case, times[case], cores_ms[case], cores_ms[plain], options) for case in cases]


def _draw(
    ctx: moderngl.Context, renderer: Renderer, shots: Iterator["Shot"], case: _Case, cores_s: list[float]
) -> None:
    frame, camera = next(shots)
    before_s = time.process_time()
    renderer.draw(frame, camera, case.settings, scale=case.scale)
    finish(ctx)
    cores_s.append(time.process_time() - before_s)


def _row(case: _Case, spread: Spread, cores_ms: float, plain_ms: float, options: Options) -> Row:
    subsample = case.settings.display.subsample
    across, down = grid_size(fit_px(*options.source, GEOMETRY_RES), subsample)
    return {
        "drawn": case.drawn,
        "subsample": subsample,
        "vertices": f"{across}x{down}",
        "scale": case.scale,
        "ms": spread.median,
        "ms p10": spread.low,
        "ms p90": spread.high,
        "Mvertices/s": across * down / spread.median / 1e3,
        "cores ms": cores_ms,
        "adds": cores_ms - plain_ms if case.is_pass else None,
    }


Shot = tuple[DepthFrame, Camera]


def _shots(size: tuple[int, int], count: int = 7) -> list[Shot]:
    """Return frames of the demo, each from another side."""
    geometry_px = fit_px(*size, GEOMETRY_RES)
    colors, camera = SceneCamera.at(*size), SceneCamera.at(*geometry_px)
    shots = []
    for i in range(count):
        proxy, depth = render(camera, i / 5)
        image = proxy if geometry_px == size else render(colors, i / 5)[0]
        low, middle, high = (float(value) for value in np.percentile(depth, (2, 50, 98)))
        picture = Frame(image, i, 0.0, "bench", proxy=None if image is proxy else proxy)
        frame = DepthFrame(
            picture, depth, DepthKind.METRIC, camera.intrinsics,
            DepthRange(low, high, middle), "source", 0.0, 0.0,
        )  # fmt: skip
        distance = float(world_map(frame, Settings().scene).view_distance(np.array(middle)))
        shots.append((frame, Camera.home(distance).orbited(radians(8 + 2 * i), radians(6))))
    return shots
