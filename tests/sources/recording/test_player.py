import dataclasses
import threading

import numpy as np
import pytest

from engine.clock import FixedClock, RealClock
from engine.frames import Frame
from engine.sources.base import Recording
from engine.sources.recording.player import Player
from engine.sources.recording.transport import Transport
from engine.status.playback import Seek, SetLoop, SetSpeed
from tests.sources.conftest import Recorder
from tests.waiting import LIMIT_S, wait_for

COUNT, STEP_S = 100, 0.1


class Counted(Recording):
    """A hundred pictures, ten a second; each says its number in `Frame.image`."""

    source_id = "counted"
    duration_s = COUNT * STEP_S

    def __init__(self) -> None:
        self.next = 0
        self.reads = 0

    def read(self, max_res: int) -> Frame:
        number = self.next % COUNT
        self.next, self.reads = number + 1, self.reads + 1
        self.position_s = number * STEP_S
        return Frame(np.full((1, max_res, 3), number, np.uint8), self.reads, self.reads * STEP_S, self.source_id)

    def seek(self, position_s: float) -> None:
        self.next = min(round(position_s / STEP_S), COUNT - 1)

    def step_back(self) -> None:
        self.next = max(self.next - 2, 0)


class Watched(Transport):
    """Controls that count how often the player goes to sleep on them."""

    def __init__(self) -> None:
        super().__init__()
        self.sleeps = 0

    def wait(self, timeout_s: float) -> None:
        self.sleeps += 1
        super().wait(timeout_s)


class Stage:
    """A player on a thread of its own."""

    def __init__(self, clock) -> None:
        self.source, self.transport, self.box = Counted(), Watched(), Recorder()
        self.max_res = 8
        self.stop = threading.Event()
        player = Player(self.source, self.transport, clock, self.box.put, lambda: self.max_res)
        self.thread = threading.Thread(target=player.play, args=(self.stop,))

    @property
    def numbers(self) -> list[int]:
        return [int(frame.image[0, 0, 0]) for frame in self.box.frames]

    def close(self) -> None:
        self.stop.set()
        self.transport.wake()
        self.thread.join(LIMIT_S)
        assert not self.thread.is_alive()


@pytest.fixture
def stage():
    stages = []

    def begin(clock=None, *, is_paused: bool = False) -> Stage:
        stages.append(Stage(clock or RealClock()))
        if is_paused:
            stages[-1].transport.toggle()
        stages[-1].thread.start()
        wait_for(lambda: stages[-1].box.frames)
        return stages[-1]

    yield begin
    for each in stages:
        each.close()


def test_speed_scales_the_time_between_pictures(stage) -> None:
    clock = FixedClock(50.0)
    running = Stage(clock)
    running.transport.follow(SetSpeed(0.5))
    times_s = []

    def put(frame: Frame) -> None:
        times_s.append(frame.time_s)
        if len(times_s) == 4:
            running.transport.follow(SetSpeed(4.0))
        if len(times_s) == 7:
            running.stop.set()

    Player(running.source, running.transport, clock, put, lambda: 8).play(running.stop)
    np.testing.assert_allclose(times_s, [50, 50.2, 50.4, 50.6, 50.625, 50.65, 50.675])


