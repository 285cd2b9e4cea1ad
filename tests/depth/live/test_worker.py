"""The depth thread with networks that are slow, broken or absent."""

import dataclasses
import threading
import time

import numpy as np
import pytest

from engine.clock import RealClock
from engine.depth.live import worker as worker_module
from engine.depth.live.loader import EstimatorLoader
from engine.depth.live.worker import DepthWorker
from engine.errors import CheckpointError, SettingsError
from engine.frames import DepthKind, Frame, default_intrinsics
from engine.geometry.world import measured_only
from engine.jobs import Cancelled
from engine.mailbox import Mailbox
from engine.settings import DepthSettings
from tests.depth_frames import checker
from tests.waiting import LIMIT_S, wait_for


class Info:
    encoder = "fake"


class FakeEstimator:
    """A ramp, once `gate` is open; raises `error` as long as there is one."""

    kind = DepthKind.DISPARITY
    is_temporal = False
    info = Info()

    def __init__(self, settings=None, check=None, gate=None, error=None):
        self.settings, self.gate, self.error = settings, gate, error
        self.calls = self.resets = 0
        self.is_closed = False

    def estimate(self, image):
        self.calls += 1
        if self.gate is not None:
            self.gate.wait(LIMIT_S)
        if self.error is not None:
            raise self.error
        return np.tile(np.linspace(1, 2, 32, dtype=np.float32), (18, 1))

    def estimate_still(self, image):
        return self.estimate(image)

    def refined(self, depth, image):
        return np.repeat(np.repeat(depth, 2, 0), 2, 1)

    def reset(self):
        self.resets += 1

    def close(self):
        self.is_closed = True


@pytest.fixture
def start():
    workers = []

    def begin(make_estimator, settings=None, **options):
        frames, depths = Mailbox(), Mailbox()
        worker = DepthWorker(frames, depths, settings or DepthSettings(), RealClock(), make_estimator, **options)
        worker.start()
        workers.append(worker)
        return worker, frames, depths

    yield begin
    for worker in workers:
        worker.close()


def frame(index=0, image=None, source_id="test", **extra):
    return Frame(checker(64, 36) if image is None else image, index, time.monotonic(), source_id, **extra)


def test_a_depth_frame_carries_its_picture(start):
    worker, frames, depths = start(FakeEstimator)
    sent = frame(7)
    frames.put(sent)
    got = depths.wait(LIMIT_S)
    assert got.frame is sent
    assert (got.kind, got.model) == (DepthKind.DISPARITY, "fake")
    assert got.depth.shape == (18, 32)
    assert got.depth.dtype == np.float32
    assert got.done_s >= got.started_s >= sent.time_s
    assert got.intrinsics == pytest.approx(default_intrinsics(32, 18, 60))
    wait_for(lambda: worker.status.depth_frames == 1)
    assert worker.status.input_px == (32, 18)
    assert worker.status.state == "ready"


def test_a_slow_network_holds_up_nobody_and_takes_the_newest(start):
    gate = threading.Event()
    estimator = FakeEstimator(gate=gate)
    worker, frames, depths = start(lambda settings, check: estimator)
    frames.put(frame(0))
    wait_for(lambda: estimator.calls == 1)
    for index in range(1, 50):
        frames.put(frame(index))
    assert depths.take() is None, "it is still at the first"
    gate.set()
    wait_for(lambda: worker.status.depth_frames == 2)
    assert depths.take().frame.index == 49
    assert frames.dropped == 48


