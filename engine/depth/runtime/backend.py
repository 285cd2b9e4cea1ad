"""The back-ends that run a network: torch, or an OpenVINO graph that takes over when it is compiled."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

import torch

from engine.depth.runtime.precision import Precision
from engine.errors import SettingsError
from engine.jobs import Job, JobRunner
from engine.models.lite import Lite
from engine.models.video_depth import VideoDepth
from engine.paths import cache_dir

if TYPE_CHECKING:
    from engine.depth.runtime.openvino_lite import OpenVINOLite
    from engine.depth.runtime.openvino_step import OpenVINOStep

Size = tuple[int, int]
"""Height and width of the network's input."""
Graph = TypeVar("Graph")
Backend = Literal["auto", "torch", "openvino"]
"""`openvino` waits for its graph. `auto` runs torch until the graph is ready, and only torch where that is as fast."""

_compiler = JobRunner("graph")
"""Builds one graph at a time: each takes all cores and as much memory as its weights."""
_CHECK_S = 0.1


def pick_backend(backend: Backend, device: torch.device, precision: Precision) -> Backend:
    """Return `backend`, or `torch` where OpenVINO cannot or should not run.

    `auto` with fp32 means torch, so that results do not depend on when a graph is ready.
    Raises SettingsError if `openvino` was asked for and cannot run.
    """
    installed = find_spec("openvino") is not None
    if backend == "openvino":
        if not installed:
            raise SettingsError(
                'OpenVINO is not installed. Install it with pip install "da3d[openvino]", or choose --backend auto'
            )
        if device.type != "cpu":
            raise SettingsError(
                f"OpenVINO runs on CPUs, and the network is on {device}: choose --backend auto or torch"
            )
        return "openvino"
    useful = installed and device.type == "cpu" and precision == "auto"
    return "auto" if backend == "auto" and useful else "torch"


class Graphs(Generic[Graph]):
    """The compiled network for frames of the newest size."""

    def __init__(self, backend: Backend, build: Callable[[Size], Graph], *, waits: bool = False) -> None:
        """`backend` as `pick_backend` returns it; `build` makes the graph for frames of (h, w). `waits`: let "auto"
        wait for its graph, so that torch runs only what OpenVINO cannot."""
        self._backend, self._build, self.waits = backend, build, waits
        self._size: Size | None = None
        self._job: Job[Graph] | None = None
        self.is_paused = False
        """Whether torch runs every frame and no graph is built, to measure it by itself."""

    def at(self, size: Size) -> Graph | None:
        """Return the graph for frames of `size`; None while torch has to run them. Starts to build it if needed.

        Raises SettingsError if OpenVINO was asked for and cannot run the network.
        """
        if self._backend == "torch" or self.is_paused:
            return None
        if self._job is None or self._size != size:
            self.close()
            name = f"building the OpenVINO graph for {size[1]}x{size[0]}"
            self._size, self._job = size, _compiler.start(name, lambda job: self._build(size))
        if self.waits or self._backend == "openvino":
            self.wait()
        if self._backend == "openvino" and self._job.error is not None:
            raise SettingsError(f"OpenVINO cannot run this network: {self._job.message}") from self._job.error
        return self._job.result

    def wait(self, check: Callable[[], None] = lambda: None) -> None:
        """Wait until the graph is ready or has failed. `check` is called all the while, and may raise to give up."""
        while self._job is not None and not self._job.wait(_CHECK_S):
            check()

    def close(self) -> None:
        """Build no more: a graph that waits for its turn is dropped."""
        if self._job is not None:
            self._job.cancel()
            self._job = None


def step_builder(model: VideoDepth, dtype: torch.dtype) -> "Callable[[Size], OpenVINOStep]":
    """Return a function that builds the graph of `VideoDepth.step`.

    `model` is in float32 on the CPU; the graph computes in `dtype`.
    """

    def build(size: Size) -> "OpenVINOStep":
        from engine.depth.runtime.openvino_step import OpenVINOStep

        return OpenVINOStep(model, size, dtype, _cache())

    return build


def lite_builder(model: Lite, dtype: torch.dtype) -> "Callable[[Size], OpenVINOLite]":
    """Return a function that builds the graph of `Lite`; see `step_builder`."""

    def build(size: Size) -> "OpenVINOLite":
        from engine.depth.runtime.openvino_lite import OpenVINOLite

        return OpenVINOLite(model, size, dtype, _cache())

    return build


def _cache() -> Path:
    return cache_dir() / "openvino"
