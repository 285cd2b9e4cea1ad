import dataclasses

import numpy as np
import pytest
import torch

from engine.depth import StillDepth, infer_image, infer_views
from engine.depth.lite_depth import LiteDepth
from engine.depth.preprocess import depth_anything3_input, depth_anything3_views
from engine.depth.runtime import precision as precision_module
from engine.depth.still import fill_sky
from engine.frames import DepthKind
from engine.models import build, load
from tests.synthetic import moving_pictures, tiny_any_view, tiny_single_view, tiny_video_depth

PICTURE = moving_pictures(1, 60, 90)[0]


def test_lite_and_video_depth_give_disparity_at_their_own_resolution():
    torch.manual_seed(0)
    for model, size in ((build("lite"), (128, 192)), (tiny_video_depth(), (70, 84))):
        seen = infer_image(model, PICTURE, process_res=60)
        assert seen.depth.shape == size
        assert seen.depth.dtype == np.float32
        assert seen.kind is DepthKind.DISPARITY
        assert seen.confidence is seen.sky is seen.intrinsics is None
    assert infer_image(tiny_video_depth(metric=True), PICTURE, process_res=56).kind is DepthKind.METRIC


def test_sizes_default_by_network():
    wide = moving_pictures(1, 90, 120)[0]
    assert infer_image(build("lite"), wide).depth.shape == (448, 608)  # twice its input size, in steps of 32
    assert infer_image(build("lite"), wide, process_res=None).depth.shape == (448, 608)
    assert infer_image(build("lite"), wide, process_res=64).depth.shape == (128, 160)
    assert infer_image(tiny_any_view(), wide).depth.shape == (378, 504)
    assert infer_image(tiny_video_depth(), wide, process_res=None).depth.shape == (504, 672)


def test_lite_has_the_shape_of_one_pass_and_the_focal_length_of_its_larger_map():
    lite = load("lite")
    seen = infer_image(lite, PICTURE, process_res=64, focal_px=96)
    coarse = LiteDepth(lite, input_size=64, backend="torch").infer(PICTURE)
    assert seen.depth.shape == (128, 192)
    assert seen.depth.mean() == pytest.approx(coarse.mean(), rel=0.02)
    np.testing.assert_array_equal(seen.intrinsics, [[192, 0, 96], [0, 192, 64], [0, 0, 1]])


def test_a_main_network_gives_depth_confidence_and_intrinsics():
    seen = infer_image(tiny_any_view(), PICTURE, process_res=84)
    assert seen.depth.shape == seen.confidence.shape == (56, 84)
    assert seen.kind is DepthKind.RELATIVE_DEPTH
    assert seen.sky is None
    np.testing.assert_allclose(seen.intrinsics[:2, 2], [42, 28])
    with pytest.raises(dataclasses.FrozenInstanceError):
        seen.depth = None


def test_a_focal_length_turns_the_metric_network_s_depth_into_meters():
    model = tiny_single_view(metric=True)
    plain = infer_image(model, PICTURE, process_res=84)
    meters = infer_image(model, PICTURE, process_res=84, focal_px=600)
    assert plain.kind is DepthKind.RELATIVE_DEPTH
    assert plain.intrinsics is None
    assert meters.kind is DepthKind.METRIC
    np.testing.assert_allclose(meters.depth, 2 * plain.depth, rtol=1e-6)
    np.testing.assert_array_equal(meters.intrinsics, [[600, 0, 42], [0, 600, 28], [0, 0, 1]])
    assert np.array_equal(meters.sky, plain.sky), "the sky is given as the network gives it"


def test_a_focal_length_gives_the_mono_network_no_unit():
    assert infer_image(tiny_single_view(), PICTURE, process_res=84, focal_px=600).kind is DepthKind.RELATIVE_DEPTH


