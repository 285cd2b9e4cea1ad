import json
import re
from types import SimpleNamespace

import pytest
import torch

from engine.errors import CheckpointError
from engine.models import build, load_published
from engine.models.any_view_encoder import reference_first
from engine.models.camera_decoder import intrinsics_of, rotation_of
from engine.models.checkpoints import own_key
from engine.models.depth_anything3 import AnyViewDepth, SingleViewDepth
from engine.models.position_encoding import add_position_encoding_
from engine.models.rope import grid_positions, rotation
from tests.synthetic import PARITY, tiny_any_view, tiny_single_view

NAMES = ("da3-small", "da3-base", "da3-large", "da3mono-large", "da3metric-large")


def _manifest(name):
    return json.loads((PARITY / f"manifests/{name}.json").read_text())


def _on_meta(name):
    with torch.device("meta"):
        return build(name)


@pytest.mark.parametrize("form", ["", ".published"])
@pytest.mark.parametrize("name", NAMES)
def test_published_keys_and_shapes_are_ours(name, form):
    model, published = _on_meta(name), _manifest(name + form)
    unused = getattr(model, "UNUSED_KEYS", ())
    used = {key: shape for key, (shape, _) in published.items() if not any(re.fullmatch(p, key) for p in unused)}
    assert {own_key(model, key): shape for key, shape in used.items()} == {
        key: list(value.shape) for key, value in model.state_dict().items()
    }


@pytest.mark.parametrize(("network", "name"), [(AnyViewDepth, "da3-small"), (SingleViewDepth, "da3mono-large")])
def test_every_pair_of_the_key_map_is_needed(network, name):
    keys = _manifest(name)
    for pair in network.KEY_MAP:
        without = SimpleNamespace(KEY_MAP=[other for other in network.KEY_MAP if other != pair])
        assert any(own_key(without, key) != own_key(network, key) for key in keys), pair


def test_weights_of_another_network_are_refused_and_named():
    def weights(name):
        return {key: torch.empty(shape, device="meta") for key, (shape, _) in _manifest(name).items()}

    with pytest.raises(CheckpointError, match=r"of another shape: .*camera"):
        load_published(_on_meta("da3-small"), weights("da3-base.published"))
    with pytest.raises(CheckpointError, match=r"AnyViewDepth.*missing"):
        load_published(_on_meta("da3-large"), weights("da3mono-large"))
    with pytest.raises(CheckpointError, match=r"SingleViewDepth.*unexpected"):
        load_published(_on_meta("da3metric-large"), weights("da3-large.published"))


def test_only_the_metric_variant_is_metric():
    assert _on_meta("da3metric-large").metric
    assert not _on_meta("da3mono-large").metric


@torch.inference_mode()
def test_views_get_depth_confidence_and_cameras_and_rays_only_when_asked_for():
    model, x = tiny_any_view(), torch.randn(5, 3, 28, 56)
    said = model(x)
    assert said.depth.shape == said.confidence.shape == (5, 28, 56)
    assert said.extrinsics.shape == (5, 3, 4)
    assert said.intrinsics.shape == (5, 3, 3)
    assert said.depth.min() > 0
    assert said.confidence.min() >= 1
    assert said.sky is None
    assert said.rays is None
    assert said.ray_confidence is None
    asked = model(x, rays=True)
    assert asked.rays.shape == (5, 16, 32, 6)
    assert asked.ray_confidence.shape == (5, 16, 32)
    assert torch.equal(asked.depth, said.depth)


@torch.inference_mode()
def test_views_of_a_scene_see_each_other_and_single_pictures_do_not():
    x = torch.randn(2, 3, 28, 56)
    any_view, single = tiny_any_view(), tiny_single_view()
    assert not torch.allclose(any_view(x).depth[:1], any_view(x[:1]).depth, rtol=1e-5)
    torch.testing.assert_close(single(x).depth[:1], single(x[:1]).depth)


