"""What runs the network: torch itself, or a compiled graph that takes over when it is ready."""

import logging
from importlib.util import find_spec
from threading import Thread
from typing import TYPE_CHECKING, Literal

import torch

from engine.depth.precision import Precision
from engine.errors import SettingsError
from engine.models.video_depth import VideoDepth
from engine.paths import cache_dir

if TYPE_CHECKING:
    from engine.depth.openvino_step import OpenVINOStep

log = logging.getLogger(__name__)

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


class GraphBuilder:
    """Builds a graph on a thread of its own."""

    def __init__(self, model: VideoDepth, size: tuple[int, int], dtype: torch.dtype) -> None:
        self.size = size
        self.graph: OpenVINOStep | None = None
        """None until it is ready, and for ever if it cannot be built."""
        self._failure: Exception | None = None
        self._thread = Thread(target=self._build, args=(model, size, dtype), name="graph", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Until the graph is ready. Raises SettingsError if it cannot be built."""
        self._thread.join()
        if self._failure is not None:
            raise SettingsError(f"OpenVINO cannot run this network: {self._failure}") from self._failure

    def _build(self, model: VideoDepth, size: tuple[int, int], dtype: torch.dtype) -> None:
        try:
            from engine.depth.openvino_step import OpenVINOStep

            self.graph = OpenVINOStep(model, size, dtype, cache_dir() / "openvino")
        except Exception as failure:  # whatever it is, there is another back-end
            self._failure = failure
            log.warning("OpenVINO cannot run this network, torch goes on", exc_info=True)
