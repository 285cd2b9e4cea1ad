"""The table `models`: each depth network on a stream, from the picture to the map, with the display idle."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import cycle, product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count

from engine.catalog import find, name_for
from engine.commands.bench import BenchOptions, Row, measure
from engine.depth.device import pick_device
from engine.depth.precision import Precision, dtype_for, prepare
from engine.depth.preprocess import lite_input, video_depth_size
from engine.depth.streaming import StreamingDepth
from engine.frames import DepthMap, Image
from engine.models import build, load
from engine.models.lite import Lite
from engine.models.video_depth import VideoDepth

Infer = Callable[[Image], DepthMap]

_PEAK_SIDE = 2048  # of the matrices whose product shows what the device can do


@dataclass(frozen=True)
class Options(BenchOptions):
    """Depth networks on a stream."""

    encoders: tuple[str, ...] = ("lite", "vits", "vitb", "vitl")
    """Which networks."""
    metric: bool = False
    """Their metric versions."""
    input_sizes: tuple[int, ...] = (252,)
    """Short sides of the network's input in pixels."""
    precisions: tuple[Precision, ...] = ("fp32", "auto")
    """Number formats."""
    source: tuple[int, int] = (1280, 720)
    """Width and height of the pictures."""
    device: str = "auto"
    """Where the networks run."""
    threads: int = 0
    """Threads of torch; 0 leaves them as they are."""
    error_frames: int = 50
    """After how many frames the error against fp32 is taken; 0 leaves it out."""
    checkpoints_dir: Path | None = None
    """A folder to look for weights in, before the usual ones. Without weights random ones are timed."""


def rows(options: Options) -> list[Row]:
    """One line for each network, size and format."""
    if options.threads:
        torch.set_num_threads(options.threads)
    device = pick_device(options.device)
    table: list[Row] = []
    for encoder, input_size in product(options.encoders, options.input_sizes):
        table += _rows_of(encoder, input_size, device, options)
    return table


def _rows_of(encoder: str, input_size: int, device: torch.device, options: Options) -> list[Row]:
    pictures = cycle(_pictures(options.source))
    name = name_for(encoder, metric=options.metric)
    has_weights = find(name, options.checkpoints_dir) is not None
    model = load(name, checkpoints_dir=options.checkpoints_dir) if has_weights else build(name)
    model.to(device)
    estimators = {precision: _estimator(model, input_size, precision) for precision in options.precisions}
    peaks = {precision: _product(device, dtype_for(device, precision)) for precision in options.precisions}

    times = measure({p: partial(_next, e, pictures) for p, e in estimators.items()}, options.repetitions)
    peak_times = measure(peaks, 5)
    errors = _errors(model, input_size, options) if has_weights else {}

    table: list[Row] = []
    for precision, estimator in estimators.items():
        gflop = _gflop(partial(estimator, next(pictures)))
        peak = 2 * _PEAK_SIDE**3 / 1e6 / peak_times[precision].median  # GFLOP/s
        table.append(
            {
                "model": name,
                "weights": "yes" if has_weights else "random",
                "precision": f"{precision} ({str(dtype_for(device, precision)).removeprefix('torch.')})",
                "input": _input(model, options.source, input_size),
                "device": str(device),
                "threads": torch.get_num_threads(),
                "ms": times[precision].median,
                "ms p10": times[precision].low,
                "ms p90": times[precision].high,
                "GFLOP": gflop,
                "peak GFLOP/s": peak,
                "% of peak": 100 * gflop / peak / times[precision].median * 1000,
                "error": errors.get(precision),
            }
        )
    return table


def _next(estimator: Infer, pictures: Iterator[Image]) -> None:
    estimator(next(pictures))


def _estimator(model: nn.Module, input_size: int, precision: Precision) -> Infer:
    """The whole way of one picture, as the viewer takes it."""
    if isinstance(model, VideoDepth):
        return StreamingDepth(model, input_size=input_size, precision=precision).infer
    assert isinstance(model, Lite)
    prepared, dtype = prepare(model.fold_norms(), precision)
    device = next(prepared.parameters()).device

    @torch.inference_mode()
    def infer(image: Image) -> DepthMap:
        depth: DepthMap = prepared(lite_input(image, input_size).to(device, dtype))[0].float().cpu().numpy()
        return depth

    return infer


def _errors(model: nn.Module, input_size: int, options: Options) -> dict[Precision, float]:
    """Mean absolute difference from fp32 over its mean, of the last of a number of frames."""
    if not options.error_frames:
        return {}
    last: dict[Precision, DepthMap] = {}
    formats: set[Precision] = {"fp32", *options.precisions}
    for precision in formats:
        estimator = _estimator(model, input_size, precision)
        for _, picture in zip(range(options.error_frames), cycle(_pictures(options.source)), strict=False):
            last[precision] = estimator(picture)
    scale = float(np.abs(last["fp32"]).mean())
    return {key: float(np.abs(depth - last["fp32"]).mean()) / scale for key, depth in last.items()}


def _pictures(size: tuple[int, int], count: int = 8) -> list[Image]:
    """A texture with detail at all scales that moves on from picture to picture; (height, width, 3) each."""
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
        _ = (matrix @ matrix)[0, 0].item()  # a value on the host: the device has finished

    return multiply


def _gflop(run: Callable[[], object]) -> float:
    """Arithmetic of the products and convolutions of one run."""

    def attention(query: Any, key: Any, value: Any, *_: Any, **__: Any) -> int:
        flops: int = sdpa_flop_count(query, key, value)  # type: ignore[no-untyped-call]
        return flops

    # The counter does not know what attention is called on a CPU.
    extra = {torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: attention}
    with FlopCounterMode(display=False, custom_mapping=extra) as counter:
        run()
    flop: int = counter.get_total_flops()
    return flop / 1e9


def _input(model: nn.Module, source: tuple[int, int], input_size: int) -> str:
    width, height = source
    if isinstance(model, VideoDepth):
        rows, columns = video_depth_size(height, width, input_size)
    else:
        rows, columns = lite_input(np.zeros((height, width, 3), np.uint8), input_size).shape[-2:]
    return f"{rows}x{columns}"
