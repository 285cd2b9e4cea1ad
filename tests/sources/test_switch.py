"""The switch with sources that the test controls: slow to open, failing, silent."""

import os
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from engine.clock import FixedClock, RealClock
from engine.errors import SourceError
from engine.frames import Frame
from engine.mailbox import Mailbox
from engine.settings import SourceSettings
from engine.sources import Source, SourceSwitch
from engine.sources.recording.replay import ReplaySource
from engine.sources.recording.ring import KeptFrame
from tests.clips import demo_clip
from tests.sources.conftest import Begin, Recorder
from tests.sources.recording.test_rgbd import depth_frame
from tests.waiting import LIMIT_S, wait_for


class Fake(Source):
    """A hundred frames a second. `plug` says whether it works."""

    is_live = True

    def __init__(self, name: str, plug: threading.Event) -> None:
        self.source_id = name
        self._plug = plug
        self.is_closed = False
        self.max_res = 0

    def read(self, max_res: int) -> Frame | None:
        time.sleep(0.01)
        self.max_res = max_res
        if not self._plug.is_set():
            raise SourceError(f"{self.source_id} is unplugged")
        return Frame(np.zeros((3, 4, 3), np.uint8), 0, time.monotonic(), self.source_id)

    def close(self) -> None:
        self.is_closed = True


class Shelf:
    """Sources by name. Those called slow open when `slow_may_open` is set, others at once; unplugged ones cannot be."""

    def __init__(self) -> None:
        self.opened: list[Fake] = []
        self.slow_may_open = threading.Event()
        self._plugs: dict[str, threading.Event] = {}

    def plug(self, *names: str) -> None:
        for name in names:
            self._plug(name).set()

    def unplug(self, *names: str) -> None:
        for name in names:
            self._plug(name).clear()

    def open(self, settings: SourceSettings) -> Source:
        name = settings.source
        if name.startswith("slow"):
            assert self.slow_may_open.wait(LIMIT_S)
        if not self._plug(name).is_set():
            raise SourceError(f"{name} is missing")
        self.opened.append(Fake(name, self._plug(name)))
        return self.opened[-1]

    def _plug(self, name: str) -> threading.Event:
        return self._plugs.setdefault(name, threading.Event())


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    monkeypatch.setattr("engine.sources.reader.FIRST_RETRY_S", 0.05)
    shelf = Shelf()
    shelf.plug("a", "b", "slow")
    yield shelf
    shelf.slow_may_open.set()


@pytest.fixture
def switch(begin: Begin, shelf: Shelf) -> SourceSwitch:
    """Shows a."""
    started = begin(source="a", open_source=shelf.open)
    wait_for(lambda: started.frames_read > 1)
    return started


def ask_for(switch: SourceSwitch, source: str, **settings) -> None:
    switch.apply(SourceSettings(source=source, **settings))


def more_frames(switch: SourceSwitch) -> None:
    """Wait while twenty frames are delivered: what should not happen has time to happen, and the source goes on."""
    before = switch.frames_read
    wait_for(lambda: switch.frames_read >= before + 20)


def threads() -> set[str]:
    """The names of the threads that open, read or close a source."""
    return {t.name for t in threading.enumerate() if t.name.startswith(("source ", "closing "))}


def names(box: Recorder) -> list[str]:
    """The sources whose frames came, in order, without repetition: a source that comes again is named again."""
    seen = [frame.source_id for frame in box.frames]
    return [name for n, name in enumerate(seen) if n == 0 or seen[n - 1] != name]


def test_another_one_stands_in_until_the_first_picture(begin: Begin, shelf: Shelf, box: Recorder) -> None:
    switch = begin(source="camera", open_source=shelf.open, patient=True)
    wait_for(lambda: switch.is_lost)
    switch.fill_in(SourceSettings(source="b"))
    switch.fill_in(SourceSettings(source="b"))  # once is enough
    wait_for(lambda: len(box.frames) > 2)
    assert (switch.name, switch.is_lost, switch.message) == ("b", True, "camera is missing (retrying)")
    assert switch.shown_name is None  # what is remembered is not what stands in
    shelf.plug("camera")
    wait_for(lambda: switch.name == "camera")
    wait_for(lambda: shelf.opened[0].is_closed)
    assert names(box) == ["b", "camera"]
    assert not switch.is_lost
    switch.fill_in(SourceSettings(source="b"))
    assert switch.name == "camera"


def test_until_it_is_open_a_file_is_called_without_its_folders(begin: Begin, shelf: Shelf) -> None:
    switch = begin(source=os.path.abspath("photos/one.png"), open_source=shelf.open, patient=True)
    assert switch.name == "one.png"


