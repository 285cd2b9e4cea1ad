import pytest
import torch

from engine.models.temporal import WINDOW, Memory, TemporalAttention, sinusoid
from tests.synthetic import parity_module


def frames_upstream_sees(frame):
    """The published streaming code: a list that starts as 32 copies of frame 0 and loses entry 1 from frame 11 on."""
    kept = [0] * 32
    for n in range(1, frame):
        kept.append(n)
        if n >= 11:
            del kept[1]
    return [*kept[:2], *kept[-29:], frame]


@pytest.mark.parametrize("frame", [1, 2, 10, 11, 12, 28, 29, 30, 31, 40, 41, 42, 43, 71, 72, 200])
def test_memory_holds_what_upstream_sees_in_its_order(frame):
    memory = Memory()
    for n in range(frame + 1):
        memory.push(torch.full((1, 1), float(n)))
    position_of_slot = memory.by_slot(torch.arange(WINDOW)[:, None])[:, 0]
    seen = torch.empty(WINDOW).index_put((position_of_slot,), memory.seen[0, :, 0])
    assert seen.tolist() == frames_upstream_sees(frame)


def test_memory_never_moves():
    memory = Memory()
    memory.push(torch.zeros(5, 8))
    before = memory.seen.data_ptr(), memory.waiting.data_ptr()
    for _ in range(100):
        memory.push(torch.zeros(5, 8))
    assert (memory.seen.data_ptr(), memory.waiting.data_ptr()) == before


@torch.inference_mode()
def test_attention_over_memory_equals_attention_over_the_frames_it_holds():
    torch.manual_seed(0)
    attention = TemporalAttention(64).double()
    frames = torch.randn(60, 9, 64, dtype=torch.float64)
    memory = Memory()
    for n, frame in enumerate(frames):
        streamed = attention(frame[None], memory)
        window = frames[frames_upstream_sees(n)] if n else frames[:1]
        torch.testing.assert_close(streamed, attention(window)[-1:])


def test_sinusoid_is_the_published_one():
    assert torch.equal(sinusoid(32, 192)[None], parity_module("filler").sinusoid_pe((1, 32, 192)))
