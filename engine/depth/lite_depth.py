"""Depth of pictures by `lite`, each for itself."""

import numpy as np
import torch

from engine.depth.preprocess import lite_input
from engine.depth.runtime.backend import Backend, Graphs, lite_builder, pick_backend
from engine.depth.runtime.precision import Precision, prepare
from engine.frames import DepthMap, Image
from engine.models.lite import Lite


class LiteDepth:
    """`lite`, ready for pictures of any size."""

    def __init__(self, model: Lite, *, input_size: int, precision: Precision, backend: Backend) -> None:
        model = model.fold_norms()
        self._model, self.dtype = prepare(model, precision)
        self._device = next(model.parameters()).device
        self.input_size = input_size
        """Short side of the network's input in pixels."""
        self._graphs = Graphs(pick_backend(backend, self._device, precision), lite_builder(model, self.dtype))

    @torch.inference_mode()
    def infer(self, image: Image) -> DepthMap:
        """Disparity (h, w), at the resolution at which the network sees `image`, uint8 RGB (H, W, 3)."""
        x = lite_input(image, self.input_size).to(self._device, self.dtype)
        network = self._graphs.at((x.shape[-2], x.shape[-1])) or self._model
        depth: DepthMap = network(x)[0].float().cpu().numpy().astype(np.float32, copy=False)
        return depth
