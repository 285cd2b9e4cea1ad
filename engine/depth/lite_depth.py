"""Depth of images by `lite`, each by itself."""

from copy import deepcopy
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from engine.depth.merge import FINE_SCALE, merged
from engine.depth.preprocess import LITE_INPUT_SIZE, lite_input
from engine.depth.runtime.backend import Backend, Graphs, lite_builder, pick_backend
from engine.depth.runtime.precision import Precision, prepare
from engine.frames import DepthMap, Image
from engine.models.lite import Lite

if TYPE_CHECKING:
    from engine.depth.runtime.openvino_lite import OpenVINOLite


class LiteDepth:
    """`lite`, ready for images of any size."""

    def __init__(
        self,
        model: Lite,
        *,
        input_size: int = LITE_INPUT_SIZE,
        precision: Precision = "fp32",
        backend: Backend = "auto",
        is_repeatable: bool = False,
    ) -> None:
        """`is_repeatable`: let "auto" use OpenVINO with fp32 too, and wait for its graph before the first frame, so
        that all frames are computed in the same way."""
        model = deepcopy(model).fold_norms()
        self._model, self.dtype = prepare(model, precision)
        self._device = next(model.parameters()).device
        self.input_size = input_size
        """Short side of the network's input in pixels."""
        waits = is_repeatable and backend == "auto" and precision == "fp32"
        picked = pick_backend(backend, self._device, "auto" if waits else precision)
        self.graphs = Graphs(picked, lite_builder(model, self.dtype), waits=waits)

    @torch.inference_mode()
    def infer(self, image: Image, input_size: int | None = None) -> DepthMap:
        """Return the disparity (h, w) of `image`, uint8 RGB (H, W, 3), at the network's resolution.

        input_size: of this image alone.
        """
        x = lite_input(image, input_size or self.input_size)
        return self._run(self.graphs.at((x.shape[-2], x.shape[-1])) or self._model, x)

    @torch.inference_mode()
    def refined(self, depth: DepthMap, image: Image, input_size: int | None = None) -> DepthMap:
        """Return `depth`, what `infer` found in `image` at that size, with the outlines of a pass over a larger one."""
        return merged(depth, self._run(self._model, lite_input(image, FINE_SCALE * (input_size or self.input_size))))

    def _run(self, network: "Lite | OpenVINOLite", x: Tensor) -> DepthMap:
        depth: DepthMap = (
            network(x.to(self._device, self.dtype))[0].float().cpu().numpy().astype(np.float32, copy=False)
        )
        return depth
