import threading
from dataclasses import replace

import numpy as np
import pytest

from engine.clock import RealClock
from engine.depth.capture.background import BackgroundCapture
from engine.depth.capture.result import Estimate, capture_of
from engine.errors import CheckpointError
from engine.frames import DepthKind
from engine.settings import DepthSettings, Settings
from tests.depth_frames import checker, depth_frame
from tests.waiting import LIMIT_S, wait_for


class Counter:
    """A network that numbers its captures, and fails when told to."""

    name = "counter"
    calls = 0
    error = None
    report = staticmethod(lambda share: None)

    def size_for(self, frame, settings):
        return 504

    def watch(self, report):
        self.report = report

    def take(self, frames, settings):
        self.calls += 1
        self.report(0.5)
        if self.error:
            raise self.error
        seen = Estimate(np.full((4, 4), self.calls, np.float32), DepthKind.RELATIVE_DEPTH)
        return tuple(capture_of(frame, seen, self.name, settings.depth, 0.0, 1.0) for frame in frames)


@pytest.fixture
def retakes():
    opened = []

    def begin(make):
        opened.append(BackgroundCapture(RealClock(), make))
        return opened[-1]

    yield begin
    for retake in opened:
        retake.close()


def shown():
    return depth_frame(np.full((18, 32), 2.0), checker(32, 18))


def ended(retake):
    """Return what the request gave, in the end; None if that was nothing."""

    def outcome():
        is_over = retake.progress is None  # asked first: what came is there by then
        captures = retake.take()
        return (captures,) if captures or is_over else None

    return wait_for(outcome)[0]


def test_a_capture_has_the_very_picture_and_the_depth_that_was_on_screen(retakes):
    counter = Counter()
    retake = retakes(lambda settings, clock: counter)
    for number in (1, 2):
        before = shown()
        retake.request([before], Settings())
        (capture,) = wait_for(retake.take)
        assert capture.frame.frame is before.frame
        assert capture.live is before
        assert capture.frame.depth[0, 0] == number
        assert retake.progress is retake.take() is None


def test_a_capture_is_as_large_as_the_source_had_it(retakes):
    original, small = checker(96, 54), shown()
    frame = replace(small.frame, original=lambda: original, intrinsics=np.diag([30.0, 30.0, 1.0]))
    retake = retakes(lambda settings, clock: Counter())
    retake.request([replace(small, frame=frame)], Settings())
    (capture,) = wait_for(retake.take)
    taken = capture.frame.frame
    assert taken.image is original
    assert taken.intrinsics[0, 0] == 90
    assert taken.original is None
    assert capture.live.frame is frame


@pytest.mark.parametrize("has_depth", [True, False])
@pytest.mark.parametrize("size", [{}, {"calibrated_width": 32, "calibrated_height": 18}])
def test_a_focal_length_without_a_size_is_in_pixels_of_the_live_picture(retakes, has_depth, size):
    small = shown()
    frame = replace(small.frame, original=lambda: checker(96, 54))
    if has_depth:
        frame = replace(frame, depth=small.depth, kind=DepthKind.METRIC)
    retake = retakes(lambda settings, clock: Counter())
    told = Settings().replace(focal_length_x=40, principal_point_x=11.5, **size)
    retake.request([replace(small, frame=frame)], told)
    (capture,) = wait_for(retake.take)
    width = capture.frame.depth.shape[1]
    assert capture.frame.camera == "known"
    assert capture.frame.intrinsics[0, 0] == pytest.approx(40 * width / 32)
    assert capture.frame.intrinsics[0, 2] == pytest.approx(12 * width / 32)


def test_views_come_in_the_order_of_the_request(retakes):
    retake = retakes(lambda settings, clock: Counter())
    views = [shown(), shown(), shown()]
    retake.request(views, Settings())
    assert [capture.live for capture in wait_for(retake.take)] == views


def test_progress_says_what_is_done_and_how_far_it_is(retakes):
    goes_on = threading.Event()
    seen = []

    class Slow(Counter):
        def take(self, frames, settings):
            self.report(0.25)
            seen.append(retake.progress)
            goes_on.wait(LIMIT_S)
            return super().take(frames, settings)

    def make(settings, clock):
        seen.append(retake.progress)
        return Slow()

    retake = retakes(make)
    assert retake.progress is None
    retake.request([shown()], Settings())
    wait_for(lambda: len(seen) == 2)
    assert seen[0].text.startswith("loading")
    assert seen[0].share is None
    assert (seen[1].text, seen[1].share) == ("capturing with counter at 504 px", 0.25)
    goes_on.set()
    assert ended(retake)


