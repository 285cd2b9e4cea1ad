import pytest

from engine.app.dispatcher import Dispatcher
from engine.app.notices import NOTICE_S, Notices
from engine.clock import FixedClock
from engine.errors import OutputError
from engine.jobs import JobRunner
from engine.status.commands import Invoke, RemoveView


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def notices(clock):
    return Notices(clock)


def test_what_is_said_fades_and_what_is_pinned_stays(notices, clock):
    notices.warn("no network")
    notices.confirm("saved a.png")
    notices.pin("ruler", "Click two points.", is_warning=False)
    notices.pin("capture", "no capture")
    assert notices.warnings == ("no capture", "no network")
    assert notices.infos == ("Click two points.", "saved a.png")
    clock.sleep_until(NOTICE_S)
    assert notices.warnings == ("no capture",)
    assert notices.infos == ("Click two points.",)
    notices.pin("ruler", None)
    assert notices.unpin("capture")
    assert not notices.unpin("capture")
    assert notices.warnings == notices.infos == ()


def test_a_job_that_has_nothing_to_say_leaves_the_last_notice(notices):
    runner = JobRunner("files", notices.job_done)
    runner.start("saving", lambda job: "saved a.png")
    runner.start("saving the settings", lambda job: None)
    runner.finish()
    assert notices.infos == ("saved a.png",)


def test_a_job_that_fails_is_a_warning(notices):
    def fail(job):
        raise OutputError("the disk is full")

    runner = JobRunner("files", notices.job_done)
    runner.start("saving", fail)
    runner.finish()
    assert notices.warnings == ("the disk is full",)


def test_an_action_that_fails_becomes_a_notice(notices, caplog):
    done = []
    dispatcher = Dispatcher(notices)
    dispatcher.add({"explode": lambda: 1 / 0, "work": lambda: done.append("work")}, {RemoveView: done.append})
    for _ in range(3):
        dispatcher.do(Invoke("explode"))
    assert "explode: division by zero (×3)" in notices.warnings
    assert sum("Traceback" in (record.exc_text or "") for record in caplog.records) == 1, "logged once in full"
    dispatcher.do(Invoke("work"))
    dispatcher.do(RemoveView(2))
    assert done == ["work", RemoveView(2)]


def test_what_nobody_can_do_is_a_notice_and_what_two_would_do_is_refused(notices):
    dispatcher = Dispatcher(notices)
    dispatcher.add({"work": lambda: None})
    dispatcher.do(RemoveView(0))
    dispatcher.do(Invoke("missing"))
    assert notices.warnings
    with pytest.raises(ValueError, match="twice"):
        dispatcher.add({"work": lambda: None})
