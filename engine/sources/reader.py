"""The source thread, which delivers each frame when it is due and reopens a source that fails."""

from collections.abc import Callable
from dataclasses import replace
from threading import Event, Thread

from engine.clock import SLICE_S, Clock
from engine.errors import SourceError
from engine.frames import Frame
from engine.logs import RepeatGuard, log, redacted
from engine.paths import source_name
from engine.sources import sizes
from engine.sources.base import Recording, Rectangle, Source
from engine.sources.recording.player import MAX_LATE_S, Player
from engine.sources.recording.transport import Transport

STALL_S = 2.0
"""A live source without a frame for this long counts as lost, or for twice the time between its last two frames."""
CLOSE_TIMEOUT_S = 0.8
FIRST_RETRY_S = 0.5
LAST_RETRY_S = 8.0
"""Waits before a failed source is reopened: doubled each time, from the first to the last."""


class SourceReader:
    """A source on its own thread. Frames are numbered without gaps and stamped with the program's clock.

    Frames of a live source are delivered as they come, those of others when they are due. When the source fails,
    `message` says why, and it is reopened after ever longer waits until it works.
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
        """`open_source` opens the source, and is called again after an error. `deliver` gets each frame and
        `on_failure` each error message, on the reader's thread. `name` is used until the source is open."""
        self.max_res = max_res
        """Longest side of the frames in pixels, 0 for what is best. Any thread may set it, for the next frame on."""
        self.name = name
        """The name of the source, its own one once it is open."""
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
        self._interval_s = 0.0
        """Time between the last two frames: some cameras send one every few seconds."""
        self._frames_read = 0
        self._thread: Thread | None = None

    @property
    def message(self) -> str | None:
        """One line for the overlay while there are no frames, or something is wrong with them; else None."""
        failure = self._failure
        silent_s = self._clock.now_s() - self._good_s
        if failure is not None:
            state = f"no frame for {silent_s:.0f} s, reconnecting" if self._frames_read else "retrying"
            return f"{failure} ({state})"
        if self.is_lost:
            what = "no frame for" if self._frames_read else "waiting for the first frame,"
            return f"{self.name}: {what} {silent_s:.0f} s"
        source = self._source
        return source.warning if source is not None else None

    @property
    def is_lost(self) -> bool:
        """Whether the source should send frames and does not."""
        source = self._source
        can_stall = source is None or source.is_live
        silent_s = self._clock.now_s() - self._good_s
        is_stalled = can_stall and self._thread is not None and silent_s > max(STALL_S, 2 * self._interval_s)
        return self._failure is not None or is_stalled

    @property
    def transport(self) -> Transport | None:
        """The controls of a recording; None for other sources."""
        return self._transport if isinstance(self._source, Recording) else None

    @property
    def frames_read(self) -> int:
        """Number of frames that were delivered."""
        return self._frames_read

    def start(self, patient: bool = False) -> None:
        """Open the source on the caller's thread, and start to read it. Raises SourceError if it cannot be opened.

        If `patient`, the reader's thread opens it and retries without end; `message` says what is wrong.
        """
        if not patient:
            self._open()
        self._good_s = self._clock.now_s()
        self._thread = Thread(target=self._run, name=f"source {self.name}", daemon=True)
        self._thread.start()

    def exclude(self, rectangle: Rectangle | None) -> None:
        """Leave out this part of the desktop, if the source is a screen. Callable from any thread."""
        self._excluded = rectangle
        source = self._source
        if source is not None:
            source.excluded = rectangle

    def stop(self) -> None:
        """Stop delivering frames. Does not wait."""
        self._stop.set()
        self._transport.wake()

    def close(self, timeout_s: float = CLOSE_TIMEOUT_S) -> None:
        """Stop, and wait up to `timeout_s`. The thread of a source that hangs is abandoned; it closes the source if it
        ever returns."""
        self.stop()
        if self._thread is not None:
            self._thread.join(timeout_s)
            if self._thread.is_alive():
                log.warning("%s does not respond; its thread was abandoned", self._thread.name)

    def _open(self) -> Source:
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
                self._play(self._source or self._open())
            except Exception as error:  # the program continues with the last frame
                self._close_source()
                self._note_failure(error)
                if self._frames_read > frames_before:
                    retry_s = FIRST_RETRY_S
                self._stop.wait(retry_s)
                retry_s = min(2 * retry_s, LAST_RETRY_S)
        self._close_source()

    def _close_source(self) -> None:
        source, self._source = self._source, None
        if source is not None:
            try:
                source.close()
            except Exception as error:  # it is not used any more
                log.debug("closing %s: %s", self.name, error)

    def _note_failure(self, error: Exception) -> None:
        """Put `error` into `message`, and into the log once for an outage."""
        is_expected, is_new = isinstance(error, SourceError), self._failure is None
        text = redacted(str(error)) if is_expected else self._errors.report(f"reading {self.name}", error)
        self._failure = text
        self._outages += is_new
        if not self._stop.is_set():
            self._on_failure(text)
        if is_expected and is_new and self._is_rare and not self._stop.is_set():
            log.warning("%s; retrying%s", text, f" (×{self._outages})" if self._outages > 1 else "")

    @property
    def _is_rare(self) -> bool:
        """Whether to log the present outage: the 1st, 2nd, 4th, 8th and so on, so that the log does not fill up."""
        return self._outages & (self._outages - 1) == 0

    def _play(self, source: Source) -> None:
        """Deliver each frame when it is due, until `stop`."""
        if isinstance(source, Recording):
            Player(source, self._transport, self._clock, self._deliver_now, lambda: self.max_res).play(self._stop)
            return
        start_s: float | None = None
        while not self._stop.is_set():
            frame = sizes.read(source, self.max_res)
            if source.is_live:
                if frame is not None:
                    self._deliver_now(frame)
                continue
            if frame is None:
                self._stop.wait(SLICE_S)
                continue
            now_s = self._clock.now_s()
            if start_s is None or now_s - (start_s + frame.time_s) > MAX_LATE_S:
                start_s = now_s - frame.time_s
            if self._wait_until(start_s + frame.time_s):
                self._deliver_now(replace(frame, time_s=self._clock.now_s()))

    def _deliver_now(self, frame: Frame) -> None:
        if self._failure is not None and self._is_rare:
            log.info("%s is available", self.name)
        self._deliver(replace(frame, index=self._frames_read))
        now_s = self._clock.now_s()
        self._interval_s = now_s - self._good_s if self._frames_read else 0.0
        self._frames_read += 1
        self._good_s = now_s
        self._failure = None

    def _wait_until(self, due_s: float) -> bool:
        """Wait until `due_s`. Returns False if `stop` came first."""
        while not self._stop.is_set():
            now_s = self._clock.now_s()
            if now_s >= due_s:
                return True
            self._clock.sleep_until(min(due_s, now_s + SLICE_S))
        return False