@torch.inference_mode()
def test_the_order_of_many_views_does_not_matter():
    model, x = tiny_any_view(), torch.randn(4, 3, 28, 42)
    said, turned = model(x), model(x.flip(0))
    torch.testing.assert_close(turned.depth.flip(0), said.depth)
    torch.testing.assert_close(turned.extrinsics.flip(0), said.extrinsics)


@torch.inference_mode()
@pytest.mark.parametrize("make", [tiny_any_view, tiny_single_view])
def test_bfloat16_ends_in_float32(make):
    said = make().bfloat16()(torch.randn(1, 3, 28, 56, dtype=torch.bfloat16))
    for values in (said.depth, said.confidence, said.sky, said.extrinsics, said.intrinsics):
        if values is not None:
            assert values.dtype == torch.float32
    assert not torch.equal(said.depth, said.depth.bfloat16().float()), "the last layer must not be rounded"


def test_the_reference_is_the_view_that_is_most_average():
    tokens = torch.tensor([[4.0, 0.0, 0.0], [1.0, 0.2, 0.0], [2.5, 0.5, 0.4], [0.1, 1.0, 3.0]])
    order = reference_first(tokens)
    assert sorted(order.tolist()) == [0, 1, 2, 3]
    assert order.tolist()[1:] == sorted(order.tolist()[1:])
    assert order[0] == reference_first(tokens.flip(0)).sub(3).abs()[0]


def test_products_of_rotated_tokens_depend_on_their_distance_alone():
    places = grid_positions(4, 6, torch.device("cpu"))
    assert places[:3].tolist() == [[0, 0], [1, 1], [1, 2]]
    turn, q, k = rotation(places, 16, torch.empty(0)), torch.randn(1, 1, 1, 16), torch.randn(1, 1, 1, 16)
    products = (turn(q.expand(-1, -1, 25, -1)) @ turn(k.expand(-1, -1, 25, -1)).transpose(-1, -2))[0, 0, 1:, 1:]
    grid = products.view(4, 6, 4, 6)
    torch.testing.assert_close(grid[0, 0, 2, 3], grid[1, 2, 3, 5])
    assert not torch.isclose(grid[0, 0, 2, 3], grid[0, 0, 3, 2])


def test_position_encodings_are_odd_in_the_sines_and_even_in_the_cosines():
    code = add_position_encoding_(torch.zeros(1, 8, 5, 7), 1.5)[0]
    columns, rows = code[:4, 0], code[4:, :, 0]
    torch.testing.assert_close(columns[:2], -columns[:2].flip(1))
    torch.testing.assert_close(rows[2:], rows[2:].flip(1))
    assert torch.equal(code[:4, 0], code[:4, 4])
    assert torch.equal(code[4:, :, 0], code[4:, :, 6])


def test_cameras_are_what_their_numbers_say():
    quarter_turn = torch.tensor([[0.0, 0.0, 3.0, 3.0]])  # about z, of any length
    torch.testing.assert_close(rotation_of(quarter_turn)[0], torch.tensor([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]]))
    matrix = intrinsics_of(torch.tensor([[torch.pi / 2, 2 * torch.atan(torch.tensor(0.5))]]), (28, 56))[0]
    torch.testing.assert_close(matrix, torch.tensor([[56.0, 0, 28], [0, 14, 14], [0, 0, 1]]))
    assert intrinsics_of(torch.zeros(1, 2), (28, 56)).isfinite().all()


@torch.inference_mode()
def test_a_camera_looks_from_where_its_translation_says():
    torch.manual_seed(1)
    camera = tiny_any_view().camera
    tokens = torch.randn(2, camera.mlp[0].in_features)
    extrinsics, _ = camera(tokens, (28, 56))
    position = camera.translation(camera.mlp(tokens))
    seen = extrinsics[:, :, :3] @ position[:, :, None] + extrinsics[:, :, 3:]
    torch.testing.assert_close(seen, torch.zeros(2, 3, 1), atol=1e-5, rtol=0)