class Endless(Counter):
    """A network that computes until it is stopped."""

    def __init__(self):
        self.begun, self.stopped = threading.Event(), threading.Event()

    def take(self, frames, settings):
        if self.calls:
            return super().take(frames, settings)
        self.calls += 1
        try:
            while True:
                self.report(0.5)
                self.begun.set()
        finally:
            self.stopped.set()


def test_a_cancelled_capture_stops_computing_and_never_comes(retakes):
    network = Endless()
    retake = retakes(lambda settings, clock: network)
    retake.request([shown()], Settings())
    assert network.begun.wait(LIMIT_S)
    retake.cancel()
    assert network.stopped.wait(LIMIT_S)
    assert retake.take() is retake.progress is retake.message is None


def test_a_newer_request_stops_the_one_that_runs_and_begins_at_once(retakes):
    network = Endless()
    retake = retakes(lambda settings, clock: network)
    retake.request([shown()], Settings())
    assert network.begun.wait(LIMIT_S)
    newer = shown()
    retake.request([newer], Settings())
    assert wait_for(retake.take)[0].live is newer
    assert network.stopped.is_set()


def test_a_capture_that_is_cancelled_while_its_network_loads_leaves_the_network_for_the_next(retakes):
    loading, goes_on, made = threading.Event(), threading.Event(), []

    def make(settings, clock):
        loading.set()
        assert goes_on.wait(LIMIT_S)
        made.append(Counter())
        return made[-1]

    retake = retakes(make)
    retake.request([shown()], Settings())
    assert loading.wait(LIMIT_S)
    retake.cancel()
    goes_on.set()
    retake.request([shown()], Settings())
    assert ended(retake)
    assert [network.calls for network in made] == [1]


def test_close_stops_a_capture(retakes):
    network = Endless()
    retake = retakes(lambda settings, clock: network)
    retake.request([shown()], Settings())
    assert network.begun.wait(LIMIT_S)
    retake.close(LIMIT_S)
    assert network.stopped.is_set()


def test_a_network_stays_until_another_one_is_wanted(retakes):
    made = []

    def make(settings, clock):
        made.append(settings)
        return Counter()

    retake = retakes(make)
    for changes in ({}, {"fov_deg": 70.0}, {"capture_model": "lite"}, {"capture_model": "lite"}):
        retake.request([shown()], Settings().replace(**changes))
        assert ended(retake)
    assert [settings.capture.capture_model for settings in made] == ["auto", "lite"]


def test_a_capture_that_fails_says_so_and_the_next_one_may_work(retakes):
    counter = Counter()
    counter.error = RuntimeError("too hard")
    retake = retakes(lambda settings, clock: counter)
    retake.request([shown()], Settings())
    assert not ended(retake)
    assert "too hard" in retake.message
    retake.cancel()
    assert retake.message is None
    counter.error = None
    retake.request([shown()], Settings())
    assert retake.message is None
    assert ended(retake)


def test_no_weights_at_all(retakes):
    def make(settings, clock):
        raise CheckpointError("nothing here")

    retake = retakes(make)
    retake.request([shown()], Settings())
    assert not ended(retake)
    assert "nothing here" in retake.message


def test_depth_that_came_with_the_picture_stays_and_needs_no_network(retakes):
    def make(settings, clock):
        pytest.fail("no network was wanted")

    before = shown()
    before = replace(before, frame=replace(before.frame, depth=before.depth, kind=DepthKind.METRIC))
    retake = retakes(make)
    retake.request([before], Settings())
    (capture,) = wait_for(retake.take)
    assert capture.frame.depth is before.depth
    assert (capture.frame.model, capture.frame.camera) == ("source", "assumed")


@pytest.mark.parametrize(
    ("known", "predicted", "origin", "focal_px"),
    [
        (True, True, "known", 40),
        (False, True, "predicted", 7),
        (False, False, "assumed", 13.8564),
    ],
)
def test_a_camera_that_is_known_stays_then_comes_the_predicted_one(known, predicted, origin, focal_px):
    def pinhole(focal):
        return np.array([[focal, 0, 0], [0, focal, 0], [0, 0, 1.0]])

    frame = depth_frame(np.ones((18, 32)), checker(32, 18)).frame
    frame = replace(frame, intrinsics=pinhole(80) if known else None)
    seen = Estimate(np.ones((9, 16), np.float32), DepthKind.METRIC, intrinsics=pinhole(7) if predicted else None)
    capture = capture_of(frame, seen, "m", DepthSettings(), 0.0, 1.0)
    assert capture.frame.camera == origin
    assert capture.frame.intrinsics[0, 0] == pytest.approx(focal_px)
