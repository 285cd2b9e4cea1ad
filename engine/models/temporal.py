"""Temporal attention of Video-Depth-Anything (Chen et al. 2025, https://arxiv.org/abs/2501.12375, §3.1).

Each pixel of a feature map attends to itself over time, in a window of 32 frames. Offline, a whole window is given. In
a stream there is one frame at a time, and a `Memory` keeps the hidden states of earlier ones.
"""

from dataclasses import dataclass, field
from math import log

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WINDOW = 32
"""Number of frames in the window of an attention."""

HEADS = 8

# In a stream, frame n attends to frames 0, n-41, n-29 … n-1 and n, in this order: an anchor for the scale, a key frame,
# and the recent past. Indices below zero mean frame 0.
_ANCHORS = 2
_RECENT = WINDOW - _ANCHORS
_WAITING = 11  # frames n-40 … n-30, between the recent past and the key frame


@dataclass
class Memory:
    """The state of one attention in a stream: normed hidden states without positions, of P pixels with C channels.

    `seen` is a ring buffer. Softmax does not depend on the order of the slots, only on the position given to each.
    """

    frames: int = 0
    seen: Tensor = field(default_factory=lambda: torch.empty(0))
    """(P, 32, C): frame 0, the key frame, then frame n in slot 2 + n mod 30."""
    waiting: Tensor = field(default_factory=lambda: torch.empty(0))
    """(11, P, C): frame n - 30 in slot n mod 11."""

    def push(self, hidden: Tensor) -> None:
        """Add the next frame, (P, C). The first one fills every slot."""
        if self.frames == 0:
            self.seen = hidden[:, None].repeat(1, WINDOW, 1)
            self.waiting = hidden.repeat(_WAITING, 1, 1)
        else:
            self.make_room()
        self.fill_room(hidden)

    def make_room(self) -> None:
        """Do the first half of a push: the oldest recent frame waits, and the longest waiting one is the key frame."""
        waiting = self.frames % _WAITING
        self.seen[:, 1] = self.waiting[waiting]
        self.waiting[waiting] = self.seen[:, self._next_slot]

    def fill_room(self, hidden: Tensor) -> None:
        """Do the second half of a push: store the next frame, (P, C), in the free slot."""
        self.seen[:, self._next_slot] = hidden
        self.frames += 1

    @property
    def _next_slot(self) -> int:
        return _ANCHORS + self.frames % _RECENT

    def compare(self, queries: Tensor, bias: Tensor) -> Tensor:
        """Return `bias` plus the products of queries (P, heads, C) with the stored frames: (P, heads, 32)."""
        return torch.baddbmm(bias, queries, self.seen.transpose(1, 2))

    def mix(self, weights: Tensor, bias: Tensor) -> Tensor:
        """Return `bias` plus the stored frames, weighted by (P, heads, 32): (P, heads, C)."""
        return torch.baddbmm(bias, weights, self.seen)

    def by_slot(self, positions: Tensor) -> Tensor:
        """Reorder encodings of the positions 0 … 31 in time, (32, …), by the slots of their frames."""
        return in_slots(positions, self.frames)


def in_slots(positions: Tensor, frames: int) -> Tensor:
    """Reorder what belongs to the positions 0 … 31 in time, (32, …), by the slots of a memory after `frames` frames."""
    return torch.cat([positions[:_ANCHORS], positions[_ANCHORS:].roll(frames, 0)])


