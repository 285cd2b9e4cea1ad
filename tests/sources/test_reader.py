import threading
import time
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pytest

from engine.clock import FixedClock, RealClock
from engine.errors import SourceError
from engine.frames import Frame
from engine.sources.base import Source
from engine.sources.reader import SourceReader
from tests.sources.conftest import Recorder
from tests.waiting import LIMIT_S, wait_for


class Scripted(Source):
    """Gives frames at the given times, then nothing more; an exception among the times is raised."""

    source_id = "script"

    def __init__(self, times_s: Iterable[float | Exception], on_read: Callable[[], None] = lambda: None) -> None:
        self._times_s: Iterator[float | Exception] = iter(times_s)
        self._on_read = on_read
        self._index = 0
        self.max_res = 0
        self.is_closed = False

    def read(self, max_res: int) -> Frame | None:
        self.max_res = max_res
        time_s = next(self._times_s, None)
        if time_s is None:
            return None
        if isinstance(time_s, Exception):
            raise time_s
        self._on_read()
        frame = Frame(np.zeros((2, 2, 3), np.uint8), self._index, time_s, self.source_id)
        self._index += 1
        return frame

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def start(box: Recorder):
    """Starts readers, and closes them after the test."""
    readers: list[SourceReader] = []

    def begin(open_source: Callable[[], Source], clock=None, max_res: int = 64, patient: bool = False) -> SourceReader:
        readers.append(SourceReader(open_source, box.put, clock or FixedClock(100.0), max_res, name="script:1"))
        readers[-1].start(patient)
        return readers[-1]

    yield begin
    for reader in readers:
        reader.close()


def test_frames_are_put_when_due_and_stamped_with_the_programs_clock(start, box: Recorder) -> None:
    start(lambda: Scripted([3.0, 3.04, 3.5, 13.5]))  # anchored at the first
    wait_for(lambda: len(box.frames) == 4)
    np.testing.assert_allclose([frame.time_s for frame in box.frames], [100, 100.04, 100.5, 110.5])
    assert [frame.index for frame in box.frames] == [0, 1, 2, 3]


def test_real_time(start, box: Recorder) -> None:
    began_s = time.monotonic()
    start(lambda: Scripted([n * 0.04 for n in range(6)]), clock=RealClock())
    wait_for(lambda: len(box.frames) == 6)
    assert time.monotonic() - began_s >= 0.2
    assert all(frame.time_s >= began_s + n * 0.04 for n, frame in enumerate(box.frames))


def test_a_late_source_goes_on_from_where_it_is(start, box: Recorder) -> None:
    clock = FixedClock()
    delays_s = iter([0, 2.0, 0, 0])
    start(
        lambda: Scripted([0.0, 0.1, 0.2, 0.3], on_read=lambda: clock.sleep_until(clock.now_s() + next(delays_s))),
        clock=clock,
    )
    wait_for(lambda: len(box.frames) == 4)
    np.testing.assert_allclose([frame.time_s for frame in box.frames], [0, 2.0, 2.1, 2.2])


def test_a_little_lateness_is_made_up_for(start, box: Recorder) -> None:
    clock = FixedClock()
    delays_s = iter([0, 0.25, 0, 0])
    start(
        lambda: Scripted([0.0, 0.1, 0.2, 0.3], on_read=lambda: clock.sleep_until(clock.now_s() + next(delays_s))),
        clock=clock,
    )
    wait_for(lambda: len(box.frames) == 4)
    np.testing.assert_allclose([frame.time_s for frame in box.frames], [0, 0.25, 0.25, 0.3])


def test_the_newest_frame_wins(start, box: Recorder) -> None:
    reader = start(lambda: Scripted([0.0, 0.1, 0.2]))
    wait_for(lambda: reader.frames_read == 3)
    assert box.take().index == 2
    assert box.take() is None
    assert box.dropped == 2


def test_max_res_may_be_set_while_it_runs(start) -> None:
    source = Scripted([0.0])
    reader = start(lambda: source, max_res=64)
    wait_for(lambda: source.max_res == 64)
    reader.max_res = 128
    wait_for(lambda: source.max_res == 128)


def test_a_source_that_cannot_be_opened_fails_at_start(box: Recorder) -> None:
    def fail() -> Source:
        raise SourceError("clip.mp4 is missing")

    reader = SourceReader(fail, box.put, FixedClock(), 64)
    with pytest.raises(SourceError, match="is missing"):
        reader.start()
    reader.close()