def test_a_still_image_gets_quick_depth_and_then_better_depth_of_all_its_pixels(start):
    seen = []

    class Refining(FakeEstimator):
        def refined(self, depth, image):
            seen.append(image.shape)
            return super().refined(depth, image)

    worker, frames, depths = start(Refining)
    large = np.zeros((90, 160, 3), np.uint8)
    frames.put(dataclasses.replace(frame(), is_still=True, original=lambda: large))
    assert depths.wait(LIMIT_S).depth.shape == (18, 32)
    refined = depths.wait(LIMIT_S)
    assert refined.depth.shape == (36, 64)
    assert refined.intrinsics[0, 2] == 32
    assert seen == [large.shape]
    assert worker.status.flicker is None, "the better depth is no flicker"
    worker.apply(DepthSettings(depth_min_percentile=10))
    assert depths.wait(LIMIT_S).depth.shape == (18, 32)
    assert depths.wait(LIMIT_S).range.low > refined.range.low


def test_a_moving_image_is_not_refined(start):
    worker, frames, depths = start(FakeEstimator)
    for count in (1, 2):
        frames.put(frame(count))
        assert depths.wait(LIMIT_S).depth.shape == (18, 32)
    assert depths.wait(3 * worker_module._IDLE_S) is None
    assert worker.status.depth_frames == 2


def test_without_previews_a_still_image_gets_its_better_depth_at_once(start):
    worker, frames, depths = start(FakeEstimator, previews=False)
    frames.put(dataclasses.replace(frame(), is_still=True))
    assert depths.wait(LIMIT_S).depth.shape == (36, 64)
    assert depths.wait(3 * worker_module._IDLE_S) is None
    assert worker.status.depth_frames == 1


def test_another_network_is_loaded_beside_the_one_at_work(start):
    slow = threading.Event()

    def make(settings, check):
        if settings.encoder == "vits":
            slow.wait(LIMIT_S)
        estimator = FakeEstimator(settings)
        estimator.info = Info()
        estimator.info.encoder = settings.encoder
        return estimator

    worker, frames, depths = start(make, DepthSettings(encoder="lite"))
    frames.put(frame())
    depths.wait(LIMIT_S)
    worker.apply(DepthSettings(encoder="vits"))
    wait_for(lambda: worker.status.loading == "vits")
    for index in range(3):  # the old one goes on
        frames.put(frame(index))
        assert depths.wait(LIMIT_S).model == "lite"
    slow.set()
    wait_for(lambda: worker.status.loading is None)
    frames.put(frame())
    wait_for(lambda: (newest := depths.take()) is not None and newest.model == "vits")


def test_another_network_is_closed_when_one_takes_its_place(start):
    worker, frames, depths = start(FakeEstimator)
    frames.put(frame())
    depths.wait(LIMIT_S)
    first = worker._estimator
    worker.apply(DepthSettings(input_size=100))
    wait_for(lambda: worker._estimator is not first)
    assert first.is_closed


def test_the_newest_wish_wins_and_a_load_that_it_replaces_stops(start):
    stopped = threading.Event()

    def make(settings, check):
        while settings.input_size == 100:
            try:
                check()
            except Cancelled:
                stopped.set()
                raise
        return FakeEstimator(settings)

    worker, frames, depths = start(make)
    frames.put(frame())
    depths.wait(LIMIT_S)
    worker.apply(DepthSettings(input_size=100))
    wait_for(lambda: worker.status.loading is not None)
    worker.apply(DepthSettings(input_size=200))
    wait_for(lambda: worker.status.loading is None)
    assert worker._estimator.settings.input_size == 200
    assert stopped.is_set()


def test_networks_load_one_at_a_time_and_those_nobody_waits_for_never_begin():
    begun, release, made, at_once = threading.Event(), threading.Event(), [], []

    def make(settings, check):
        at_once.append(settings)
        assert len(at_once) == 1, "two networks at once take twice the memory"
        begun.set()
        release.wait(LIMIT_S)
        made.append(FakeEstimator(settings))
        at_once.remove(settings)
        return made[-1]

    loader = EstimatorLoader(make)
    wishes = [DepthSettings(input_size=size) for size in (100, 128, 160, 192, 224)]
    loader.request(wishes[0])
    assert begun.wait(LIMIT_S)
    for wish in wishes[1:]:  # the key, five times
        loader.request(wish)
    release.set()
    loaded = wait_for(loader.take)
    assert loaded.settings is loaded.estimator.settings is wishes[-1]
    assert loader.pending is None
    assert [estimator.settings for estimator in made] == [wishes[0], wishes[-1]]
    assert [estimator.is_closed for estimator in made] == [True, False]


