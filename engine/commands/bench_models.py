"""The table `models`: each depth network on consecutive frames, from frame to depth map, without drawing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice, product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count

from engine.commands.bench import BenchOptions, Row, measure
from engine.commands.models import checkpoints_dir
from engine.depth.lite_depth import LiteDepth
from engine.depth.preprocess import depth_anything3_size, lite_input, video_depth_size
from engine.depth.runtime.backend import Backend
from engine.depth.runtime.device import pick_device
from engine.depth.runtime.precision import Precision, dtype_for
from engine.depth.still import StillDepth
from engine.depth.streaming import StreamingDepth
from engine.frames import DepthMap, Image
from engine.models import build, load
from engine.models.catalog import find, name_for
from engine.models.depth_anything3 import AnyViewDepth, SingleViewDepth
from engine.models.lite import Lite
from engine.models.video_depth import VideoDepth

Infer = Callable[[Image], DepthMap]
Case = tuple[Precision, Backend]

_PEAK_SIDE = 2048  # of the matrices whose product measures the peak of the device


@dataclass(frozen=True)
class Options(BenchOptions):
    """Depth networks on a stream."""

    encoders: tuple[str, ...] = ("lite", "vits", "vitb", "vitl")
    """Names of networks, as for --encoder, or those for captures: da3-small, da3-base, …"""
    metric: bool = False
    """Time the metric versions of Video-Depth-Anything."""
    input_sizes: tuple[int, ...] = (252,)
    """Short sides of the network's input in pixels."""
    process_res: tuple[int, ...] = (504,)
    """Longest sides of the input of Depth-Anything-3, in pixels."""
    rays: bool = False
    """Let Depth-Anything-3 compute rays too, as the original code always does."""
    precisions: tuple[Precision, ...] = ("fp32", "auto")
    """Number formats to time."""
    backends: tuple[Backend, ...] = ("torch",)
    """What runs lite and Video-Depth-Anything. openvino is timed once its graph is built."""
    source: tuple[int, int] = (1280, 720)
    """Width and height of the frames in pixels."""
    device: str = "auto"
    """Where to run the networks."""
    threads: int = 0
    """Number of torch threads. 0: the default."""
    error_frames: int = 50
    """Number of frames after which the error against fp32 is measured. 0: not at all."""
    checkpoints_dir: Path | None = None
    """Folder to search for weights before the default ones. Missing weights are replaced by random ones."""


def rows(options: Options) -> list[Row]:
    """Return a row for each network, size and format."""
    if options.threads:
        torch.set_num_threads(options.threads)
    device = pick_device(options.device)
    table: list[Row] = []
    for encoder in options.encoders:
        is_still = encoder.startswith("da3")
        name = encoder if is_still else name_for(encoder, metric=options.metric)
        for input_size in options.process_res if is_still else options.input_sizes:
            table += _rows_of(name, input_size, device, options)
    return table


def _rows_of(name: str, input_size: int, device: torch.device, options: Options) -> list[Row]:
    pictures = cycle(_pictures(options.source))
    folder = checkpoints_dir(options.checkpoints_dir)
    has_weights = find(name, folder) is not None
    model = load(name, checkpoints_dir=folder) if has_weights else build(name)
    model.to(device)

    cases = [*product(options.precisions, options.backends if isinstance(model, VideoDepth | Lite) else ("torch",))]
    estimators = {case: _estimator(model, input_size, *case, rays=options.rays) for case in cases}
    times = measure({case: partial(_next, run, pictures) for case, run in estimators.items()}, options.repetitions)
    peaks = measure({p: _product(device, dtype_for(device, p)) for p in options.precisions}, 5)
    errors = _errors(model, input_size, cases, options) if has_weights and options.error_frames else {}
    gflop = _gflop(partial(_next, _estimator(model, input_size, "fp32", "torch", rays=options.rays), pictures))

    table: list[Row] = []
    for precision, backend in cases:
        spread = times[precision, backend]
        peak = 2 * _PEAK_SIDE**3 / 1e6 / peaks[precision].median  # GFLOP/s
        table.append(
            {
                "model": name,
                "weights": "yes" if has_weights else "random",
                "precision": f"{precision} ({str(dtype_for(device, precision)).removeprefix('torch.')})",
                "backend": backend,
                "input": _input(model, options.source, input_size),
                "device": str(device),
                "threads": torch.get_num_threads(),
                "ms": spread.median,
                "ms p10": spread.low,
                "ms p90": spread.high,
                "GFLOP": gflop,
                "peak GFLOP/s": peak,
                "% of peak": 100 * gflop / peak / spread.median * 1000,
                "error": errors.get((precision, backend)),
            }
        )
    return table


