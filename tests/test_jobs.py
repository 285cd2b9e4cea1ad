"""Background jobs: order, progress, cancellation, errors."""

import logging
from threading import Event

import pytest

from engine.errors import OutputError
from engine.jobs import Cancelled, JobRunner, Progress

WAIT_S = 20


@pytest.fixture
def runner():
    runner = JobRunner("test")
    yield runner
    runner.close()


def test_a_job_gives_its_result_and_its_progress(runner):
    reported, goes_on = Event(), Event()

    def work(job):
        job.report("halfway", 0.5)
        reported.set()
        goes_on.wait(WAIT_S)
        return 42

    job = runner.start("counting", work)
    assert reported.wait(WAIT_S)
    assert (job.progress, job.is_done, job.result) == (Progress("halfway", 0.5), False, None)
    goes_on.set()
    assert job.wait(WAIT_S)
    assert (job.result, job.message) == (42, None)


def test_jobs_run_one_at_a_time_in_order(runner):
    order, running = [], []

    def work(job):
        running.append(job)
        assert running == [job]
        order.append(job.name)
        running.remove(job)

    jobs = [runner.start(name, work) for name in "abcdef"]
    runner.finish()
    assert order == list("abcdef")
    assert all(job.is_done and job.error is None for job in jobs)


def test_the_newest_request_wins_and_those_between_never_begin(runner):
    begun, goes_on, names = Event(), Event(), []

    def work(job):
        names.append(job.name)
        begun.set()
        goes_on.wait(WAIT_S)
        job.check()
        return job.name

    first = runner.start("first", work, replaces=True)
    assert begun.wait(WAIT_S)
    between = [runner.start(f"between {i}", work, replaces=True) for i in range(5)]
    newest = runner.start("newest", work, replaces=True)
    goes_on.set()
    assert newest.wait(WAIT_S)
    assert newest.result == "newest"
    assert names == ["first", "newest"]
    assert all(job.is_done and job.is_cancelled and job.result is job.message is None for job in (first, *between))


def test_a_cancelled_job_stops_at_its_next_report_even_where_errors_are_caught(runner):
    begun, goes_on, reached = Event(), Event(), []

    def work(job):
        begun.set()
        goes_on.wait(WAIT_S)
        try:
            job.report("next step")
        except Exception:
            reached.append("caught")
        reached.append("went on")

    job = runner.start("work", work)
    assert begun.wait(WAIT_S)
    job.cancel()
    goes_on.set()
    assert job.wait(WAIT_S)
    assert not reached
    assert job.progress.text == "work"


def test_what_comes_after_it_was_cancelled_is_dropped(runner):
    begun, goes_on = Event(), Event()

    def work(job):
        begun.set()
        goes_on.wait(WAIT_S)
        if job.name == "fails":
            raise ValueError("too late")
        return "too late"

    for name in ("returns", "fails"):
        begun.clear()
        goes_on.clear()
        job = runner.start(name, work)
        assert begun.wait(WAIT_S)
        job.cancel()
        goes_on.set()
        assert job.wait(WAIT_S)
        assert job.result is job.error is None


def test_an_error_is_kept_for_the_owner_and_the_next_job_runs(runner, caplog):

    def failing(error):
        def work(job):
            raise error

        return work

    told = runner.start("saving", failing(OutputError("the disk is full")))
    surprise = runner.start("thinking", failing(KeyError()))
    after = runner.start("after", lambda job: "fine")
    assert after.wait(WAIT_S)
    assert told.message == "the disk is full"
    assert surprise.message == "KeyError"
    assert after.result == "fine"
    tracebacks = [bool(record.exc_info) for record in caplog.records if record.levelno == logging.WARNING]
    assert tracebacks == [False, True], "what a user can understand needs no traceback"


def test_who_put_up_a_notice_hears_of_every_job_before_it_counts_as_done():
    heard = []

    def when_done(job):
        heard.append((job.name, job.is_done, job.message))
        if job.name == "a":
            raise RuntimeError("no notice")

    runner = JobRunner("test", when_done)
    runner.start("a", lambda job: None)
    job = runner.start("b", lambda job: 1 / 0)
    assert job.wait(WAIT_S)
    assert heard == [("a", False, None), ("b", False, "division by zero")]
    runner.close()


def test_close_cancels_and_refuses_more(runner):
    begun = Event()

    def work(job):
        begun.set()
        while True:
            job.check()

    job = runner.start("endless", work)
    assert begun.wait(WAIT_S)
    assert runner.close(WAIT_S)
    assert job.is_done
    late = runner.start("late", lambda job: pytest.fail("the runner is closed"))
    assert late.is_done
    assert late.is_cancelled


def test_close_does_not_wait_for_work_that_does_not_stop():
    goes_on, begun = Event(), Event()

    def work(job):
        begun.set()
        goes_on.wait(WAIT_S)

    runner = JobRunner("test")
    job = runner.start("stubborn", work)
    assert begun.wait(WAIT_S)
    assert not runner.close(0.01)
    goes_on.set()
    assert job.wait(WAIT_S)


def test_cancelled_passes_what_catches_exceptions():
    assert not issubclass(Cancelled, Exception)