@torch.inference_mode()
def test_near_is_small_in_every_network_of_depth_anything_3():
    """The last layer's bias is a logarithm of depth: all of them turn it into larger values, never smaller ones."""
    for model in (tiny_any_view(), tiny_single_view()):
        near = infer_image(model, PICTURE, process_res=56).depth
        model.head.readouts[0].out.bias[0] += 1
        far = infer_image(model, PICTURE, process_res=56)
        np.testing.assert_allclose(far.depth, near * np.e, rtol=1e-5)
        assert far.kind is DepthKind.RELATIVE_DEPTH


def test_views_of_different_sizes_are_cut_around_their_center():
    views = [PICTURE, PICTURE[:, :60], PICTURE[:45]]
    x = depth_anything3_views(views, 84)
    assert x.shape == (3, 3, 42, 84)
    wide = depth_anything3_input(PICTURE, 84)
    assert torch.equal(x[:1], wide[:, :, 7:49])
    seen = infer_views(tiny_any_view(), views, process_res=84)
    assert seen.depth.shape == seen.confidence.shape == (3, 42, 84)
    assert seen.intrinsics.shape == (3, 3, 3)
    assert seen.extrinsics.shape == (3, 3, 4)
    assert seen.kind is DepthKind.RELATIVE_DEPTH


def test_one_view_is_a_picture():
    still = StillDepth(tiny_any_view())
    one, view = still.image(PICTURE, process_res=56), still.views([PICTURE], process_res=56)
    assert np.array_equal(view.depth[0], one.depth)
    assert np.array_equal(view.intrinsics[0], one.intrinsics)


def test_views_are_refused_where_they_cannot_be_used():
    for model in (tiny_single_view(), tiny_video_depth()):
        with pytest.raises(TypeError, match="da3-small"):
            infer_views(model, [PICTURE, PICTURE])
    with pytest.raises(ValueError, match="there are no images"):
        infer_views(tiny_any_view(), [])
    with pytest.raises(TypeError, match="Linear"):
        infer_image(torch.nn.Linear(1, 1), PICTURE)


def test_a_network_made_ready_is_used_again():
    still = StillDepth(tiny_any_view())
    first = still.image(PICTURE, process_res=56)
    still.views([PICTURE] * 3, process_res=56)
    assert np.array_equal(still.image(PICTURE, process_res=56).depth, first.depth)


@pytest.mark.parametrize("make", [tiny_any_view, tiny_single_view, tiny_video_depth])
def test_bfloat16_is_near_float32(make, monkeypatch):
    monkeypatch.setattr(precision_module, "bfloat16_pays", lambda: True)
    exact = infer_image(make(), PICTURE, process_res=56).depth
    fast = infer_image(make(), PICTURE, process_res=56, precision="auto").depth
    assert fast.dtype == np.float32
    assert 0 < np.abs(fast - exact).mean() < 0.025 * np.abs(exact).mean()


def test_the_sky_is_as_far_as_the_farthest_things():
    depth = np.linspace(1, 2, 101, dtype=np.float32).repeat(2).reshape(2, 101).T.copy()  # (101, 2)
    sky = np.zeros_like(depth)
    sky[:20] = 0.3
    filled = fill_sky(depth, sky)
    assert np.array_equal(filled[20:], depth[20:])
    np.testing.assert_allclose(filled[:20], np.quantile(depth[20:], 0.99), rtol=1e-6)


@pytest.mark.parametrize("count", [0, 10, 190, 200])
def test_a_picture_of_hardly_any_sky_or_nothing_else_stays_as_it_is(count):
    depth = np.random.RandomState(0).rand(10, 20).astype(np.float32)
    sky = np.where(np.arange(200) < count, 1, 0).reshape(10, 20).astype(np.float32)
    assert np.array_equal(fill_sky(depth, sky), depth)


def test_the_sky_of_a_large_picture_is_filled_alike_each_time_whatever_else_draws_random_numbers():
    random = np.random.RandomState(0)
    depth, sky = random.rand(2, 500, 400).astype(np.float32)
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    first = fill_sky(depth, sky)
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(2)
    assert np.array_equal(fill_sky(depth, sky), first)
    np.testing.assert_allclose(first[sky >= 0.3], 0.99, atol=2e-3)