class TemporalAttention(nn.Module):
    """Self-attention over time, with sinusoidal positions added before queries, keys and values are projected."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.query = nn.Linear(channels, channels, bias=False)
        self.key = nn.Linear(channels, channels, bias=False)
        self.value = nn.Linear(channels, channels, bias=False)
        self.out = nn.Linear(channels, channels)
        self.positions: Tensor
        self.register_buffer("positions", sinusoid(WINDOW, channels)[None])  # (1, 32, C)

    def forward(self, x: Tensor, memory: Memory | None = None) -> Tensor:
        """Run a window, (T, P, C) -> (T, P, C), or the next frame of a stream with its memory, T = 1."""
        hidden = self.norm(x)
        if memory is not None:
            memory.push(hidden[0])
        if memory is None or memory.frames == 1:
            attended = self._over_window(hidden)
        else:
            attended = self._over_memory(hidden[0], memory)[None]
        mixed: Tensor = self.out(attended)
        return mixed

    def _over_window(self, hidden: Tensor) -> Tensor:
        frames, places, channels = hidden.shape
        placed = hidden + self.positions[0, :frames, None]  # (T, P, C)
        q, k, v = (
            project(placed).view(frames, places, HEADS, channels // HEADS).permute(1, 2, 0, 3)  # (P, heads, T, d)
            for project in (self.query, self.key, self.value)
        )
        return F.scaled_dot_product_attention(q, k, v).permute(2, 0, 1, 3).flatten(-2)

    def _over_memory(self, hidden: Tensor, memory: Memory) -> Tensor:
        """Run the attention of the newest frame, (P, C) -> (P, C), without projecting stored frames again.

        The projections are linear and have no bias, so for stored states h with positions p and a query q
            q · W_k (h + p) = (W_kᵀ q) · h + (W_kᵀ q) · p,        Σ a W_v (h + p) = W_v (Σ a h + Σ a p).
        """
        places, channels = hidden.shape
        d = channels // HEADS
        positions = memory.by_slot(self.positions[0])  # (32, C)
        key, value = (layer.weight.view(HEADS, d, channels) for layer in (self.key, self.value))

        q = self.query(hidden + self.positions[0, -1]) * d**-0.5
        q = q.view(places, HEADS, d).transpose(0, 1)  # (heads, P, d)
        q = torch.bmm(q, key).transpose(0, 1).contiguous()  # (P, heads, C)
        weights = memory.compare(q, q @ positions.T).softmax(-1)  # (P, heads, 32)
        states = memory.mix(weights, weights @ positions)  # (P, heads, C)
        return torch.bmm(states.transpose(0, 1), value.transpose(1, 2)).transpose(0, 1).flatten(1)


class FeedForward(nn.Module):
    """A norm and a gated linear unit (GEGLU, https://arxiv.org/abs/2002.05202)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.expand = nn.Linear(channels, 8 * channels)
        self.contract = nn.Linear(4 * channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.expand(self.norm(x)).chunk(2, -1)
        contracted: Tensor = self.contract(value * F.gelu(gate))
        return contracted


class TemporalModule(nn.Module):
    """Two temporal attentions and an MLP on a feature map (T, C, h, w), with a residual connection."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(32, channels, eps=1e-6)
        self.project_in = nn.Linear(channels, channels)
        self.attentions = nn.ModuleList(TemporalAttention(channels) for _ in range(2))
        self.feed_forward = FeedForward(channels)
        self.project_out = nn.Linear(channels, channels)

    def forward(self, x: Tensor, memories: list[Memory] | None = None) -> Tensor:
        """Run the frames of a window, or the next frame of a stream with `memories`, one for each attention."""
        size = x.shape[-2:]
        tokens: Tensor = self.project_in(self.norm(x).permute(0, 2, 3, 1).flatten(1, 2))  # (T, P, C)
        for i, attention in enumerate(self.attentions):
            tokens = tokens + attention(tokens, memories[i] if memories else None)
        tokens = self.project_out(tokens + self.feed_forward(tokens))
        return x + tokens.view(x.shape[0], *size, -1).permute(0, 3, 1, 2)


def sinusoid(length: int, channels: int) -> Tensor:
    """Return position encodings (length, channels), sines in even and cosines in odd channels (Vaswani et al. 2017)."""
    rate = torch.exp(torch.arange(0, channels, 2) * (-log(10000.0) / channels))
    angle = torch.arange(length)[:, None] * rate
    return torch.stack([angle.sin(), angle.cos()], -1).flatten(1)