def test_sliders_that_are_no_matter_of_the_network_do_not_load_it_again(start):
    release, loads = threading.Event(), []

    def make(settings, check):
        loads.append(settings)
        release.wait(LIMIT_S)
        return FakeEstimator(settings)

    worker, frames, depths = start(make)
    for index in range(10):
        settings = DepthSettings(range_time_s=1 + index / 10)
        worker.apply(settings)
        frames.put(frame(index))
        wait_for(lambda settings=settings: worker._settings is settings)
    release.set()
    assert depths.wait(LIMIT_S) is not None
    assert len(loads) == 1


def test_without_the_back_end_asked_for_the_same_network_runs_on_another(start):
    def make(settings, check):
        if settings.backend == "openvino":
            raise SettingsError("OpenVINO is not installed")
        return FakeEstimator(settings)

    worker, frames, depths = start(make, DepthSettings(encoder="vits", backend="openvino"))
    frames.put(frame())
    assert depths.wait(LIMIT_S) is not None
    assert worker._estimator.settings.encoder == "vits"
    wait_for(lambda: worker.status.message == "OpenVINO is not installed")


def test_an_error_is_shown_once_and_the_thread_lives_on(start, caplog):
    estimator = FakeEstimator(error=RuntimeError("out of luck"))
    worker, frames, depths = start(lambda settings, check: estimator)
    frames.put(frame())
    wait_for(lambda: estimator.calls == 1)
    for index in (1, 2):
        frames.put(frame(index))
        wait_for(lambda index=index: estimator.calls > index)
    wait_for(lambda: worker.status.errors == 3)
    assert "out of luck" in worker.status.message
    assert sum(record.exc_info is not None for record in caplog.records) == 1
    estimator.error = None
    frames.put(frame(9))
    assert depths.wait(LIMIT_S).frame.index == 9
    wait_for(lambda: worker.status.message is None)


def test_missing_weights_fall_back_to_the_embedded_network_and_say_so(start):
    def make(settings, check):
        if settings.encoder != "lite":
            raise CheckpointError("the weights of vits are not on this machine")
        return FakeEstimator(settings)

    worker, frames, depths = start(make, DepthSettings(encoder="vits"))
    frames.put(frame())
    assert depths.wait(LIMIT_S) is not None
    wait_for(lambda: worker.status.depth_frames == 1)
    assert "vits" in worker.status.message
    worker.apply(DepthSettings(encoder="lite"))
    wait_for(lambda: worker.status.message is None)


def test_weights_that_came_later_are_loaded_on_demand(start):
    there, slow = threading.Event(), threading.Event()

    def make(settings, check):
        if settings.encoder == "vits" and not there.is_set():
            raise CheckpointError("the weights of vits are not on this machine")
        while settings.encoder != "vits" and not slow.wait(0.01):
            check()
        return FakeEstimator(settings)

    worker, frames, _depths = start(make, DepthSettings(encoder="vits"))
    frames.put(frame())
    wait_for(lambda: worker.status.loading == "vits")  # another one in its place, which takes its time
    there.set()
    worker.reload()
    wait_for(lambda: worker.status.state == "ready")
    assert worker._estimator.settings.encoder == "vits"
    assert worker.status.message is None


def test_no_network_at_all_is_a_state_not_a_crash(start):
    def make(settings, check):
        raise CheckpointError("nothing here")

    worker, frames, depths = start(make)
    frames.put(frame())
    wait_for(lambda: worker.status.state == "failed")
    assert worker.status.message == "nothing here"
    frames.put(frame(1, depth=np.ones((4, 4), np.float32), kind=DepthKind.METRIC))  # other sources still work
    assert depths.wait(LIMIT_S).model == "source"


