import json
import re
from types import SimpleNamespace

import pytest
import torch

from engine.errors import CheckpointError
from engine.models import build, load_published
from engine.models.checkpoints import own_key
from engine.models.video_depth import VideoDepth
from tests.synthetic import PARITY, tiny_video_depth


@pytest.mark.parametrize("variant", ["vits", "vitb", "vitl"])
def test_published_keys_and_shapes_are_ours(variant):
    with torch.device("meta"):
        model = build(f"vda-{variant}")
    published = json.loads((PARITY / f"manifests/vda_{variant}.json").read_text())
    used = {k: v for k, v in published.items() if not any(re.fullmatch(p, k) for p in VideoDepth.UNUSED_KEYS)}
    assert {own_key(model, key): shape for key, (shape, _) in used.items()} == {
        key: list(value.shape) for key, value in model.state_dict().items()
    }
    assert len(published) - len(used) == 5


def test_every_pair_of_the_key_map_is_needed():
    published = json.loads((PARITY / "manifests/vda_vits.json").read_text())
    for pair in VideoDepth.KEY_MAP:
        without = SimpleNamespace(KEY_MAP=[other for other in VideoDepth.KEY_MAP if other != pair])
        assert any(own_key(without, key) != own_key(VideoDepth, key) for key in published), pair


def test_weights_of_another_size_are_refused_and_named():
    with torch.device("meta"):
        model, other = build("vda-vits"), json.loads((PARITY / "manifests/vda_vitb.json").read_text())
        weights = {key: torch.empty(shape) for key, (shape, _) in other.items()}
    with pytest.raises(CheckpointError, match=r"of another shape: .*encoder\.blocks"):
        load_published(model, weights)
    with pytest.raises(CheckpointError, match="missing"):
        load_published(model, {})


def test_metric_is_a_property_of_the_checkpoint():
    with torch.device("meta"):
        assert build("metric-vda-vits").metric
        assert not build("vda-vits").metric


@torch.inference_mode()
def test_a_window_has_the_size_of_its_frames_and_is_not_negative():
    depth = tiny_video_depth()(torch.randn(5, 3, 28, 56))
    assert depth.shape == (5, 28, 56)
    assert depth.dtype == torch.float32
    assert depth.min() >= 0


@torch.inference_mode()
def test_the_first_frame_of_a_stream_is_a_window_of_one():
    model, x = tiny_video_depth(), torch.randn(1, 3, 28, 56)
    assert torch.equal(model.step(x)[0], model(x))


@torch.inference_mode()
def test_frames_of_a_window_see_each_other():
    model, x = tiny_video_depth(), torch.randn(3, 3, 28, 56)
    assert not torch.allclose(model(x)[:1], model(x[:1]), rtol=1e-4)


@torch.inference_mode()
def test_two_streams_do_not_meet():
    model = tiny_video_depth()
    a, b = torch.randn(4, 1, 3, 28, 42), torch.randn(4, 1, 3, 28, 42)
    state = other = None
    for i in range(4):
        alone, state = model.step(a[i], state)
    state = None
    for i in range(4):
        interleaved, state = model.step(a[i], state)
        _, other = model.step(b[i], other)
    assert torch.equal(alone, interleaved)


@torch.inference_mode()
def test_bfloat16_ends_in_float32():
    model = tiny_video_depth().bfloat16()
    depth = model(torch.randn(1, 3, 28, 56, dtype=torch.bfloat16))
    assert depth.dtype == torch.float32
    assert not torch.equal(depth, depth.bfloat16().float()), "the last layer must not be rounded to eight bits"
