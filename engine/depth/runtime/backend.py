"""What runs the network: torch itself, or a compiled graph that takes over when it is ready."""

import logging
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

import torch

from engine.depth.runtime.precision import Precision
from engine.errors import SettingsError
from engine.models.lite import Lite
from engine.models.video_depth import VideoDepth
from engine.paths import cache_dir

if TYPE_CHECKING:
    from engine.depth.runtime.openvino_lite import OpenVINOLite
    from engine.depth.runtime.openvino_step import OpenVINOStep

log = logging.getLogger(__name__)

Size = tuple[int, int]
"""Height and width of the network's input."""
Graph = TypeVar("Graph")
Backend = Literal["auto", "torch", "openvino"]
"""`openvino` waits for its graph before the second frame; `auto` uses torch meanwhile, where OpenVINO helps at all."""


def pick_backend(backend: Backend, device: torch.device, precision: Precision) -> Backend:
    """`torch` where OpenVINO cannot or should not run, else `backend`.

    `auto` with fp32 means torch: which frame a graph is ready at would change the last digits.
    Raises SettingsError if `openvino` is asked for and cannot run.
    """
    installed = find_spec("openvino") is not None
    if backend == "openvino":
        if not installed:
            raise SettingsError('OpenVINO is not installed: pip install "da3d[openvino]"')
        if device.type != "cpu":
            raise SettingsError(f"OpenVINO is for CPUs, the network is on {device}: choose the back-end auto or torch")
        return "openvino"
    useful = installed and device.type == "cpu" and precision == "auto"
    return "auto" if backend == "auto" and useful else "torch"


class GraphBuilder(Generic[Graph]):
    """Builds a graph on a thread of its own."""

    def __init__(self, build: Callable[[Size], Graph], size: Size) -> None:
        self.size = size
        self.graph: Graph | None = None
        """None until it is ready, and for ever if it cannot be built."""
        self._failure: Exception | None = None
        self._thread = Thread(target=self._build, args=(build,), name="graph", daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Until the graph is ready, or it is known that it cannot be built."""
        self._thread.join()

    def wait(self) -> None:
        """Until the graph is ready. Raises SettingsError if it cannot be built."""
        self.join()
        if self._failure is not None:
            raise SettingsError(f"OpenVINO cannot run this network: {self._failure}") from self._failure

    def _build(self, build: Callable[[Size], Graph]) -> None:
        try:
            self.graph = build(self.size)
        except Exception as failure:  # whatever it is, there is another back-end
            self._failure = failure
            log.warning("OpenVINO cannot run this network, torch goes on", exc_info=True)


class Graphs(Generic[Graph]):
    """The compiled network for pictures of the newest size."""

    def __init__(self, backend: Backend, build: Callable[[Size], Graph], *, waits: bool = False) -> None:
        """`backend` as `pick_backend` says; `build` makes the graph for pictures of (h, w). `waits`: have "auto" wait
        for its graph, so that torch computes only if there can be none."""
        self._backend, self._build, self._waits = backend, build, waits
        self.builder: GraphBuilder[Graph] | None = None

    def at(self, size: Size) -> Graph | None:
        """That for pictures of `size`, which is begun if it is not there; None while torch has to do."""
        if self._backend == "torch":
            return None
        if self.builder is None or self.builder.size != size:
            self.builder = GraphBuilder(self._build, size)
        if self._backend == "openvino":
            self.builder.wait()
        elif self._waits:
            self.builder.join()
        return self.builder.graph


def step_builder(model: VideoDepth, dtype: torch.dtype) -> "Callable[[Size], OpenVINOStep]":
    """What builds the graph of `VideoDepth.step`. `model` is in float32, on the CPU; `dtype` is computed in."""

    def build(size: Size) -> "OpenVINOStep":
        from engine.depth.runtime.openvino_step import OpenVINOStep

        return OpenVINOStep(model, size, dtype, _cache())

    return build


def lite_builder(model: Lite, dtype: torch.dtype) -> "Callable[[Size], OpenVINOLite]":
    """The same for `Lite`."""

    def build(size: Size) -> "OpenVINOLite":
        from engine.depth.runtime.openvino_lite import OpenVINOLite

        return OpenVINOLite(model, size, dtype, _cache())

    return build


def _cache() -> Path:
    return cache_dir() / "openvino"