def test_depth_of_the_source_bypasses_the_network(start):
    def make(settings, check):
        pytest.fail("no network is needed")

    worker, frames, depths = start(make)
    own = np.full((9, 16), 2.5, np.float32)
    own[0, 0] = np.nan
    k = default_intrinsics(64, 36, 90)
    frames.put(frame(depth=own, kind=DepthKind.METRIC, intrinsics=k))
    got = depths.wait(LIMIT_S)
    assert got.depth[0, 0] == 0
    assert got.depth[1, 1] == 2.5
    assert got.intrinsics == pytest.approx(default_intrinsics(16, 9, 90))
    assert got.camera == "known"
    assert worker.status.info is None


def test_new_settings_hold_for_a_still_picture_too(start):
    worker, frames, depths = start(FakeEstimator)
    frames.put(frame())
    got = depths.wait(LIMIT_S)
    assert got.camera == "assumed"
    assert got.intrinsics == pytest.approx(default_intrinsics(32, 18, 60))
    worker.apply(DepthSettings(fov_deg=90))
    got = depths.wait(LIMIT_S)
    assert got.camera == "known"
    assert got.intrinsics == pytest.approx(default_intrinsics(32, 18, 90))


def test_another_network_is_loaded_only_if_its_settings_change(start):
    made = []

    def make(settings, check):
        made.append(settings)
        return FakeEstimator(settings)

    worker, frames, depths = start(make)
    frames.put(frame())
    depths.wait(LIMIT_S)
    worker.apply(DepthSettings(range_time_s=2))
    depths.wait(LIMIT_S)
    assert len(made) == 1
    worker.apply(DepthSettings(input_size=128))
    depths.wait(LIMIT_S)
    assert [settings.input_size for settings in made] == [0, 128]


@pytest.mark.parametrize("change", ["cut", "source", "size", "jump"])
def test_a_new_scene_resets_what_looks_back(start, change):
    estimator = FakeEstimator()
    _worker, frames, depths = start(lambda settings, check: estimator)
    frames.put(frame(0))
    depths.wait(LIMIT_S)
    new = {
        "cut": frame(1, np.full((36, 64, 3), 255, np.uint8)),
        "source": frame(1, source_id="other"),
        "size": frame(1, checker(80, 36)),
        "jump": dataclasses.replace(frame(1), take=1),
    }[change]
    frames.put(new)
    depths.wait(LIMIT_S)
    assert estimator.resets == 1


def test_close_does_not_wait_for_a_long_frame(start):
    gate = threading.Event()
    estimator = FakeEstimator(gate=gate)
    worker, frames, _depths = start(lambda settings, check: estimator)
    frames.put(frame())
    wait_for(lambda: estimator.calls == 1)
    assert not worker.close(timeout_s=0.05)  # still busy, and left behind
    gate.set()


def test_close_ends_an_idle_thread(start):
    worker, _frames, _depths = start(FakeEstimator)
    assert worker.close()
    assert not any(
        thread.name == "depth" and thread.is_alive() for thread in threading.enumerate() if thread is worker._thread
    )


def test_what_is_not_finite_is_replaced():
    depth = np.array([[np.nan, 1, np.inf]], np.float32)
    assert list(measured_only(depth, DepthKind.DISPARITY, 0.5)[0]) == [0.5, 1, 0.5]
    assert list(measured_only(depth, DepthKind.METRIC, 0.5)[0]) == [0, 1, 0]


def test_maps_come_no_faster_than_asked_for(start):
    worker, frames, depths = start(FakeEstimator)
    worker.pace_s = 0.2
    started_s = []
    for i in range(3):
        frames.put(frame(i))
        started_s.append(depths.wait(LIMIT_S).started_s)
    assert np.diff(started_s).min() >= 0.19  # `pace_s`, but for what comes before the network
    worker.pace_s = 0.0