def test_it_counts_as_the_screen_as_long_as_the_screen_may_be_seen(switch: SourceSwitch, shelf: Shelf) -> None:
    shelf.plug("screen")
    assert not switch.is_screen
    ask_for(switch, "screen")
    assert switch.is_screen  # although it is being opened
    wait_for(lambda: switch.name == "screen")
    ask_for(switch, "missing")
    wait_for(lambda: switch.message is not None)
    assert switch.is_screen  # it goes on
    ask_for(switch, "b")
    wait_for(lambda: switch.name == "b")
    assert not switch.is_screen


def test_another_source_takes_over_and_the_first_is_closed(switch: SourceSwitch, shelf: Shelf, box: Recorder) -> None:
    ask_for(switch, "b")
    wait_for(lambda: switch.name == "b")
    wait_for(lambda: shelf.opened[0].is_closed)
    assert names(box) == ["a", "b"]
    assert switch.message is None
    assert not switch.is_lost
    first = next(frame for frame in box.frames if frame.source_id == "b")
    assert first.index == 0
    assert switch.frames_read == len(box.frames)


def test_the_first_goes_on_while_the_second_is_slow_to_open(switch: SourceSwitch, shelf: Shelf, box: Recorder) -> None:
    ask_for(switch, "slow")  # returns although it cannot be opened yet
    more_frames(switch)
    assert names(box) == ["a"]
    shelf.slow_may_open.set()
    wait_for(lambda: switch.name == "slow")
    assert names(box) == ["a", "slow"]


