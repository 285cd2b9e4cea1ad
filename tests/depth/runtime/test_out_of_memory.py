"""When memory does not suffice: a smaller input, said so, and the larger one again later."""

import numpy as np
import pytest
import torch

from engine.clock import FixedClock
from engine.depth.live.loader import EstimatorLoader
from engine.depth.live.worker import DepthWorker
from engine.depth.runtime.out_of_memory import (
    ADVICE,
    LEAST_INPUT_SIZE,
    LONGEST_RETRY_S,
    RETRY_S,
    InputLimit,
    is_out_of_memory,
)
from engine.frames import Frame
from engine.mailbox import Mailbox
from engine.settings import DepthSettings
from tests.depth.live.test_worker import FakeEstimator
from tests.depth_frames import checker
from tests.waiting import LIMIT_S, wait_for


class Hungry(FakeEstimator):
    """Needs more memory than there is above `fits` pixels."""

    def __init__(self, error, fits):
        super().__init__()
        self.input_size, self.fits, self.shortage = 518, fits, error
        self.tried = []

    def estimate(self, image):
        self.tried.append(self.input_size)
        if self.input_size > self.fits:
            raise self.shortage
        return super().estimate(image)


@pytest.fixture
def run():
    """Gives a worker frames, one at a time, on a clock that the test steps."""
    started = []

    def begin(estimator):
        frames, depths, clock = Mailbox(), Mailbox(), FixedClock()
        worker = DepthWorker(frames, depths, DepthSettings(), clock, lambda settings, check: estimator)
        worker.start()
        started.append(worker)

        def show(after_s=0.0, until=None):
            """Return the depth of another frame; or show it, and wait for something else."""
            clock.sleep_until(clock.now_s() + after_s)
            frames.put(Frame(checker(64, 36), 0, clock.now_s(), "test"))
            return wait_for(until) if until is not None else depths.wait(LIMIT_S)

        return worker, show

    yield begin
    for worker in started:
        worker.close()


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        MemoryError(),
        RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"),
    ],
)
def test_the_input_is_halved_until_it_fits_and_the_frame_is_not_lost(run, error):
    estimator = Hungry(error, fits=140)
    worker, show = run(estimator)
    assert show() is not None
    assert estimator.tried == [518, 259, 129]
    assert estimator.resets >= 2  # a stream cannot change its size
    wait_for(lambda: worker.status.message is not None)
    assert "running at 129 px" in worker.status.message
    assert "--encoder vits --max-res 320 --subsample 4" in worker.status.message
    assert worker.status.errors == 0


def test_the_larger_input_is_tried_again_later_and_seldomer_in_vain(run):
    estimator = Hungry(MemoryError(), fits=300)
    worker, show = run(estimator)
    show()
    estimator.tried.clear()
    show(after_s=RETRY_S - 1)
    assert estimator.tried == [259]
    show(after_s=1)
    assert estimator.tried == [259, 518, 259]  # in vain
    estimator.fits = 1000
    show(after_s=RETRY_S)
    assert estimator.tried[3:] == [259]
    show(after_s=RETRY_S)
    assert estimator.tried[4:] == [518]
    wait_for(lambda: worker.status.message is None)


def test_what_never_fits_is_an_error_with_advice_and_the_thread_lives(run):
    estimator = Hungry(MemoryError(), fits=0)
    worker, show = run(estimator)
    show(until=lambda: worker.status.errors == 1)
    assert ADVICE in worker.status.message
    assert f"not enough memory for live depth, even at {LEAST_INPUT_SIZE} px" in worker.status.message
    assert estimator.input_size == LEAST_INPUT_SIZE
    estimator.fits = 1000
    assert show() is not None


def test_waiting_has_an_end():
    limit, now_s = InputLimit(), 0.0
    assert limit.shrink(518, now_s) == 259
    for _ in range(20):
        limit.succeeded()
        now_s += LONGEST_RETRY_S
        assert limit.grow(now_s) == 518
        assert limit.shrink(518, now_s) == 259


def test_other_errors_are_no_shortage():
    assert not is_out_of_memory(RuntimeError("shapes do not match"))
    assert not is_out_of_memory(ValueError("out of memory of what happened"))


def test_a_network_too_large_to_load_is_said_so_and_another_is_taken():
    def make(settings, check):
        if settings.encoder == "vitl":
            raise torch.OutOfMemoryError("CUDA out of memory")
        return FakeEstimator(settings)

    loader = EstimatorLoader(make)
    loader.request(DepthSettings(encoder="vitl"))
    loaded = wait_for(loader.take)
    assert "not enough memory for vitl" in loaded.message
    assert ADVICE in loaded.message
    assert loaded.estimator.settings.encoder == "auto"
    assert np.isfinite(loaded.estimator.estimate(checker(8, 8))).all()