def _next(estimator: Infer, pictures: Iterator[Image]) -> None:
    estimator(next(pictures))


def _estimator(
    model: nn.Module, input_size: int, precision: Precision, backend: Backend, *, rays: bool = False
) -> Infer:
    """Return what the viewer does for one frame, as a function."""
    if isinstance(model, AnyViewDepth | SingleViewDepth):
        still = StillDepth(model, precision=precision)
        wants_rays = rays and isinstance(model, AnyViewDepth)
        return lambda image: still.predict([image], process_res=input_size, rays=wants_rays).depth[0].cpu().numpy()
    if isinstance(model, VideoDepth):
        return StreamingDepth(model, input_size=input_size, precision=precision, backend=backend).infer
    assert isinstance(model, Lite)
    return LiteDepth(model, input_size=input_size, precision=precision, backend=backend).infer


def _errors(model: nn.Module, input_size: int, cases: list[Case], options: Options) -> dict[Case, float]:
    """Return the mean absolute difference from fp32 relative to its mean, for the last of several frames."""
    reference: Case = ("fp32", "torch")
    last: dict[Case, DepthMap] = {}
    for case in {reference, *cases}:
        estimator = _estimator(model, input_size, *case)
        for picture in islice(cycle(_pictures(options.source)), options.error_frames):
            last[case] = estimator(picture)
    scale = float(np.abs(last[reference]).mean())
    return {case: float(np.abs(depth - last[reference]).mean()) / scale for case, depth in last.items()}


def _pictures(size: tuple[int, int], count: int = 8) -> list[Image]:
    """Return frames (height, width, 3) of a moving texture with detail at all scales."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    pictures = []
    for i in range(count):
        waves = [np.sin((x + 12 * i) / scale) * np.cos(y / scale + i / 5) for scale in (3, 17, 90)]
        pictures.append((127.5 + 127.5 * np.stack(waves, -1)).astype(np.uint8))
    return pictures


def _product(device: torch.device, dtype: torch.dtype) -> Callable[[], object]:
    matrix = torch.ones(_PEAK_SIDE, _PEAK_SIDE, device=device, dtype=dtype)

    def multiply() -> None:
        _ = (matrix @ matrix)[0, 0].item()  # reading a value waits for the device

    return multiply


def _gflop(run: Callable[[], object]) -> float:
    """Return the arithmetic of matrix products and convolutions for one frame in the middle of a stream."""

    def attention(query: Any, key: Any, value: Any, *_: Any, **__: Any) -> int:
        flops: int = sdpa_flop_count(query, key, value)  # type: ignore[no-untyped-call]  # of torch
        return flops

    # The counter does not know the CPU's name for attention.
    extra = {torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: attention}
    run()
    with FlopCounterMode(display=False, custom_mapping=extra) as counter:
        run()
    flop: int = counter.get_total_flops()
    return flop / 1e9


def _input(model: nn.Module, source: tuple[int, int], input_size: int) -> str:
    width, height = source
    if isinstance(model, VideoDepth):
        rows, columns = video_depth_size(height, width, input_size)
    elif isinstance(model, AnyViewDepth | SingleViewDepth):
        rows, columns = depth_anything3_size(height, width, input_size)
    else:
        rows, columns = lite_input(np.zeros((height, width, 3), np.uint8), input_size).shape[-2:]
    return f"{rows}x{columns}"
