"""Depth of a live stream, frame by frame."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.depth.lite_depth import LiteDepth
from engine.depth.preprocess import VIDEO_INPUT_SIZE, size_for, video_depth_input
from engine.depth.runtime.backend import Backend, Graphs, pick_backend, step_builder
from engine.depth.runtime.precision import Precision, prepare
from engine.errors import FrameSizeError
from engine.frames import DepthMap, Image, checked_image
from engine.models.lite import Lite
from engine.models.video_depth import StreamState, VideoDepth


class StreamingDepth:
    """A network on a stream of frames.

    Video-Depth-Anything takes earlier frames into account, and keeps frame 0 as an anchor: call `reset` at a cut.
    `lite` sees each frame by itself.
    """

    def __init__(
        self,
        model: VideoDepth | Lite,
        *,
        input_size: int | None = None,
        precision: Precision = "fp32",
        backend: Backend = "auto",
    ) -> None:
        """`input_size`: None is 518 for Video-Depth-Anything and 224 for `lite`. `backend`: "auto" is OpenVINO for
        `lite` on a CPU where it is installed; for Video-Depth-Anything see `pick_backend`.

        Raises TypeError for a network that takes single images only.
        """
        if not isinstance(model, VideoDepth | Lite):
            raise TypeError(f"{type(model).__name__} takes images one by one: use infer_image")
        self._input_size = size_for(model, input_size, VIDEO_INPUT_SIZE)
        self._lite: LiteDepth | None = None
        self._state: StreamState | None = None
        self._size: tuple[int, int] | None = None
        if isinstance(model, Lite):
            self._lite = LiteDepth(
                model, input_size=self._input_size, precision=precision, backend=backend, is_repeatable=True
            )
            return
        self._model, self._dtype = prepare(model, precision)
        self._device = next(model.parameters()).device
        self.graphs = Graphs(pick_backend(backend, self._device, precision), step_builder(model, self._dtype))

    @property
    def input_size(self) -> int:
        """Short side of the network's input in pixels. Call `reset` after changing it."""
        return self._input_size

    @input_size.setter
    def input_size(self, size: int) -> None:
        self._input_size = size
        if self._lite is not None:
            self._lite.input_size = size

    def infer(self, image: Image) -> DepthMap:
        """Return the depth of the next frame, uint8 RGB (H, W, 3) -> (H, W).

        Raises FrameSizeError if the frame has another size than the one before, InputError if it is not such an array.
        """
        depth, size = self._step(image)[None], image.shape[:2]
        # the interpolation that each network was trained with
        return _to_numpy(F.interpolate(depth, size=size, mode="bilinear", align_corners=self._lite is None)[0])

    def infer_native(self, image: Image) -> DepthMap:
        """Return the depth of the next frame at the network's resolution, (h, w); see `infer`."""
        return _to_numpy(self._step(image))

    def reset(self) -> None:
        """Forget the stream. The next frame starts a new one, of any size."""
        self._state = None
        self._size = None

    @torch.inference_mode()
    def _step(self, image: Image) -> Tensor:
        size = checked_image(image).shape[:2]
        if self._size not in (None, size):
            raise FrameSizeError(
                f"this frame is {size} (height, width), and those before were {self._size}: call reset() first"
            )
        depth = torch.from_numpy(self._lite.infer(image))[None] if self._lite is not None else self._video_step(image)
        self._size = size
        return depth  # (1, h, w)

    def _video_step(self, image: Image) -> Tensor:
        x = video_depth_input(image, self.input_size).to(self._device, self._dtype)
        graph = self.graphs.at((x.shape[-2], x.shape[-1]))
        if graph is not None and self._state is not None:
            depth, self._state = graph.step(x, self._state)
        else:
            depth, self._state = self._model.step(x, self._state)
        return depth  # (1, h, w)


def _to_numpy(depth: Tensor) -> DepthMap:
    array: DepthMap = np.ascontiguousarray(depth[0].cpu().numpy(), np.float32)
    return array