def test_an_error_is_shown_logged_once_and_the_source_reopened(
    start, box: Recorder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("engine.sources.reader.FIRST_RETRY_S", 0.05)
    lost = SourceError("camera 0 is gone")
    sources = [Scripted([0.0, lost]), Scripted([lost]), Scripted([lost]), Scripted([0.0])]
    opened = iter(sources)
    reader = start(lambda: next(opened))
    wait_for(lambda: reader.message is not None)
    assert "camera 0 is gone" in reader.message
    assert box.take().index == 0  # the last frame stays valid
    wait_for(lambda: reader.frames_read == 2)
    wait_for(lambda: reader.message is None)
    assert box.frames[1].index == 1
    assert all(source.is_closed for source in sources[:3])
    assert sum("camera 0 is gone" in record.message for record in caplog.records) == 1
    assert not any(record.exc_info for record in caplog.records)  # expected: one line, no traceback


def test_a_source_that_cannot_be_reopened_keeps_its_message(start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.sources.reader.FIRST_RETRY_S", 0.01)
    opened = iter([Scripted([ValueError("a bug")])])

    def reopen() -> Source:
        source = next(opened, None)
        if source is None:
            raise SourceError("still unplugged")
        return source

    reader = start(reopen)
    wait_for(lambda: "still unplugged" in (reader.message or ""))


def test_a_bug_in_a_source_is_logged_with_its_traceback_once(
    start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("engine.sources.reader.FIRST_RETRY_S", 0.01)
    opened = iter([Scripted([0.0, ZeroDivisionError("a bug")]) for _ in range(3)] + [Scripted([0.0])])
    reader = start(lambda: next(opened))
    wait_for(lambda: reader.frames_read == 4)
    assert sum(record.exc_info is not None for record in caplog.records) == 1
    assert reader.message is None


def test_a_source_that_comes_and_goes_does_not_fill_the_log(
    start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("engine.sources.reader.FIRST_RETRY_S", 0.001)
    opened = iter([Scripted([0.0, SourceError("gone")]) for _ in range(40)] + [Scripted([0.0])])
    reader = start(lambda: next(opened))
    wait_for(lambda: reader.frames_read == 41)
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        "gone; retrying", *(f"gone; retrying (×{count})" for count in (2, 4, 8, 16, 32))
    ]  # fmt: skip


def test_waits_between_attempts_double_up_to_a_limit(start, monkeypatch: pytest.MonkeyPatch) -> None:
    waits_s: list[float] = []

    class Noted(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits_s.append(timeout)
            return super().wait(0.001)

    def fail() -> Source:
        raise SourceError("unplugged")

    monkeypatch.setattr("engine.sources.reader.Event", Noted)
    start(fail, patient=True)
    wait_for(lambda: len(waits_s) >= 7)
    assert waits_s[:7] == [0.5, 1, 2, 4, 8, 8, 8]


def test_a_patient_start_says_what_is_wrong_and_goes_on_trying(start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.sources.reader.FIRST_RETRY_S", 0.05)
    is_there = threading.Event()

    def open_source() -> Source:
        if not is_there.is_set():
            raise SourceError("no camera was found")
        return Scripted([0.0])

    reader = start(open_source, patient=True)
    wait_for(lambda: reader.message is not None)
    assert reader.message == "no camera was found (retrying)"
    assert reader.is_lost
    assert reader.name == "script:1"
    is_there.set()
    wait_for(lambda: reader.frames_read == 1)
    assert reader.message is None
    assert not reader.is_lost
    assert reader.name == "script"


class Live(Scripted):
    is_live = True

    def read(self, max_res: int) -> Frame | None:
        frame = super().read(max_res)
        if frame is None:
            time.sleep(0.005)
        return frame


def test_live_frames_are_not_held_back_and_keep_their_time(start, box: Recorder) -> None:
    reader = start(lambda: Live([7.0, 3600.0, 3.0]))
    wait_for(lambda: reader.frames_read == 3)
    assert [frame.time_s for frame in box.frames] == [7.0, 3600.0, 3.0]
    assert [frame.index for frame in box.frames] == [0, 1, 2]


def test_silence_of_a_live_source_is_noticed_while_it_blocks(start) -> None:
    clock, answer = FixedClock(100.0), threading.Event()
    timeouts_s = iter([0, LIMIT_S])
    reader = start(lambda: Live([1.0, 2.0], on_read=lambda: answer.wait(next(timeouts_s)) and None), clock=clock)
    wait_for(lambda: reader.frames_read == 1)
    clock.sleep_until(101.9)
    assert reader.message is None
    clock.sleep_until(105.0)
    assert reader.message == "script: no frame for 5 s"
    assert reader.is_lost
    answer.set()
    wait_for(lambda: reader.frames_read == 2)
    assert reader.message is None


def test_a_still_that_was_read_is_not_lost(start) -> None:
    clock = FixedClock(100.0)
    reader = start(lambda: Scripted([0.0]), clock=clock)
    wait_for(lambda: reader.frames_read == 1)
    clock.sleep_until(200.0)
    assert reader.message is None
    assert not reader.is_lost


def test_a_warning_of_the_source_is_passed_on(start) -> None:
    source = Scripted([0.0])
    reader = start(lambda: source)
    wait_for(lambda: reader.frames_read == 1)
    source.warning = "it is dark"
    assert reader.message == "it is dark"
    assert not reader.is_lost


def test_the_excluded_part_is_passed_on_also_to_a_source_opened_later(start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.sources.reader.FIRST_RETRY_S", 0.01)
    sources = [Scripted([0.0, SourceError("gone")]), Scripted([0.0])]
    opened = iter(sources)
    reader = start(lambda: next(opened))
    reader.exclude((1, 2, 3, 4))
    wait_for(lambda: sources[1].excluded == (1, 2, 3, 4))


def test_closing_closes_the_source(start) -> None:
    source = Scripted([0.0])
    reader = start(lambda: source)
    wait_for(lambda: reader.frames_read == 1)
    reader.close()
    reader.close()
    assert source.is_closed


def test_closing_does_not_wait_for_a_frame_that_is_far_off(start) -> None:
    source = Scripted([0.0, 3600.0])
    reader = start(lambda: source, clock=RealClock())
    wait_for(lambda: reader.frames_read == 1)
    reader.close()
    wait_for(lambda: source.is_closed)


def test_closing_leaves_a_source_that_hangs_behind(start) -> None:
    answer = threading.Event()
    source = Scripted([0.0, 1.0], on_read=lambda: answer.wait(LIMIT_S) and None)
    reader = start(lambda: source)
    reader.close()  # returns although the source does not answer
    assert not source.is_closed
    answer.set()
    wait_for(lambda: source.is_closed)
    assert reader.frames_read == 0
