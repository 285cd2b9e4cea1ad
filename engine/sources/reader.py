"""The source thread: reads pictures at their own times and hands on each one."""

from collections.abc import Callable
from dataclasses import replace
from threading import Event, Thread

from engine.clock import SLICE_S, Clock
from engine.errors import SourceError
from engine.frames import Frame, source_name
from engine.logs import RepeatGuard, log
from engine.sources.base import Recording, Rectangle, Source
from engine.sources.recording.player import MAX_LATE_S, Player
from engine.sources.recording.transport import Transport

STALL_S = 2.0
"""A live source that is silent for so long is said to have stopped."""
CLOSE_TIMEOUT_S = 0.8
FIRST_RETRY_S = 0.5
LAST_RETRY_S = 8.0
"""Waits between attempts to reopen a failed source: doubled each time, from the first to the last."""


class SourceReader:
    """Runs a source on a thread of its own. Frames come out numbered without gaps, stamped with the program's clock;
    those of a live source as fast as they come, those of others when they are due.

    When the source fails, the last frame stays what it is, `message` says what happened, and the source is opened
    again, after ever longer waits, until it works.
    """

    def __init__(
        self,
        open_source: Callable[[], Source],
        deliver: Callable[[Frame], None],
        clock: Clock,
        max_res: int,
        *,
        name: str = "the source",
        on_failure: Callable[[str], None] = lambda why: None,
    ) -> None:
        """`open_source` opens the source, and is called again to reopen it after an error. `deliver` takes each frame,
        and `on_failure` what went wrong, on the reader's thread. `name` is used until the source is open."""
        self.max_res = max_res
        """Longest side of the frames in pixels; may be set from any thread, and holds from the next frame on."""
        self.name = name
        """What is read: the source's own name, once it is open."""
        self._open_source = open_source
        self._deliver = deliver
        self._on_failure = on_failure
        self._clock = clock
        self._stop = Event()
        self._errors = RepeatGuard(log)
        self._excluded: Rectangle | None = None
        self._transport = Transport()
        self._source: Source | None = None
        self._failure: str | None = None
        self._outages = 0
        self._good_s = clock.now_s()
        self._frames_read = 0
        self._thread: Thread | None = None

    @property
    def message(self) -> str | None:
        """One line for the overlay while no pictures come, or not as they should, else None."""
        failure = self._failure
        silent_s = self._clock.now_s() - self._good_s
        if failure is not None:
            state = f"no picture for {silent_s:.0f} s, reconnecting" if self._frames_read else "still trying"
            return f"{failure} ({state})"
        if self.is_lost:
            what = "no picture for" if self._frames_read else "waiting for the first picture,"
            return f"{self.name}: {what} {silent_s:.0f} s"
        source = self._source
        return source.warning if source is not None else None

    @property
    def is_lost(self) -> bool:
        """Whether pictures should come and do not."""
        source = self._source
        can_stall = source is None or source.is_live
        is_stalled = can_stall and self._thread is not None and self._clock.now_s() - self._good_s > STALL_S
        return self._failure is not None or is_stalled

    @property
    def transport(self) -> Transport | None:
        """The controls of a recording; None for what has none."""
        return self._transport if isinstance(self._source, Recording) else None

    @property
    def frames_read(self) -> int:
        """How many frames were handed on."""
        return self._frames_read

    def start(self, patient: bool = False) -> None:
        """Open the source, in the caller's thread, and start reading it. Raises SourceError if it cannot be opened.

        If `patient`, the reader's thread opens it, and goes on trying for ever; `message` says what is wrong."""
        if not patient:
            self._opened()
        self._good_s = self._clock.now_s()
        self._thread = Thread(target=self._run, name=f"source {self.name}", daemon=True)
        self._thread.start()

    def exclude(self, rectangle: Rectangle | None) -> None:
        """Leave this part of the desktop out, if the source is a screen. For any thread."""
        self._excluded = rectangle
        source = self._source
        if source is not None:
            source.excluded = rectangle

    def stop(self) -> None:
        """Deliver nothing more, and end soon. Does not wait."""
        self._stop.set()
        self._transport.wake()

    def close(self, timeout_s: float = CLOSE_TIMEOUT_S) -> None:
        """Stop reading, within `timeout_s` even if the source hangs: then its thread is left behind, and closes the
        source if it ever comes back."""
        self.stop()
        if self._thread is not None:
            self._thread.join(timeout_s)
            if self._thread.is_alive():
                log.warning("%s does not answer; left behind", self._thread.name)

    def _opened(self) -> Source:
        source = self._open_source()
        self.name = source_name(source.source_id)
        self._source = source
        source.excluded = self._excluded
        return source

    def _run(self) -> None:
        retry_s = FIRST_RETRY_S
        while not self._stop.is_set():
            frames_before = self._frames_read
            try:
                self._play(self._source or self._opened())
            except Exception as error:  # whatever it is, the program goes on with the last frame
                self._let_go()
                self._fail(error)
                if self._frames_read > frames_before:
                    retry_s = FIRST_RETRY_S
                self._stop.wait(retry_s)
                retry_s = min(2 * retry_s, LAST_RETRY_S)
        self._let_go()

    def _let_go(self) -> None:
        source, self._source = self._source, None
        if source is not None:
            try:
                source.close()
            except Exception as error:  # it is done with, in whatever state
                log.debug("closing %s: %s", self.name, error)

    def _fail(self, error: Exception) -> None:
        """Say in the log, once for an outage, and from now on in `message`, what is wrong."""
        is_expected, is_new = isinstance(error, SourceError), self._failure is None
        text = str(error) if is_expected else self._errors.report(f"reading {self.name}", error)
        self._failure = text
        self._outages += is_new
        if not self._stop.is_set():
            self._on_failure(text)
        if is_expected and is_new and self._is_rare and not self._stop.is_set():
            log.warning("%s; trying again%s", text, f" (×{self._outages})" if self._outages > 1 else "")

    @property
    def _is_rare(self) -> bool:
        """Whether the present outage goes into the log: the 1st, 2nd, 4th, 8th …, so that it does not fill up."""
        return self._outages & (self._outages - 1) == 0

    def _play(self, source: Source) -> None:
        """Hand on each frame when it is due, until `close`."""
        if isinstance(source, Recording):
            Player(source, self._transport, self._clock, self._hand_on, lambda: self.max_res).play(self._stop)
            return
        start_s: float | None = None
        while not self._stop.is_set():
            frame = source.read(self.max_res)
            if source.is_live:
                if frame is not None:
                    self._hand_on(frame)
                continue
            if frame is None:
                self._stop.wait(SLICE_S)
                continue
            now_s = self._clock.now_s()
            if start_s is None or now_s - (start_s + frame.time_s) > MAX_LATE_S:
                start_s = now_s - frame.time_s
            if self._wait_until(start_s + frame.time_s):
                self._hand_on(replace(frame, time_s=self._clock.now_s()))

    def _hand_on(self, frame: Frame) -> None:
        if self._failure is not None and self._is_rare:
            log.info("%s is there", self.name)
        self._deliver(replace(frame, index=self._frames_read))
        self._frames_read += 1
        self._good_s = self._clock.now_s()
        self._failure = None

    def _wait_until(self, due_s: float) -> bool:
        """False if `close` came first."""
        while not self._stop.is_set():
            now_s = self._clock.now_s()
            if now_s >= due_s:
                return True
            self._clock.sleep_until(min(due_s, now_s + SLICE_S))
        return False