@pytest.fixture
def sleepy(stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A paused player that sleeps for an hour unless it is woken."""
    monkeypatch.setattr("engine.sources.recording.player.IDLE_S", 3600)
    paused = stage(is_paused=True)
    wait_for(lambda: paused.transport.sleeps)
    return paused


def test_paused_it_reads_nothing_and_sleeps_until_a_step_which_is_shown_at_once(sleepy) -> None:
    for count in range(1, 6):
        wait_for(lambda count=count: sleepy.transport.sleeps == count)
        assert sleepy.source.reads == count
        assert sleepy.numbers == list(range(count))
        sleepy.transport.step(1)


def test_steps_show_the_very_next_and_the_very_last_picture(stage) -> None:
    playing = stage()
    playing.transport.follow(Seek(5.0))
    wait_for(lambda: 52 in playing.numbers)  # the next one is read already, and waits until it is due
    playing.transport.step(-1)
    wait_for(lambda: playing.numbers[-1] < playing.numbers[-2])
    assert playing.transport.playback.is_paused
    here = playing.numbers[-1]
    assert here == playing.numbers[-2] - 1
    for step in (1, 1, -1, -2, 3):
        count = len(playing.numbers)
        playing.transport.step(step)
        wait_for(lambda count=count: len(playing.numbers) > count)
        here += step
        assert playing.numbers[-1] == here
        wait_for(lambda here=here: playing.transport.playback.position_s == pytest.approx(here * STEP_S))


def test_a_jump_and_a_new_beginning_are_other_takes(stage) -> None:
    paused = stage(is_paused=True)
    for ask, place in (
        (lambda: paused.transport.step(1), 1),
        (lambda: paused.transport.step(-1), 0),
        (lambda: paused.transport.follow(Seek((COUNT - 1) * STEP_S)), COUNT - 1),
        (lambda: paused.transport.step(1), 0),
        (lambda: paused.transport.step(1), 1),
    ):
        ask()
        wait_for(lambda place=place: paused.numbers[-1] == place)
    assert [frame.take for frame in paused.box.frames] == [0, 0, 0, 1, 2, 2]


def test_the_pictures_of_a_slow_recording_are_one_take() -> None:
    class Slow(Counted):
        def read(self, max_res: int) -> Frame:
            frame = super().read(max_res)
            self.position_s *= 20  # a picture every two seconds
            return dataclasses.replace(frame, time_s=frame.time_s * 20)

    stop, takes = threading.Event(), []

    def put(frame: Frame) -> None:
        takes.append(frame.take)
        if len(takes) == 4:
            stop.set()

    Player(Slow(), Transport(), FixedClock(50.0), put, lambda: 8).play(stop)
    assert takes == [0, 0, 0, 0]


@pytest.mark.parametrize("ask", [lambda transport: transport.step(1), lambda transport: transport.follow(Seek(5.0))])
def test_what_is_asked_for_while_a_picture_is_being_read_does_not_wait(sleepy, ask) -> None:
    read, is_asked = sleepy.source.read, []

    def read_and_ask(max_res: int) -> Frame:
        if not is_asked:
            is_asked.append(True)
            ask(sleepy.transport)
        return read(max_res)

    sleepy.source.read = read_and_ask
    sleepy.transport.step(1)
    wait_for(lambda: len(sleepy.numbers) == 3)


def test_of_many_jumps_the_newest_counts_and_skips_add_up(stage) -> None:
    paused = stage(is_paused=True)
    for time_s in (1.0, 2.0, 3.0):
        paused.transport._changed.acquire()  # so that none is taken before the others are there
        paused.transport.follow(Seek(time_s))
    paused.transport.skip(2.0)
    paused.transport.skip(-0.5)
    for _ in range(3):
        paused.transport._changed.release()
    wait_for(lambda: len(paused.numbers) == 2)
    assert paused.numbers == [0, 45]
    assert paused.transport.playback.is_paused
    paused.transport.skip(-100)
    wait_for(lambda: paused.numbers[-1] == 0)
    paused.transport.skip(100)
    wait_for(lambda: paused.numbers[-1] == COUNT - 1)


def test_another_size_is_shown_while_it_is_paused(stage) -> None:
    paused = stage(is_paused=True)
    paused.transport.step(3)
    wait_for(lambda: paused.numbers[-1] == 3)
    paused.max_res = 5
    wait_for(lambda: paused.box.frames[-1].image.shape[1] == 5)
    assert paused.numbers[-1] == 3


def test_going_on_after_a_pause_neither_waits_nor_races(stage) -> None:
    clock = FixedClock(50.0)
    paused = stage(clock, is_paused=True)
    clock.sleep_until(60.0)
    paused.transport.toggle()
    wait_for(lambda: len(paused.numbers) >= 5)
    np.testing.assert_allclose([frame.time_s for frame in paused.box.frames[:5]], [50, 60.1, 60.2, 60.3, 60.4])


def test_the_loop_reaches_the_source(stage) -> None:
    playing = stage()
    playing.transport.follow(SetLoop((1.0, 2.0)))
    wait_for(lambda: playing.source.loop_s == (1.0, 2.0))
    assert playing.transport.playback.loop_s == (1.0, 2.0)


def test_a_loop_is_marked_at_its_ends_and_a_third_mark_lifts_it() -> None:
    transport = Transport()
    for position_s in (7.0, 3.0):  # the end first is as good
        transport.shown(position_s, 10.0)
        transport.mark_loop()
        if position_s == 7.0:
            assert transport.playback.loop_from_s == 7.0
            assert transport.playback.loop_s is None
    assert transport.playback.loop_s == (3.0, 7.0)
    assert transport.playback.loop_from_s is None
    transport.mark_loop()
    assert transport.playback.loop_s is None
