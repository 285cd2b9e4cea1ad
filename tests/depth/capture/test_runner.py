"""Captures with real structure and tiny networks, and which network takes them."""

import numpy as np
import pytest
import torch

from engine.clock import RealClock
from engine.depth.capture.choice import candidates, shortfall, wanted
from engine.depth.capture.runner import Capturer, make_capturer
from engine.errors import MemoryShortageError
from engine.frames import DepthKind, Frame
from engine.jobs import Cancelled
from engine.models import build
from engine.models.catalog import CHECKPOINTS, entry
from engine.settings import CaptureModel, Settings
from tests.synthetic import moving_pictures, tiny_any_view, tiny_single_view, tiny_video_depth

PICTURES = moving_pictures(3, 60, 90)
QUICK = Settings().replace(capture_res=140, precision="fp32")


def frames(count=1, **changes):
    return [Frame(picture, index, 0.0, "s", **changes) for index, picture in enumerate(PICTURES[:count])]


def capturer(model, note=None):
    return Capturer("tiny", model, "fp32", RealClock(), note)


def weights_for(folder, *names):
    for name in names:
        path = folder / entry(name).files[0]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def test_every_network_can_be_asked_for():
    assert set(CaptureModel.__args__) == {"auto", *CHECKPOINTS}


def test_da3_comes_first_then_the_largest_video_network_then_lite(tmp_path):
    settings = Settings().replace(checkpoints_dir=tmp_path)
    assert candidates(settings) == ["lite"]
    weights_for(tmp_path, "vda-vits", "vda-vitb")
    assert candidates(settings) == ["vda-vitb", "vda-vits", "lite"]
    weights_for(tmp_path, "da3-base", "da3-small", "da3metric-large")
    assert candidates(settings) == ["da3-base", "da3-small", "vda-vitb", "vda-vits", "lite"]
    assert candidates(settings.replace(capture_model="vda-vits"))[0] == "vda-vits"
    assert candidates(settings.replace(metric=True))[:2] == ["da3metric-large", "da3-base"]


def test_another_network_than_the_wanted_one_is_said_with_the_way_to_get_that(tmp_path):
    settings = Settings().replace(checkpoints_dir=tmp_path)
    assert wanted(settings).name == "da3-base"
    message = shortfall("lite", settings)
    assert "captured with lite: the weights of da3-base are not on this machine" in message
    assert f'models download da3-base --checkpoints-dir "{tmp_path}" (542 MB, Apache-2.0)' in message
    assert shortfall("da3-base", settings) is None
    assert "(not in meters)" in shortfall("da3-base", settings.replace(metric=True))
    assert shortfall("lite", settings.replace(capture_model="lite")) is None


def test_damaged_weights_leave_the_next_best(tmp_path):
    settings = Settings().replace(checkpoints_dir=tmp_path, device="cpu")
    weights_for(tmp_path, "da3-base")
    made = make_capturer(settings, RealClock())
    assert made.name == "lite"
    (capture,) = made.take(frames(), settings)
    assert "da3-base cannot be used" in capture.note
    assert capture.frame.model == "lite"
    assert capture.frame.kind is DepthKind.DISPARITY
    assert min(capture.frame.depth.shape) == 2 * 224  # outlines are those of a pass over the image twice as large


def test_a_capture_has_depth_confidence_and_camera():
    (capture,) = capturer(tiny_any_view(), "because").take(frames(), QUICK)
    assert capture.frame.depth.shape == capture.confidence.shape == (98, 140)
    assert capture.frame.kind is DepthKind.RELATIVE_DEPTH
    assert capture.frame.camera == "predicted"
    assert capture.extrinsics.shape == (3, 4)
    assert capture.frame.intrinsics[0, 2] == pytest.approx(70)
    assert capture.note == "because"
    low, high = capture.frame.range.low, capture.frame.range.high
    assert capture.frame.depth.min() <= low < capture.frame.range.median < high <= capture.frame.depth.max()


