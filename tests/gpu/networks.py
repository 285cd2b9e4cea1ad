"""`bench models` on the GPU, and the same networks compiled and as CUDA graphs."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from engine.commands.bench import measure
from engine.commands.bench_models import Options, rows
from engine.depth.runtime.device import pick_device
from engine.depth.runtime.precision import prepare
from engine.models import build
from engine.models.catalog import name_for
from engine.models.video_depth import VideoDepth
from tests.gpu.figures import Figure, Size, no_cuda

ENCODERS = ("lite", "vits", "vitb", "vitl", "da3-small", "da3-base", "da3-large", "da3metric-large")
SIDES = (252, 518)
INPUT = (518, 924)
"""Of what is compiled: multiples of 14. `lite` takes 256x448, multiples of 32."""
LITE_INPUT = (256, 448)
WARM_UP = 45
"""Frames until the state of a stream has its final size."""


def figures(size: Size) -> list[Figure]:
    is_small = size is Size.SMALL
    encoders = ENCODERS[:1] if is_small else ENCODERS
    options = Options(
        repetitions=2 if is_small else 30, encoders=encoders, input_sizes=(64,) if is_small else SIDES,
        precisions=("fp32", "auto"), source=(160, 96) if is_small else (1280, 720), error_frames=2 if is_small else 50,
    )  # fmt: skip
    found = [
        Figure(
            f"{row['model']} {row['input']}, {row['precision']}, eager", row["ms"], "ms",
            f"{row['device']}, {row['% of peak']:.0f} % of peak",
        )
        for row in rows(options)
    ]  # fmt: skip
    ways = ("compiled", "CUDA graph")
    if not torch.cuda.is_available():
        return found + no_cuda(*(f"{encoder}, {way}" for encoder in encoders for way in ways))
    return found + [figure for encoder in encoders for figure in _without_python(encoder, options.repetitions)]


def _without_python(encoder: str, repetitions: int) -> list[Figure]:
    """Time the network alone in float16, its input on the device: eager, compiled, and as a CUDA graph."""
    name = encoder if encoder.startswith("da3") else name_for(encoder, metric=False)
    device = pick_device("cuda")
    model, dtype = prepare(build(name).to(device), "auto")
    x = torch.rand(1, 3, *(LITE_INPUT if encoder == "lite" else INPUT), device=device, dtype=dtype)
    x = x.contiguous(memory_format=torch.channels_last)
    run = _step(model, x)
    cases: dict[str, Callable[[], object]] = {"network alone, eager": run}
    notes: dict[str, str] = {}
    for way, make in {"compiled": _compiled, "CUDA graph": _graph}.items():
        try:
            cases[way] = make(run)
        except Exception as error:  # whatever the compiler or the driver raises
            notes[way] = f"{type(error).__name__}: {error}".splitlines()[0]
    times = measure({way: lambda run=run: _finished(run) for way, run in cases.items()}, repetitions)
    del cases
    return [
        *(Figure(f"{name}, {way}", spread.median, "ms") for way, spread in times.items()),
        *(Figure(f"{name}, {way}", note=note) for way, note in notes.items()),
    ]


@torch.inference_mode()
def _step(model: nn.Module, x: Tensor) -> Callable[[], Any]:
    """Return the network on `x`; of a stream, a frame in the middle of it, always the same one."""
    if not isinstance(model, VideoDepth):
        return torch.inference_mode()(lambda: model(x))
    state = None
    for _ in range(WARM_UP):
        _, state = model.step(x, state)
    return torch.inference_mode()(lambda: model.step(x, state)[0])


def _compiled(run: Callable[[], Any]) -> Callable[[], Any]:
    compiled = torch.compile(run)
    compiled()
    return compiled


def _graph(run: Callable[[], Any]) -> Callable[[], Any]:
    """Record `run` once, so that it starts all its kernels at once."""
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for _ in range(3):
            run()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        run()
    return graph.replay


def _finished(run: Callable[[], object]) -> None:
    run()
    torch.cuda.synchronize()