def test_a_source_that_cannot_be_opened_leaves_the_first_at_work(
    switch: SourceSwitch, shelf: Shelf, box: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    ask_for(switch, "missing")
    wait_for(lambda: switch.message is not None)
    assert switch.message == "missing is missing; still showing a"
    assert switch.name == "a"
    assert not switch.is_lost
    shelf.plug("missing")
    more_frames(switch)
    assert names(box) == ["a"]  # it was refused, and is not tried again by itself
    assert [record.message for record in caplog.records] == ["missing is missing; still showing a"]
    ask_for(switch, "a")
    assert switch.message is None
    assert len(shelf.opened) == 1


def test_what_was_refused_is_tried_once_more_when_it_is_asked_for_again(switch: SourceSwitch, shelf: Shelf) -> None:
    ask_for(switch, "missing")
    wait_for(lambda: switch.message is not None)
    shelf.plug("missing")
    missing = SourceSettings(source="missing")
    switch.apply(missing)  # another setting has changed
    more_frames(switch)
    assert switch.name == "a"
    switch.apply(missing, again=True)
    wait_for(lambda: switch.name == "missing")
    assert switch.message is None


def test_a_source_that_opens_and_gives_nothing_is_refused_too(begin: Begin, shelf: Shelf) -> None:
    def open_source(settings: SourceSettings) -> Source:
        shelf.plug("dead")
        source = shelf.open(settings)
        shelf.unplug("dead")
        return source

    switch = begin(source="a", open_source=open_source)
    wait_for(lambda: switch.frames_read > 1)
    ask_for(switch, "dead")
    wait_for(lambda: switch.message is not None)
    assert switch.message == "dead is unplugged; still showing a"
    wait_for(lambda: shelf.opened[-1].is_closed)
    assert switch.name == "a"


def test_when_the_first_fails_too_the_second_is_tried_until_it_works(
    switch: SourceSwitch, shelf: Shelf, box: Recorder
) -> None:
    shelf.unplug("a")
    wait_for(lambda: switch.is_lost)
    ask_for(switch, "missing")
    wait_for(lambda: "missing is missing" in (switch.message or ""))
    assert switch.name == "missing"
    assert switch.is_lost
    shelf.plug("a", "missing")
    before = len(box.frames)
    wait_for(lambda: not switch.is_lost)
    assert {frame.source_id for frame in box.frames[before:]} == {"missing"}


def test_without_a_first_source_the_second_is_tried_until_it_works(begin: Begin, shelf: Shelf, box: Recorder) -> None:
    switch = begin(patient=True, source="missing", open_source=shelf.open)
    wait_for(lambda: switch.is_lost)
    ask_for(switch, "missing too")
    wait_for(lambda: "missing too" in (switch.message or ""))
    shelf.plug("missing too")
    wait_for(lambda: not switch.is_lost)
    assert switch.message is None
    assert names(box) == ["missing too"]


def test_the_newest_wish_wins(switch: SourceSwitch, shelf: Shelf, box: Recorder) -> None:
    for name in ("slow", "missing", "slow too", "b"):
        ask_for(switch, name)
    wait_for(lambda: switch.name == "b")
    shelf.slow_may_open.set()
    wait_for(lambda: threads() == {"source b"})
    assert names(box) == ["a", "b"]
    assert switch.message is None
    assert all(source.is_closed for source in shelf.opened if source.source_id != "b")


def test_going_back_before_the_other_is_open_changes_nothing(switch: SourceSwitch, shelf: Shelf, box: Recorder) -> None:
    ask_for(switch, "b")
    ask_for(switch, "a")
    more_frames(switch)
    assert names(box) == ["a"]
    assert not shelf.opened[0].is_closed


def test_max_res_is_passed_on_at_once(switch: SourceSwitch, shelf: Shelf) -> None:
    ask_for(switch, "a", max_res=100)
    wait_for(lambda: shelf.opened[0].max_res == 100)
    ask_for(switch, "b", max_res=100)
    ask_for(switch, "b", max_res=200)
    wait_for(lambda: switch.name == "b" and shelf.opened[1].max_res == 200)
    assert len(shelf.opened) == 2


@pytest.mark.parametrize(
    ("source", "settings", "is_opened_anew"),
    [
        ("demo", {"demo_depth": False}, True),
        ("demo", {"sequence_fps": 5.0, "camera_fps": 9.0, "screen_fps": 3.0, "depth_map_scale": 2.0}, False),
        ("webcam", {"camera_width": 640}, True),
        ("webcam", {"camera_height": 480}, True),
        ("webcam", {"camera_fps": 15.0}, True),
        ("webcam", {"screen_fps": 15.0}, False),
        ("screen", {"screen_fps": 15.0}, True),
        ("screen", {"camera_fps": 15.0}, False),
        ("rtsp://host/a", {"camera_fps": 15.0}, False),
        ("folder", {"sequence_fps": 5.0}, True),
        ("folder", {"demo_depth": False}, False),
        ("p.png", {"depth_map": "d.png"}, True),
        ("p.png", {"depth_map_kind": "metric"}, True),
    ],
)
def test_a_source_is_opened_anew_when_a_setting_of_its_own_changes(
    begin: Begin, shelf: Shelf, source: str, settings: dict, is_opened_anew: bool
) -> None:
    shelf.plug(source)
    switch = begin(source=source, open_source=shelf.open)
    wait_for(lambda: switch.frames_read > 1)
    ask_for(switch, source, **settings)
    if is_opened_anew:
        wait_for(lambda: len(shelf.opened) == 2 and shelf.opened[0].is_closed)
    else:
        more_frames(switch)
        assert len(shelf.opened) == 1
        assert not shelf.opened[0].is_closed


def test_a_camera_is_closed_before_it_is_opened_in_another_way(begin: Begin, shelf: Shelf, box: Recorder) -> None:
    shelf.plug("webcam", "webcam:0")

    def open_if_free(settings: SourceSettings) -> Source:
        if not all(source.is_closed for source in shelf.opened):
            raise SourceError("the camera is in use")
        return shelf.open(settings)

    switch = begin(source="webcam", open_source=open_if_free)
    for number, name in enumerate(("webcam", "webcam:0"), 2):
        ask_for(switch, name, camera_width=640)
        wait_for(lambda number=number: len(shelf.opened) == number)
        assert switch.message is None
        wait_for(lambda number=number: len({id(source) for source in shelf.opened if source.max_res}) == number)


def test_a_camera_still_being_opened_in_one_way_is_awaited(begin: Begin, shelf: Shelf) -> None:
    shelf.plug("webcam")
    users, is_opening, may_open = threading.Semaphore(), threading.Event(), threading.Event()

    def open_if_free(settings: SourceSettings) -> Source:
        if settings.source == "webcam" and not users.acquire(blocking=False):
            raise SourceError("the camera is in use")
        if settings.source == "webcam":
            is_opening.set()
            assert may_open.wait(LIMIT_S)
            users.release()  # closed at once, as it is not wanted any more
        return shelf.open(settings)

    switch = begin(source="a", open_source=open_if_free)
    wait_for(lambda: switch.frames_read > 1)
    ask_for(switch, "webcam")
    wait_for(is_opening.is_set)
    ask_for(switch, "webcam", camera_width=640)
    more_frames(switch)
    may_open.set()
    wait_for(lambda: switch.name == "webcam")
    assert switch.message is None


def test_a_replay_is_shown_in_place_of_the_source_until_it_ends(
    switch: SourceSwitch, shelf: Shelf, box: Recorder
) -> None:
    wait_for(lambda: switch.frames_read > 1)
    past = [KeptFrame.of(depth_frame(index), index / 100) for index in range(10)]
    switch.replay(lambda: ReplaySource(past))
    wait_for(lambda: switch.newest is not None and switch.newest.take < 0)
    assert switch.is_replaying
    assert switch.transport is not None
    switch.transport.toggle()
    since, first = len(box.frames), switch._replay.unseen
    wait_for(lambda: switch._replay.unseen is not first)  # it goes on
    assert all(frame.take < 0 and frame.depth is not None for frame in box.frames[since:])
    assert all(frame.position_s is None for frame in box.frames[since:])
    assert switch.end_replay()
    assert not switch.end_replay()
    assert (switch.is_replaying, switch.transport, switch.newest.source_id) == (False, None, "a")
    more_frames(switch)
    assert not box.frames[-1].take < 0

    switch.replay(lambda: ReplaySource(past))
    wait_for(lambda: switch.newest is not None and switch.newest.take < 0)
    ask_for(switch, "missing")
    wait_for(lambda: switch.message is not None)
    assert switch.is_replaying
    ask_for(switch, "b")
    wait_for(lambda: switch.newest.source_id == "b")
    assert not switch.is_replaying, "another source was opened"


def test_a_recording_pauses_during_the_replay_and_is_shown_again_as_it_was(begin: Begin, box: Recorder, tmp_path):
    switch = begin(source=str(demo_clip(tmp_path / "clip.mp4", frames=50)))
    wait_for(lambda: switch.frames_read > 3)
    video = switch.transport
    past = [KeptFrame.of(depth_frame(index), index / 100) for index in range(10)]
    switch.replay(lambda: ReplaySource(past))
    assert video.playback.is_paused
    wait_for(lambda: switch.newest.take < 0)
    switch.end_replay()
    assert switch.transport is video
    assert not switch.newest.take < 0
    assert not video.playback.is_paused

    video.toggle()
    switch.replay(lambda: ReplaySource(past))
    wait_for(lambda: switch.newest.take < 0)
    switch.end_replay()
    assert video.playback.is_paused, "the user had paused it"
    assert not switch.newest.take < 0


def test_size_and_rate(box: Recorder) -> None:
    clock, goes_on = FixedClock(50.0), threading.Event()

    class Steady(Fake):
        """A hundred frames a second on that clock, two hundred in all until it goes on."""

        count = 0

        def read(self, max_res: int) -> Frame | None:
            self.count += 1
            if self.count > 200:
                assert goes_on.wait(LIMIT_S)
            clock.sleep_until(50.0 + self.count / 100)
            return Frame(np.zeros((3, 4, 3), np.uint8), 0, clock.now_s(), self.source_id)

    switch = SourceSwitch(box, clock, SourceSettings(source="a"), lambda settings: Steady("a", threading.Event()))
    switch.start()
    wait_for(lambda: switch.frames_read == 200)
    assert switch.size_px == (4, 3)
    assert switch.fps == pytest.approx(100)
    clock.sleep_until(clock.now_s() + 1.0)
    assert switch.fps == pytest.approx(100 * 199 / 299, rel=0.01)
    goes_on.set()
    switch.close()


def test_the_rate_of_a_still_is_nothing(box: Recorder, tmp_path) -> None:
    from tests.sources.media import quarters, write_picture

    clock = FixedClock(50.0)
    switch = SourceSwitch(box, clock, SourceSettings(source=str(write_picture(tmp_path / "p.png", quarters(80, 60)))))
    assert switch.size_px is None
    assert switch.fps == 0
    switch.start()
    wait_for(lambda: switch.frames_read == 1)
    clock.sleep_until(99.0)
    assert switch.fps == 0
    assert switch.size_px == (80, 60)
    assert not switch.is_lost
    switch.close()


def test_an_impatient_start_fails_at_once(shelf: Shelf) -> None:
    switch = SourceSwitch(Mailbox(), RealClock(), SourceSettings(source="missing"), shelf.open)
    with pytest.raises(SourceError, match="missing is missing"):
        switch.start()
    switch.close()


@pytest.mark.parametrize("then", ["nothing", "slow", "missing"])
def test_closing_is_quick_and_final(switch: SourceSwitch, shelf: Shelf, box: Recorder, then: str) -> None:
    if then != "nothing":
        ask_for(switch, then)
    switch.close()  # returns although a slow source is still being opened
    switch.close()
    count = len(box.frames)
    ask_for(switch, "b")
    shelf.slow_may_open.set()
    wait_for(lambda: not threads())
    assert len(box.frames) == count
    assert all(source.is_closed for source in shelf.opened)
    assert "b" not in [source.source_id for source in shelf.opened]


def test_many_switches_in_a_row_leave_one_source_and_no_thread(begin: Begin, shelf: Shelf, box: Recorder) -> None:
    before = set(threading.enumerate())
    switch = begin(source="a", open_source=shelf.open)
    for n in range(40):
        ask_for(switch, "ab"[n % 2])
        time.sleep(0.001 * (n % 8) ** 2)
    ask_for(switch, "b")
    wait_for(lambda: switch.name == "b")
    wait_for(lambda: sum(not source.is_closed for source in shelf.opened) == 1)
    wait_for(lambda: {thread.name for thread in set(threading.enumerate()) - before} == {"source b"})
    switch.close()
    assert all(source.is_closed for source in shelf.opened)
    wait_for(lambda: not set(threading.enumerate()) - before)
