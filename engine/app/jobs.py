"""Slow work beside the loop, and the line that tells how it went."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from engine.clock import Clock
from engine.errors import EngineError

log = logging.getLogger(__name__)

NOTICE_S = 3.0


class Jobs:
    """One thread that writes files, one errand after the other; and a notice that fades."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="files")
        self._notice: tuple[str, float] = ("", 0.0)
        self._done: tuple[str, float] = ("", 0.0)

    @property
    def notice(self) -> str | None:
        """What there is to say just now."""
        return self._lasting(self._notice)

    @property
    def done(self) -> str | None:
        """What has just been done as it should."""
        return self._lasting(self._done)

    def say(self, text: str, seconds: float = NOTICE_S) -> None:
        """Show `text` for so long."""
        self._notice = (text, self._clock.now_s() + seconds)

    def run(self, work: Callable[[], None], done: str = "") -> None:
        """Do `work` on the thread; then say `done`, or what went wrong."""

        def finished(future: Future[None]) -> None:
            error = future.exception()
            if error is not None:
                log.warning("%s", error, exc_info=error if not isinstance(error, EngineError) else None)
                self.say(str(error))
            else:
                self._done = (done, self._clock.now_s() + NOTICE_S)

        self._thread.submit(work).add_done_callback(finished)

    def close(self) -> None:
        """Wait for what was begun."""
        self._thread.shutdown()

    def _lasting(self, said: tuple[str, float]) -> str | None:
        text, until_s = said
        return text if text and self._clock.now_s() < until_s else None
