import pytest
import torch

from engine.depth.runtime import precision
from engine.depth.runtime.precision import dtype_for, prepare
from tests.synthetic import tiny_video_depth

CPU, CUDA, MPS = torch.device("cpu"), torch.device("cuda"), torch.device("mps")


@pytest.mark.parametrize("pays", [True, False])
def test_formats(pays, monkeypatch):
    monkeypatch.setattr(precision, "bfloat16_pays", lambda: pays)
    assert dtype_for(CPU, "auto") is (torch.bfloat16 if pays else torch.float32)
    assert dtype_for(CUDA, "auto") is torch.float16
    assert dtype_for(MPS, "auto") is torch.float32
    assert {dtype_for(device, "fp32") for device in (CPU, CUDA, MPS)} == {torch.float32}


def test_the_given_network_stays_as_it_is(monkeypatch):
    monkeypatch.setattr(precision, "bfloat16_pays", lambda: True)
    model = tiny_video_depth()
    before = {key: (value.dtype, value.stride(), value.clone()) for key, value in model.state_dict().items()}
    converted, dtype = prepare(model, "auto")
    assert dtype is torch.bfloat16
    assert {value.dtype for value in converted.state_dict().values()} == {torch.bfloat16}
    for key, value in model.state_dict().items():
        assert (value.dtype, value.stride()) == before[key][:2]
        assert torch.equal(value, before[key][2])


def test_float32_shares_its_weights():
    model = tiny_video_depth()
    converted, dtype = prepare(model, "fp32")
    assert dtype is torch.float32
    assert converted.encoder.blocks[0].mlp[0].weight.data_ptr() == model.encoder.blocks[0].mlp[0].weight.data_ptr()
    assert converted.head.refine.weight.is_contiguous(memory_format=torch.channels_last)


def test_the_measurement_agrees_with_itself():
    assert precision.bfloat16_pays() is precision.bfloat16_pays()
