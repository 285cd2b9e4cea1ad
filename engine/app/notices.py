"""Notices: what the window says, for a while or until its reason is gone, and what it said before."""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from threading import Lock

from engine.app.plain_words import for_the_window, in_plain_words
from engine.clock import Clock
from engine.errors import EngineError
from engine.jobs import Job
from engine.logs import RepeatGuard, log
from engine.settings.language import _
from engine.status.commands import CopyText
from engine.status.notices import Kind, Notice, NoticeButton, NoticeStatus

MOST = 3
"""Notices on screen at once."""
NOTICE_S = 5.0
"""How long a notice is shown, unless its caller says otherwise."""
LONG_NOTICE_S = 15.0
"""The same for a notice that takes time to read or has a button."""
_HISTORY = 100
_RANK: dict[Kind, int] = {"error": 0, "warning": 1, "success": 2, "info": 3}

Buttons = tuple[NoticeButton, ...]


@dataclass(frozen=True, slots=True)
class _Fading:
    notice: Notice
    until_s: float


class Notices:
    """Notices that fade, and those that stay until their owner removes them. The user may close both.

    Any thread may call any method.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._errors = RepeatGuard(log)
        self._lock, self._numbers = Lock(), count(1)
        self._fading: list[_Fading] = []
        self._pinned: dict[str, Notice] = {}
        self._closed: set[str] = set()
        """Owners whose notice the user closed; it stays closed until it says something else."""
        self._history: deque[Notice] = deque(maxlen=_HISTORY)

    def say(self, text: str, kind: Kind = "info", buttons: Buttons = (), seconds: float | None = None) -> None:
        """Show a notice for a while; longer if it has buttons. It takes the place of an older one with this text."""
        seconds = seconds or (LONG_NOTICE_S if buttons else NOTICE_S)
        with self._lock:
            now_s = self._clock.now_s()
            others = [fading for fading in self._fading if fading.until_s > now_s and fading.notice.text != text]
            self._fading = [*others, _Fading(self._new(Notice(text, kind, buttons)), now_s + seconds)]

    def warn(self, text: str, seconds: float | None = None) -> None:
        """Show that something cannot be done."""
        self.say(text, "warning", seconds=seconds)

    def confirm(self, text: str, *buttons: NoticeButton) -> None:
        """Show what was done."""
        self.say(text, "success", buttons)

    def report(self, message: str, kind: Kind = "error", seconds: float | None = None) -> None:
        """Show the plain part of a message that was written for the terminal; a button copies the whole."""
        self.say(for_the_window(message), kind, details(message), seconds)

    def pin(self, owner: str, text: str | None, kind: Kind = "warning", buttons: Buttons = ()) -> None:
        """Show a notice until `owner` pins another, or None."""
        with self._lock:
            before = self._pinned.get(owner)
            if not text:
                self._pinned.pop(owner, None)
                self._closed.discard(owner)
            elif before is None or (before.text, before.kind, before.buttons) != (text, kind, buttons):
                if before is None or before.text != text:
                    self._closed.discard(owner)
                    self._pinned[owner] = self._new(Notice(text, kind, buttons), is_state=kind == "info")
                else:
                    self._pinned[owner] = replace(before, kind=kind, buttons=buttons)

    def unpin(self, owner: str) -> bool:
        """Remove what `owner` pinned; return whether there was anything."""
        with self._lock:
            self._closed.discard(owner)
            return self._pinned.pop(owner, None) is not None

    def dismiss(self, number: int) -> None:
        """Close a notice, as its cross does."""
        with self._lock:
            self._fading = [fading for fading in self._fading if fading.notice.number != number]
            self._closed |= {owner for owner, notice in self._pinned.items() if notice.number == number}

    def answered(self) -> None:
        """Remove warnings that something cannot be done: the user does something else."""
        with self._lock:
            self._fading = [
                fading for fading in self._fading if fading.notice.kind != "warning" or fading.notice.buttons
            ]

    def fail(self, doing: str, error: Exception) -> None:
        """Show that `doing` failed. What was not expected is logged, with its traceback the first time."""
        if isinstance(error, EngineError):
            log.warning("%s", error)
            self.report(str(error))
        else:
            self.report(self._errors.report(doing, error))

    def job_done(self, job: Job[Notice | None]) -> None:
        """Show how a job ended: its result is what to say, if anything."""
        if job.message is not None:
            self.report(job.message)
        elif job.result:
            self.say(job.result.text, job.result.kind, job.result.buttons)

    @contextmanager
    def guard(self, doing: str) -> Iterator[None]:
        """Turn an exception within into a notice: an error in one part must not end the program."""
        try:
            yield
        except Exception as error:  # whatever it is, the loop goes on
            self.fail(doing, error)

    @property
    def status(self) -> NoticeStatus:
        """What to show: of more than `MOST` notices, those that matter most, and of these the newest."""
        with self._lock:
            now_s = self._clock.now_s()
            pinned = [notice for owner, notice in self._pinned.items() if owner not in self._closed]
            present = [*pinned, *(fading.notice for fading in self._fading if fading.until_s > now_s)]
            chosen = sorted(present, key=lambda notice: (_RANK[notice.kind], -notice.number))[:MOST]
            return NoticeStatus(tuple(notice for notice in present if notice in chosen), tuple(self._history))

    def _new(self, notice: Notice, *, is_state: bool = False) -> Notice:
        """Number a notice and put it into the history, unless it only tells the present state."""
        notice = replace(notice, number=next(self._numbers), time=time.strftime("%H:%M"))
        if not is_state:
            self._history.appendleft(notice)
        return notice


def details(message: str) -> Buttons:
    """Return a button that copies `message`, if the window shows less than all of it."""
    is_whole = in_plain_words(message).lower().rstrip(".") == " ".join(message.split()).lower().rstrip(".")
    return () if is_whole else (NoticeButton(_("Copy details"), CopyText(message), _("Copy the whole message")),)
