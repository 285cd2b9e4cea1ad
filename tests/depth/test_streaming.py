import os
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.depth import StreamingDepth, infer_image, infer_video, infer_views, lite_depth
from engine.depth.runtime import backend
from engine.errors import FrameSizeError, InputError
from engine.models import build
from tests.synthetic import moving_pictures, tiny_any_view, tiny_video_depth


def stream(**options) -> StreamingDepth:
    return StreamingDepth(tiny_video_depth(), input_size=28, **options)


@pytest.mark.parametrize("precision", ["fp32", "auto"])
def test_sizes_and_types(precision):
    estimator, frame = stream(precision=precision), moving_pictures(1)[0]
    for depth, shape in ((estimator.infer(frame), (40, 60)), (estimator.infer_native(frame), (28, 42))):
        assert depth.shape == shape
        assert depth.dtype == np.float32
        assert depth.flags.c_contiguous
        assert np.isfinite(depth).all()


def test_earlier_frames_matter_until_reset():
    frames = moving_pictures(8)
    estimator = stream()
    first = [estimator.infer(frame) for frame in frames]
    continued = estimator.infer(frames[0])
    assert not np.allclose(continued, first[0], rtol=1e-4)
    estimator.reset()
    for frame, depth in zip(frames, first, strict=True):
        np.testing.assert_array_equal(estimator.infer(frame), depth)


def test_a_frame_of_another_size_is_refused_and_harms_nothing():
    frames = moving_pictures(2)
    estimator, undisturbed = stream(), stream()
    estimator.infer(frames[0])
    undisturbed.infer(frames[0])
    with pytest.raises(FrameSizeError, match="reset"):
        estimator.infer(frames[1][:30])
    np.testing.assert_array_equal(estimator.infer(frames[1]), undisturbed.infer(frames[1]))
    estimator.reset()
    assert estimator.infer(frames[1][:30]).shape == (30, 60)


def test_pictures_may_be_views_and_read_only():
    frame = moving_pictures(1)[0]
    mirrored = frame[:, ::-1]
    mirrored.flags.writeable = False
    np.testing.assert_array_equal(stream().infer(mirrored), stream().infer(np.ascontiguousarray(mirrored)))


def resident_mb() -> float:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_is_flat_over_500_frames():
    estimator, frames = stream(), moving_pictures(10)
    for i in range(60):
        estimator.infer(frames[i % 10])
    before = resident_mb()
    for i in range(500):
        estimator.infer(frames[i % 10])
    assert resident_mb() - before < 2


def test_lite_runs_at_its_own_best_size_and_each_frame_by_itself(monkeypatch):
    monkeypatch.setattr(backend, "find_spec", lambda name: None)
    estimator, frames = StreamingDepth(build("lite")), moving_pictures(2, 90, 120)
    first = estimator.infer(frames[0])
    assert first.shape == (90, 120)
    assert estimator.input_size == 224
    assert estimator.infer_native(frames[1]).shape == (224, 288)
    np.testing.assert_array_equal(estimator.infer(frames[0]), first)
    estimator.reset()
    estimator.input_size = 64
    assert estimator.infer_native(frames[1]).shape == (64, 96)


def test_lite_takes_openvino_where_it_is_installed_and_waits_so_that_frames_are_computed_alike(monkeypatch):
    made = []

    def builder(model, dtype):
        def build_graph(size):
            made.append(size)
            return lambda x: torch.full((1, *size), 3.0)

        return build_graph

    monkeypatch.setattr(backend, "find_spec", lambda name: object())
    monkeypatch.setattr(lite_depth, "lite_builder", builder)
    estimator = StreamingDepth(build("lite"), input_size=64)
    assert (estimator.infer(moving_pictures(1, 90, 120)[0]) == 3).all()
    assert made == [(64, 96)]


def test_lite_goes_on_with_torch_where_its_graph_cannot_be_built(monkeypatch):
    def builder(model, dtype):
        def build_graph(size):
            raise RuntimeError("no such operation")

        return build_graph

    monkeypatch.setattr(backend, "find_spec", lambda name: object())
    monkeypatch.setattr(lite_depth, "lite_builder", builder)
    assert StreamingDepth(build("lite"), input_size=64).infer(moving_pictures(1)[0]).shape == (40, 60)


def test_the_network_that_was_given_stays_as_it_was():
    model = build("lite")
    keys = list(model.state_dict())
    StreamingDepth(model, input_size=64)
    assert list(model.state_dict()) == keys


def test_published_networks_keep_their_size():
    assert StreamingDepth(tiny_video_depth()).input_size == 518
    assert StreamingDepth(tiny_video_depth(), input_size=None).input_size == 518


def test_networks_for_single_images_are_refused():
    with pytest.raises(TypeError, match="infer_image"):
        StreamingDepth(tiny_any_view())


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("cat.jpg", "'cat.jpg' is a path"),
        (Path("cat.jpg"), "is a path"),
        ([[1, 2]], "type list"),
        (np.zeros((4, 4), np.uint8), r"shape \(4, 4\)"),
        (np.zeros((4, 4, 4), np.uint8), r"shape \(4, 4, 4\)"),
        (np.zeros((0, 4, 3), np.uint8), r"shape \(0, 4, 3\)"),
        (np.zeros((4, 4, 3), np.float32), "of float32"),
    ],
)
def test_what_is_no_image_is_refused_in_words(wrong, says):
    with pytest.raises(InputError, match=says):
        stream().infer(wrong)
    with pytest.raises(InputError, match=says):
        infer_image(tiny_video_depth(), wrong)
    with pytest.raises(InputError, match=says):
        infer_views(tiny_any_view(), [wrong])
    with pytest.raises(InputError, match=says):
        list(infer_video(tiny_video_depth(), [wrong]))
