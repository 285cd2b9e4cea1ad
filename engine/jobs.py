"""Background jobs: work on a thread beside the loop, with progress, cancellation and errors that reach the user.

    runner = JobRunner("capture")                      # one thread, one job at a time
    job = runner.start("capture", work, replaces=True)  # a newer request cancels the older ones

    def work(job: Job[Capture]) -> Capture:
        job.report("loading da3-base")                 # shown as job.progress; raises Cancelled after job.cancel()
        network = load("da3-base")
        job.check()                                    # the same without a text: call it between steps
        return network.take(frame, progress=lambda share: job.report("capturing", share))

The owner keeps the job and looks at it once a turn of its loop: while `job.is_done` is false it shows `job.progress`,
then it uses `job.result` or shows `job.message`. Whoever starts another job, or cancels this one, lets go of the old
job, so that a stale result cannot arrive. Jobs that need no look, such as those that write a file, get a runner with
`when_done`, which is called on the job's thread and puts a notice up.
"""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import Any, Generic, TypeVar

from engine.errors import EngineError

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class Cancelled(BaseException):
    """Raised inside a job that was cancelled. Not an Exception, so that `except Exception` lets it pass."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is."""

    text: str
    share: float | None = None
    """0 to 1; None if it is not known."""


class Job(Generic[Result]):
    """One piece of work. Any thread may read it or cancel it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.progress = Progress(name)
        self.result: Result | None = None
        """What the work returned. None until then, and for a job that failed or was cancelled."""
        self.error: Exception | None = None
        """What the work raised."""
        self._cancelled, self._done = Event(), Event()

    @property
    def is_done(self) -> bool:
        """Whether the work has returned, failed or stopped after `cancel`."""
        return self._done.is_set()

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    @property
    def message(self) -> str | None:
        """What to tell the user if the job failed."""
        return None if self.error is None else str(self.error) or type(self.error).__name__

    def cancel(self) -> None:
        """Ask the work to stop. Does not wait: it stops at its next `check` or `report`."""
        self._cancelled.set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until the job is done. Returns False if `timeout_s` passed first."""
        return self._done.wait(timeout_s)

    def check(self) -> None:
        """Raise Cancelled if the job was cancelled. To be called by the work between its steps."""
        if self.is_cancelled:
            raise Cancelled

    def report(self, text: str, share: float | None = None) -> None:
        """Set `progress`. Raises Cancelled if the job was cancelled. To be called by the work."""
        self.check()
        self.progress = Progress(text, share)

    def run(self, work: "Callable[[Job[Result]], Result]") -> None:
        """Do `work` on the calling thread and note how it ended. To be called by the runner."""
        try:
            self.check()
            result = work(self)
            self.check()
            self.result = result
        except Cancelled:
            log.debug("%s was cancelled", self.name)
        except Exception as error:  # whatever it is, the owner must hear of it and the next job must run
            if not self.is_cancelled:
                self.error = error
                log.warning("%s: %s", self.name, self.message, exc_info=not isinstance(error, EngineError))

    def end(self) -> None:
        """Mark the job as done. To be called by the runner."""
        self._done.set()


class JobRunner:
    """Runs jobs on a thread, one at a time and in the order they were started. The thread lives while there are jobs.

    Any thread may call any method.
    """

    def __init__(self, name: str, when_done: Callable[[Job[Any]], None] = lambda job: None) -> None:
        """`name` is the thread's. `when_done` is called on it after each job, cancelled ones included."""
        self._name, self._when_done = name, when_done
        self._lock = Lock()
        self._waiting: deque[tuple[Job[Any], Callable[[Job[Any]], Any]]] = deque()
        self._running: Job[Any] | None = None
        self._thread: Thread | None = None
        self._is_closed = False

    def start(self, name: str, work: Callable[[Job[Result]], Result], *, replaces: bool = False) -> Job[Result]:
        """Run `work(job)` after the jobs that were started before; return the job at once.

        `replaces`: cancel those first, so that the newest request wins. `name` is shown until the work reports.
        """
        job: Job[Result] = Job(name)
        if replaces:
            self.cancel()
        with self._lock:
            if self._is_closed:
                job.cancel()
                job.end()
                return job
            self._waiting.append((job, work))
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
        return job

    def cancel(self) -> None:
        """Cancel all jobs: those that wait never begin."""
        with self._lock:
            jobs = [job for job, _ in self._waiting]
            if self._running is not None:
                jobs.append(self._running)
        for job in jobs:
            job.cancel()

    def finish(self) -> None:
        """Wait until every job that was started is done."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def close(self, timeout_s: float = 1.0) -> bool:
        """Cancel all jobs, start no more, and wait for the thread. False if it is still busy after `timeout_s`."""
        with self._lock:
            self._is_closed = True
        self.cancel()
        thread = self._thread
        if thread is not None:
            thread.join(timeout_s)
        return thread is None or not thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._lock:
                self._running = None
                if not self._waiting:
                    self._thread = None
                    return
                self._running, work = self._waiting.popleft()
                job = self._running
            try:
                job.run(work)
                self._when_done(job)
            except Exception:  # an owner's callback must not end the thread that other jobs wait for
                log.exception("after %s", job.name)
            finally:
                job.end()
