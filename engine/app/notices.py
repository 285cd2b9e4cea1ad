"""Notices: the lines in the window's footer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from engine.clock import Clock
from engine.errors import EngineError
from engine.jobs import Job
from engine.logs import RepeatGuard, log

NOTICE_S = 3.0
"""How long a notice is shown, unless its caller says otherwise."""
LONG_NOTICE_S = 15.0
"""The same for a notice that takes time to read, such as one with a command to type."""


@dataclass(frozen=True, slots=True)
class _Notice:
    text: str
    until_s: float


class Notices:
    """Warnings and confirmations that fade, and lines that stay until their owner removes them.

    Any thread may call any method.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._errors = RepeatGuard(log)
        self._warning = self._done = _Notice("", 0.0)
        self._pinned: dict[str, tuple[str, bool]] = {}

    def warn(self, text: str, seconds: float = NOTICE_S) -> None:
        """Show that something is wrong or cannot be done."""
        self._warning = _Notice(text, self._clock.now_s() + seconds)

    def confirm(self, text: str) -> None:
        """Show what was done."""
        self._done = _Notice(text, self._clock.now_s() + NOTICE_S)

    def pin(self, owner: str, text: str | None, *, is_warning: bool = True) -> None:
        """Show `text` until `owner` pins another, or None."""
        if text:
            self._pinned[owner] = (text, is_warning)
        else:
            self._pinned.pop(owner, None)

    def unpin(self, owner: str) -> bool:
        """Remove what `owner` pinned; return whether there was anything."""
        return self._pinned.pop(owner, None) is not None

    def fail(self, doing: str, error: Exception) -> None:
        """Show that `doing` failed. What was not expected is logged, with its traceback the first time."""
        if isinstance(error, EngineError):
            log.warning("%s", error)
            self.warn(str(error))
        else:
            self.warn(self._errors.report(doing, error))

    def job_done(self, job: Job[str | None]) -> None:
        """Show how a job ended: its result is what to confirm, if anything."""
        if job.message is not None:
            self.warn(job.message)
        elif job.result:
            self.confirm(job.result)

    @contextmanager
    def guard(self, doing: str) -> Iterator[None]:
        """Turn an exception within into a notice: an error in one part must not end the program."""
        try:
            yield
        except Exception as error:  # whatever it is, the loop goes on
            self.fail(doing, error)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is wrong, or needs a decision."""
        return self._lines(self._warning, are_warnings=True)

    @property
    def infos(self) -> tuple[str, ...]:
        """What was done, and hints."""
        return self._lines(self._done, are_warnings=False)

    def _lines(self, fading: _Notice, *, are_warnings: bool) -> tuple[str, ...]:
        pinned = tuple(text for text, is_warning in tuple(self._pinned.values()) if is_warning is are_warnings)
        is_shown = fading.text and self._clock.now_s() < fading.until_s
        return (*pinned, fading.text) if is_shown else pinned
