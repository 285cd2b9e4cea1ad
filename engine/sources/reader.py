"""The source thread: reads pictures at their own times and leaves the newest in a mailbox."""

from collections.abc import Callable
from dataclasses import replace
from threading import Event, Thread

from engine.clock import Clock
from engine.frames import Frame
from engine.logs import RepeatGuard, log
from engine.mailbox import Mailbox
from engine.sources.base import Source

SLICE_S = 0.05
"""The thread looks this often whether it shall stop, while it waits."""
MAX_LATE_S = 0.5
"""A source later than this goes on from where it is, instead of racing to catch up."""
CLOSE_TIMEOUT_S = 0.8
FIRST_RETRY_S = 0.5
LAST_RETRY_S = 8.0
"""Waits between attempts to reopen a failed source: doubled each time, from the first to the last."""


class SourceReader:
    """Runs a source on a thread of its own. Frames come out numbered without gaps, stamped with the program's clock.

    When the source fails, the last frame stays what it is, `message` says what happened, and the source is opened
    again, after ever longer waits, until it works.
    """

    def __init__(self, open_source: Callable[[], Source], output: Mailbox[Frame], clock: Clock, max_res: int) -> None:
        """`open_source` opens the source, and is called again to reopen it after an error."""
        self.max_res = max_res
        """Longest side of the frames in pixels; may be set from any thread, and holds from the next frame on."""
        self._open_source = open_source
        self._output = output
        self._clock = clock
        self._stop = Event()
        self._errors = RepeatGuard(log)
        self._message: str | None = None
        self._frames_read = 0
        self._thread: Thread | None = None

    @property
    def message(self) -> str | None:
        """One line for the overlay while the source is failing, else None."""
        return self._message

    @property
    def frames_read(self) -> int:
        """How many frames were put into the mailbox."""
        return self._frames_read

    def start(self) -> None:
        """Open the source, in the caller's thread, and start reading it. Raises SourceError if it cannot be opened."""
        source = self._open_source()
        self._thread = Thread(target=self._run, args=(source,), name=f"source {source.source_id}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop reading, within a second even if the source hangs: then its thread is left behind, and closes the
        source if it ever comes back."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(CLOSE_TIMEOUT_S)
            if self._thread.is_alive():
                log.warning("%s does not answer; left behind", self._thread.name)

    def _run(self, source: Source) -> None:
        opened: Source | None = source
        name = source.source_id
        retry_s = FIRST_RETRY_S
        while not self._stop.is_set():
            frames_before = self._frames_read
            try:
                opened = opened or self._open_source()
                self._play(opened)
            except Exception as error:  # whatever it is, the program goes on with the last frame
                self._message = self._errors.report(f"reading {name}", error)
                if self._frames_read > frames_before:
                    retry_s = FIRST_RETRY_S
                self._stop.wait(retry_s)
                retry_s = min(2 * retry_s, LAST_RETRY_S)
            finally:
                if opened is not None:
                    opened.close()
                    opened = None

    def _play(self, source: Source) -> None:
        """Put each frame into the mailbox when it is due, until `close`."""
        start_s: float | None = None
        while not self._stop.is_set():
            frame = source.read(self.max_res)
            if frame is None:
                self._stop.wait(SLICE_S)
                continue
            now_s = self._clock.now_s()
            if start_s is None or now_s - (start_s + frame.time_s) > MAX_LATE_S:
                start_s = now_s - frame.time_s
            if self._wait_until(start_s + frame.time_s):
                self._output.put(replace(frame, index=self._frames_read, time_s=self._clock.now_s()))
                self._frames_read += 1
                self._message = None

    def _wait_until(self, due_s: float) -> bool:
        """False if `close` came first."""
        while not self._stop.is_set():
            now_s = self._clock.now_s()
            if now_s >= due_s:
                return True
            self._clock.sleep_until(min(due_s, now_s + SLICE_S))
        return False
