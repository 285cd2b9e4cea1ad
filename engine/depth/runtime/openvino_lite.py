"""`lite` as an OpenVINO graph: the same results in two thirds of the time."""

from pathlib import Path

import openvino
import torch
from torch import Tensor

from engine.depth.runtime.openvino_graph import request
from engine.models.lite import Lite


class OpenVINOLite:
    """`Lite` for frames of one size."""

    def __init__(self, model: Lite, size: tuple[int, int], dtype: torch.dtype, cache: Path | None = None) -> None:
        """Build the graph, or read it from the folder `cache`.

        `model` is in float32 on the CPU; `size` (h, w) is that of the network's input; the graph computes in `dtype`.
        """
        self._request = request(model, lambda: (model, (torch.zeros(1, 3, *size),)), size, dtype, cache)

    def __call__(self, x: Tensor) -> Tensor:
        """(1, 3, h, w) -> (1, h, w) float32."""
        picture = x.float().contiguous()
        self._request.set_input_tensor(0, openvino.Tensor(picture.numpy(), shared_memory=True))
        self._request.infer()
        return torch.from_numpy(
            self._request.get_output_tensor(0).data
        ).clone()  # the next request writes to the same memory
