import pytest

from engine.app.dispatcher import Dispatcher
from engine.app.notices import LONG_NOTICE_S, NOTICE_S, Notices
from engine.clock import FixedClock
from engine.errors import OutputError
from engine.jobs import JobRunner
from engine.status.commands import CopyText, Invoke, RemoveView
from engine.status.notices import Notice, NoticeButton

BUTTON = NoticeButton("Open folder", Invoke("open"))


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def notices(clock):
    return Notices(clock)


def texts(notices):
    return [notice.text for notice in notices.status.shown]


def test_what_is_said_fades_and_what_is_pinned_stays(notices, clock):
    notices.warn("no network")
    notices.confirm("saved")
    notices.pin("ruler", "Click two points.", "info")
    assert notices.status.warnings == ("no network",)
    assert notices.status.infos == ("Click two points.", "saved")
    clock.sleep_until(NOTICE_S)
    assert texts(notices) == ["Click two points."]
    assert notices.unpin("ruler")
    assert not notices.unpin("ruler")
    assert texts(notices) == []
    assert [notice.text for notice in notices.status.history] == ["saved", "no network"]


def test_a_notice_with_a_button_stays_long_enough_to_press_it(notices, clock):
    notices.confirm("saved", BUTTON)
    clock.sleep_until(NOTICE_S)
    assert notices.status.shown[0].buttons == (BUTTON,)
    clock.sleep_until(LONG_NOTICE_S)
    assert texts(notices) == []


def test_what_cannot_be_done_is_answered_by_the_next_key(notices):
    notices.warn("Only videos can be rewound.")
    notices.report("/a/settings.toml is damaged", "warning")
    notices.confirm("saved")
    notices.answered()
    assert texts(notices) == ["settings.toml is damaged.", "saved"]


def test_at_most_three_are_shown_and_what_is_wrong_comes_first(notices):
    for text in ("one", "two", "three"):
        notices.confirm(text)
    notices.report("broken")
    notices.pin("source", "no camera")
    assert texts(notices) == ["no camera", "three", "Broken."]
    notices.confirm("three")
    assert texts(notices).count("three") == 1, "said again, not twice"


def test_a_notice_that_was_closed_comes_back_only_with_something_new(notices):
    notices.confirm("saved")
    notices.pin("source", "no camera")
    for notice in notices.status.shown:
        notices.dismiss(notice.number)
    notices.pin("source", "no camera")  # as in each iteration of the loop
    assert texts(notices) == []
    notices.pin("source", "the camera is in use")
    assert texts(notices) == ["the camera is in use"]
    notices.pin("source", None)
    notices.pin("source", "the camera is in use")
    assert texts(notices) == ["the camera is in use"]


def test_a_job_that_has_nothing_to_say_leaves_the_last_notice(notices):
    runner = JobRunner("files", notices.job_done)
    runner.start("saving", lambda job: Notice("saved a.png", "success"))
    runner.start("saving the settings", lambda job: None)
    runner.finish()
    assert notices.status.infos == ("saved a.png",)


def test_a_job_that_fails_is_an_error_without_folders_which_can_be_copied_in_full(notices):
    def fail(job):
        raise OutputError("/home/me/a.png cannot be written: the disk is full")

    runner = JobRunner("files", notices.job_done)
    runner.start("saving", fail)
    runner.finish()
    (notice,) = notices.status.shown
    assert (notice.kind, notice.text) == ("error", "a.png cannot be written: the disk is full.")
    (button,) = notice.buttons
    assert button.command == CopyText("/home/me/a.png cannot be written: the disk is full")


def test_an_action_that_fails_becomes_a_notice(notices, caplog):
    done = []
    dispatcher = Dispatcher(notices)
    dispatcher.add({"explode": lambda: 1 / 0, "work": lambda: done.append("work")}, {RemoveView: done.append})
    for _ in range(3):
        dispatcher.do(Invoke("explode"))
    assert "explode: division by zero (×3)." in notices.status.warnings
    assert sum("Traceback" in (record.exc_text or "") for record in caplog.records) == 1, "logged once in full"
    dispatcher.do(Invoke("work"))
    dispatcher.do(RemoveView(2))
    assert done == ["work", RemoveView(2)]


def test_what_nobody_can_do_is_a_notice_and_what_two_would_do_is_refused(notices):
    dispatcher = Dispatcher(notices)
    dispatcher.add({"work": lambda: None})
    dispatcher.do(RemoveView(0))
    dispatcher.do(Invoke("missing"))
    assert notices.status.warnings
    with pytest.raises(ValueError, match="twice"):
        dispatcher.add({"work": lambda: None})
