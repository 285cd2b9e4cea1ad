"""Depth of a live stream, frame by frame."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.depth.preprocess import video_depth_input
from engine.depth.runtime.backend import Backend, Graphs, pick_backend, step_builder
from engine.depth.runtime.precision import Precision, prepare
from engine.errors import FrameSizeError
from engine.frames import DepthMap, Image
from engine.models.video_depth import StreamState, VideoDepth


class StreamingDepth:
    """Video-Depth-Anything on a stream: each depth map takes the frames before it into account.

    It never forgets by itself, and frame 0 stays an anchor for ever: call `reset` at a scene cut.
    """

    def __init__(
        self,
        model: VideoDepth,
        *,
        input_size: int = 518,
        precision: Precision = "fp32",
        backend: Backend = "auto",
    ) -> None:
        self._model, self._dtype = prepare(model, precision)
        self._device = next(model.parameters()).device
        self.input_size = input_size
        """Short side of the network's input in pixels. To be changed just before a `reset`."""
        self._graphs = Graphs(pick_backend(backend, self._device, precision), step_builder(model, self._dtype))
        self._state: StreamState | None = None
        self._size: tuple[int, int] | None = None

    def infer(self, image: Image) -> DepthMap:
        """Depth of the next frame, uint8 RGB (H, W, 3) -> (H, W).

        Raises FrameSizeError if the frame has another size than the one before it.
        """
        depth = self._step(image)
        return _to_numpy(F.interpolate(depth[None], size=image.shape[:2], mode="bilinear", align_corners=True)[0])

    def infer_native(self, image: Image) -> DepthMap:
        """The same at the resolution at which the network sees the frame, (h, w)."""
        return _to_numpy(self._step(image))

    def reset(self) -> None:
        """Forget the stream; the next frame starts a new one, of any size."""
        self._state = None
        self._size = None

    @torch.inference_mode()
    def _step(self, image: Image) -> Tensor:
        size = image.shape[:2]
        if self._size not in (None, size):
            raise FrameSizeError(f"the stream is {self._size}, this frame {size} (height, width): reset it first")
        x = video_depth_input(image, self.input_size).to(self._device, self._dtype)
        graph = self._graphs.at((x.shape[-2], x.shape[-1]))
        if graph is not None and self._state is not None:
            depth, self._state = graph.step(x, self._state)
        else:
            depth, self._state = self._model.step(x, self._state)
        self._size = size
        return depth  # (1, h, w)


def _to_numpy(depth: Tensor) -> DepthMap:
    array: DepthMap = np.ascontiguousarray(depth[0].cpu().numpy(), np.float32)
    return array
