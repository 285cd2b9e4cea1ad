import time

import numpy as np
import pytest

from engine.clock import RealClock
from engine.depth.estimator import EstimatorInfo
from engine.errors import CheckpointError
from engine.frames import DepthKind, Frame
from engine.retake import Retake, best_settings
from engine.settings import DepthSettings
from tests.depth_frames import checker


class Counter:
    """A network that numbers its results, and fails when told to."""

    kind, is_temporal = DepthKind.DISPARITY, False
    info = EstimatorInfo("counter", "none", "cpu", "fp32")
    calls = resets = 0
    error = None

    def estimate(self, image):
        self.calls += 1
        if self.error:
            raise self.error
        return np.full((4, 4), self.calls, np.float32)

    def reset(self):
        self.resets += 1


@pytest.fixture
def retakes():
    opened = []

    def begin(make):
        opened.append(Retake(RealClock(), make))
        return opened[-1]

    yield begin
    for retake in opened:
        retake.close()


def frame(index=0):
    return Frame(checker(32, 18), index, time.monotonic(), "test")


def eventually(get, timeout_s=5):
    end = time.monotonic() + timeout_s
    while (value := get()) is None:
        assert time.monotonic() < end
        time.sleep(0.01)
    return value


def test_the_best_network_that_is_there_at_high_resolution(tmp_path):
    lite = best_settings(DepthSettings(checkpoints_dir=tmp_path))
    assert (lite.encoder, lite.input_size, lite.temporal_filter) == ("lite", 256, False)
    (tmp_path / "video_depth_anything_vits.pth").write_bytes(b"")
    (tmp_path / "video_depth_anything_vitb.pth").write_bytes(b"")
    best = best_settings(DepthSettings(checkpoints_dir=tmp_path))
    assert (best.encoder, best.input_size) == ("vitb", 518)


def test_each_capture_stands_for_itself(retakes):
    counter = Counter()
    retake = retakes(lambda settings: counter)
    for n in (1, 2):
        sent = frame(n)
        retake.request(sent, DepthSettings())
        assert "lite" in retake.progress
        done = eventually(retake.take)
        assert done.frame.image is sent.image
        assert done.depth[0, 0] == n
        assert retake.progress is None
    assert counter.resets == 1  # between the two


def test_a_cancelled_capture_never_comes(retakes):
    retake = retakes(lambda settings: Counter())
    retake.request(frame(), DepthSettings())
    retake.cancel()
    time.sleep(0.3)
    assert retake.take() is None
    assert retake.progress is None


def test_a_capture_that_fails_says_so_and_ends(retakes):
    counter = Counter()
    counter.error = RuntimeError("too hard")
    retake = retakes(lambda settings: counter)
    retake.request(frame(), DepthSettings())
    eventually(lambda: retake.take() or (None if retake.progress else "ended"))
    assert "too hard" in retake.message
    counter.error = None
    retake.request(frame(), DepthSettings())
    assert eventually(retake.take) is not None


def test_no_weights_at_all(retakes):
    def make(settings):
        raise CheckpointError("nothing here")

    retake = retakes(make)
    retake.request(frame(), DepthSettings())
    eventually(lambda: retake.take() or (None if retake.progress else "ended"))
    assert retake.message == "nothing here"
