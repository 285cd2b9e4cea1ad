"""The step of Video-Depth-Anything as an OpenVINO graph: the same results with less memory traffic.

An extra (`pip install "da3d[openvino]"`) for CPUs. A graph is built from the torch network, for one size of frames.
"""

from dataclasses import dataclass, field
from pathlib import Path

import openvino
import torch
from torch import Tensor, nn

from engine.depth.runtime.openvino_graph import request
from engine.models.temporal import WINDOW, Memory, in_slots
from engine.models.video_depth import StreamState, VideoDepth


class OpenVINOStep:
    """`VideoDepth.step` for frames of one size, from the second frame of a stream on."""

    def __init__(self, model: VideoDepth, size: tuple[int, int], dtype: torch.dtype, cache: Path | None = None) -> None:
        """Build the graph, which takes many seconds, or read it from the folder `cache`.

        `model` is in float32 on the CPU; `size` (h, w) is that of the network's input; the graph computes in `dtype`.
        """
        self._request = request(model, lambda: _example(model, size), size, dtype, cache)

    def step(self, x: Tensor, state: StreamState) -> tuple[Tensor, StreamState]:
        """Run `VideoDepth.step`: (1, 3, h, w) -> (1, h, w) float32. The memories are converted to float32."""
        memories = [memory for pair in state.memories for memory in pair]
        for memory in memories:
            memory.seen, memory.waiting = memory.seen.float(), memory.waiting.float()
            memory.make_room()
        order = in_slots(torch.arange(WINDOW), memories[0].frames + 1)
        inputs = (x.float().contiguous(), order, *(memory.seen for memory in memories))
        for i, tensor in enumerate(inputs):
            self._request.set_input_tensor(i, openvino.Tensor(tensor.numpy(), shared_memory=True))
        self._request.infer()
        depth, *hidden = (torch.from_numpy(self._request.get_output_tensor(i).data) for i in range(1 + len(memories)))
        for memory, newest in zip(memories, hidden, strict=True):
            memory.fill_room(newest)
        return depth.clone(), state  # the next request writes to the same memory


@dataclass(kw_only=True)
class GraphMemory(Memory):
    """A memory inside the graph, where tensors are read-only: the newest frame is kept apart.

    Its slot in `seen` still holds an old frame, and is left out.
    """

    frames: int = 1
    order: Tensor
    """(32,): the position in time of each slot, including that of the newest frame."""
    hidden: Tensor = field(init=False)
    """(P, C): the newest frame."""

    def push(self, hidden: Tensor) -> None:
        self.hidden = hidden
        self.frames += 1

    def compare(self, queries: Tensor, bias: Tensor) -> Tensor:
        newest = bias + (queries * self.hidden[:, None]).sum(-1, keepdim=True)
        return torch.where(self._is_newest, newest, bias + queries @ self.seen.transpose(1, 2))

    def mix(self, weights: Tensor, bias: Tensor) -> Tensor:
        others = weights.masked_fill(self._is_newest, 0)
        return bias + others @ self.seen + (weights - others).sum(-1, keepdim=True) * self.hidden[:, None]

    def by_slot(self, positions: Tensor) -> Tensor:
        return positions[self.order]

    @property
    def _is_newest(self) -> Tensor:
        return self.order == WINDOW - 1


class _Graph(nn.Module):
    """A step as a function of tensors: (image, order of the slots, hidden states) -> (depth, new hidden states)."""

    def __init__(self, model: VideoDepth, positions: Tensor) -> None:
        super().__init__()
        self.model = model
        self.positions = positions

    def forward(self, x: Tensor, order: Tensor, *seen: Tensor) -> tuple[Tensor, ...]:
        memories = [GraphMemory(seen=tensor, order=order) for tensor in seen]
        pairs: list[list[Memory]] = [[*pair] for pair in zip(memories[::2], memories[1::2], strict=True)]
        depth = self.model.decode([self.model.encode(x, self.positions)], StreamState(self.positions, pairs))
        return depth, *(memory.hidden for memory in memories)


@torch.no_grad()
def _example(model: VideoDepth, size: tuple[int, int]) -> tuple[nn.Module, tuple[Tensor, ...]]:
    x = torch.zeros(1, 3, *size)
    _, state = model.step(x)
    seen = [memory.seen for pair in state.memories for memory in pair]
    example = (x, torch.arange(WINDOW), *seen)
    return _Graph(model, state.positions), example