@pytest.mark.parametrize("metric", [False, True])
def test_video_depth_anything_takes_one_picture(monkeypatch, metric):
    monkeypatch.setattr("engine.depth.capture.runner.VIDEO_INPUT_SIZE", 56)
    (capture,) = capturer(tiny_video_depth(metric=metric)).take(frames(), QUICK)
    assert capture.frame.kind is (DepthKind.METRIC if metric else DepthKind.DISPARITY)
    assert capture.frame.depth.shape == (56, 84)
    assert capture.confidence is capture.extrinsics is None
    assert capture.frame.camera == "assumed"


def test_views_are_estimated_together():
    network = capturer(tiny_any_view())
    assert network.takes_views
    views = network.take(frames(3), QUICK)
    assert len(views) == 3
    assert [view.frame.frame.index for view in views] == [0, 1, 2]
    alone = network.take(frames(1), QUICK)[0]
    assert not np.array_equal(views[0].frame.depth, alone.frame.depth)
    with pytest.raises(TypeError, match="one by one"):
        capturer(tiny_single_view()).take(frames(2), QUICK)
    with pytest.raises(ValueError, match="the same size"):
        network.take([*frames(1), Frame(PICTURES[0][:30], 1, 0.0, "s")], QUICK)


def test_the_metric_network_gets_the_focal_length_of_the_picture():
    """A focal length twice as long means twice the meters."""
    network = capturer(tiny_single_view(metric=True))
    matrix = np.array([[90.0, 0, 45], [0, 90, 30], [0, 0, 1]])
    near, far = (network.take(frames(intrinsics=np.diag([scale, scale, 1]) @ matrix), QUICK)[0] for scale in (1.0, 2.0))
    assert near.frame.kind is DepthKind.METRIC
    assert near.frame.camera == "known"
    np.testing.assert_allclose(far.frame.depth, 2 * near.frame.depth, rtol=1e-5)
    assumed = network.take(frames(), QUICK)[0]
    assert assumed.frame.camera == "assumed"
    assert assumed.frame.kind is DepthKind.METRIC


def test_the_picture_is_not_enlarged_beyond_what_the_network_knows():
    network = capturer(tiny_any_view())
    (small,) = frames()
    large = Frame(np.zeros((1200, 1600, 3), np.uint8), 0, 0.0, "s")
    middle = Frame(np.zeros((360, 640, 3), np.uint8), 0, 0.0, "s")
    assert [network.size_for(frame, Settings().capture) for frame in (small, middle, large)] == [504, 640, 1008]


@pytest.mark.parametrize("make", [tiny_any_view, lambda: build("lite")])
def test_progress_goes_from_nothing_to_all(make):
    network = capturer(make())
    for _ in range(2):
        shares = []
        network.watch(shares.append)
        network.take(frames(), QUICK)
        assert shares == sorted(shares)
        assert 0 < shares[0] < 0.1
        assert shares[-1] == 1
        assert len(shares) > 20


def test_whoever_watches_can_stop_a_capture_within_a_layer_and_the_next_one_works():
    network = capturer(tiny_any_view())
    shares = []

    def stop(share):
        shares.append(share)
        if share > 0.3:
            raise Cancelled

    network.watch(stop)
    with pytest.raises(Cancelled):
        network.take(frames(), QUICK)
    assert sum(share > 0.3 for share in shares) == 1
    network.watch(shares.append)
    assert len(network.take(frames(), QUICK)) == 1


def test_short_memory_means_a_smaller_input_and_says_so(monkeypatch):
    network = capturer(tiny_any_view())
    sizes = []

    def see(given, size, settings, really=network._estimate):
        sizes.append(size)
        if size > 110:
            raise torch.OutOfMemoryError("out of memory")
        return really(given, size, settings)

    monkeypatch.setattr(network, "_estimate", see)
    (capture,) = network.take(frames(), QUICK.replace(capture_res=420))
    assert sizes == [420, 210, 105]
    assert "captured at 105 px" in capture.note
    monkeypatch.setattr(network, "_estimate", lambda *_: see(frames(), 1000, None))
    with pytest.raises(MemoryShortageError, match="not enough memory"):
        network.take(frames(), QUICK)
