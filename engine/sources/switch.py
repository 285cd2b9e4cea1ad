"""The source that is shown, which can be changed while the program runs."""

from collections.abc import Callable
from threading import Lock, Thread
from time import monotonic

from engine.clock import Clock
from engine.frames import Frame
from engine.logs import log
from engine.mailbox import Mailbox
from engine.paths import source_name
from engine.settings import SourceSettings
from engine.sources.base import Rectangle, Source
from engine.sources.frame_rate import FrameRate
from engine.sources.reader import SourceReader
from engine.sources.recording.transport import Transport
from engine.sources.registry import camera_of, identity, is_screen, open_source, shown
from engine.sources.replacement import Replacement, apart

CLOSE_TIMEOUT_S = 0.9
RETIRE_TIMEOUT_S = 6.0
"""How long a replaced source may take to close in the background: longer than any of its timeouts."""


class SourceSwitch:
    """The frames of one source at a time. A new source takes over with its first frame.

    `start`, `apply`, `exclude` and `close` are for the main thread; only `start` (unless patient) and `close` wait. The
    threads of the readers call `_deliver` and `_failed`. One lock guards which reader delivers.
    """

    def __init__(
        self,
        frames: Mailbox[Frame],
        clock: Clock,
        settings: SourceSettings,
        open_source: Callable[[SourceSettings], Source] = open_source,
        copies: Mailbox[Frame] | None = None,
    ) -> None:
        """`frames` gets every frame; so does `copies`, for a second consumer."""
        self._copies = copies
        self._frames = frames
        self._clock = clock
        self._settings = settings  # the newest request
        self._open_source = open_source
        self._lock = Lock()
        self._excluded: Rectangle | None = None
        self._closers: tuple[Thread, ...] = ()
        self._is_closed = False
        self._current = self._reader(settings)
        self.settings = settings
        """Those of the source in use."""
        self._next: SourceReader | None = None
        """The source that is being opened, and takes over with its first frame."""
        self._stand_in: SourceReader | None = None
        """The source that is shown until the one in use delivers a frame."""
        self._next_settings = settings
        self._replay: Replacement | None = None
        """What is shown in place of the source in use."""
        self._refusal: str | None = None
        """Why the requested source is not shown."""
        self._rate = FrameRate()
        self._frames_read = 0
        self.newest: Frame | None = None
        """The newest frame, of whichever source."""
        self.size_px: tuple[int, int] | None = None
        """Width and height of the newest frame."""
        self.geometry_px: tuple[int, int] | None = None
        """Width and height of its geometry."""

    @property
    def name(self) -> str:
        """The name of the source in use, or of the stand-in for it."""
        stand_in = self._stand_in
        return self._current.name if stand_in is None else stand_in.name

    @property
    def shown_name(self) -> str | None:
        """The setting `source` of the source in use, once it has delivered a frame."""
        return self.settings.source if self._current.frames_read else None

    @property
    def is_screen(self) -> bool:
        """Whether the source in use, or the requested one, is the screen."""
        return is_screen(self.settings) or is_screen(self._settings)

    @property
    def message(self) -> str | None:
        """One line for the user, if something is wrong."""
        following = self._next
        return self._current.message or self._refusal or (following.message if following is not None else None)

    @property
    def is_lost(self) -> bool:
        """Whether the source should send frames and does not."""
        return self._current.is_lost

    @property
    def fps(self) -> float:
        """Frames delivered per second, over the last seconds."""
        with self._lock:
            return self._rate.per_s(self._clock.now_s())

    @property
    def interval_s(self) -> float:
        """The time from one frame to the next, also where that is many seconds; 0 before the second one."""
        with self._lock:
            return self._rate.interval_s

    @property
    def transport(self) -> Transport | None:
        """The controls of what is shown, if it is a recording."""
        return (self._current if self._replay is None else self._replay.reader).transport

    @property
    def is_replaying(self) -> bool:
        """Whether something is shown in place of the source in use."""
        return self._replay is not None

    @property
    def frames_read(self) -> int:
        """Number of frames that were delivered, of all sources together."""
        return self._frames_read

    def start(self, patient: bool = False) -> None:
        """Open the source and start to deliver frames. Raises SourceError if it cannot be opened.

        If `patient`, it is opened in the background with retries, and `message` says what is wrong.
        """
        self._current.start(patient)

    def apply(self, settings: SourceSettings, *, again: bool = False) -> None:
        """Change to the source in `settings`. Returns at once, and the newest call wins.

        The new source is opened while the present one keeps running. If it cannot be opened, the present one stays and
        `message` says why. If the present one does not work, the new one is retried until it works. `again`: retry a
        source that was refused.
        """
        asked, self._settings = self._settings, settings
        with self._lock:
            for reader in self._readers():
                reader.max_res = settings.max_res
            is_retried = again and self._refusal is not None
            if (identity(settings) == identity(asked) and not is_retried) or self._is_closed:
                return
            self._refusal = None
            if self._next is not None:
                self._retire(self._next)
                self._next = None
            if identity(settings) == identity(self.settings):
                return
            following = self._reader(settings)
            following.exclude(self._excluded)
            camera = camera_of(settings)
            if camera is not None and camera == camera_of(self.settings):
                self._promote(following, settings)
            else:
                self._next, self._next_settings = following, settings
        following.start(patient=True)

    def replay(self, open_replay: Callable[[], Source]) -> None:
        """Show another source until `end_replay` or until one is opened; that in use goes on unseen, or pauses."""
        with self._lock:
            if self._replay is not None or self._is_closed:
                return
            reader = SourceReader(
                open_replay, lambda frame: self._deliver(reader, apart(frame)), self._clock, self._settings.max_res
            )
            self._replay = Replacement(reader, self._current, self.newest)
            self._rate.restart()
        reader.start(patient=True)

    def end_replay(self) -> bool:
        """Show the source in use again; return False if it is shown already."""
        with self._lock:
            was_replaying = self._replay is not None
            self._end_replay()
            return was_replaying

    def fill_in(self, settings: SourceSettings) -> None:
        """Show the source in `settings` until the one in use delivers a frame."""
        with self._lock:
            if self._stand_in is not None or self._current.frames_read or self._is_closed:
                return
            self._stand_in = stand_in = self._reader(settings)
        stand_in.start(patient=True)

    def exclude(self, rectangle: Rectangle | None) -> None:
        """Leave our own window out of a captured screen. `rectangle` is its place on the desktop, None if hidden."""
        with self._lock:
            self._excluded = rectangle
            for reader in self._readers():
                reader.exclude(rectangle)

    def close(self) -> None:
        """Stop, and wait for the sources to close, for less than a second."""
        until_s = monotonic() + CLOSE_TIMEOUT_S
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            for reader in self._readers():
                self._retire(reader)
            closers = self._closers
        for closer in closers:
            closer.join(max(0.0, until_s - monotonic()))

    def _reader(self, settings: SourceSettings) -> SourceReader:
        def open_when_free() -> Source:
            if camera_of(settings) is not None:  # a camera can be opened only once at a time
                for closer in self._closers:
                    closer.join()
            return self._open_source(settings)

        reader = SourceReader(
            open_when_free,
            lambda frame: self._deliver(reader, frame),
            self._clock,
            settings.max_res,
            name=source_name(shown(settings)),
            on_failure=lambda why: self._failed(reader, why),
        )
        return reader

    def _deliver(self, reader: SourceReader, frame: Frame) -> None:
        with self._lock:
            if self._is_closed:
                return
            if reader is self._next:
                self._promote(reader, self._next_settings)
            if reader is self._current:
                self._end_stand_in()
            if reader not in self._readers():
                return
            if self._replay is None or reader is self._replay.reader:
                self._show(frame)
            else:
                self._replay.unseen = frame

    def _failed(self, reader: SourceReader, why: str) -> None:
        with self._lock:
            if reader is not self._next:
                return
            if self._current.is_lost or not self._current.frames_read:
                self._promote(reader, self._next_settings)
                return
            self._next = None
            self._refusal = f"{why}; still showing {self._current.name}"
            self._retire(reader)
            log.warning("%s", self._refusal)

    # ---- with the lock held

    def _readers(self) -> tuple[SourceReader, ...]:
        readers = self._current, self._next, self._stand_in, self._replay.reader if self._replay else None
        return tuple(reader for reader in readers if reader is not None)

    def _show(self, frame: Frame) -> None:
        self._frames.put(frame)
        self.newest = frame
        if self._copies is not None:
            self._copies.put(frame)
        self._frames_read += 1
        self.size_px, self.geometry_px = (frame.image.shape[1], frame.image.shape[0]), frame.geometry_px
        self._rate.add(self._clock.now_s())

    def _end_replay(self) -> None:
        replay, self._replay = self._replay, None
        if replay is None:
            return
        self._retire(replay.reader)
        self._rate.restart()
        if replay.unseen is not None:
            self._show(replay.unseen)
        replay.end()

    def _promote(self, reader: SourceReader, settings: SourceSettings) -> None:
        """Deliver the frames of `reader` from now on."""
        self._end_replay()
        self._retire(self._current)
        self._current, self.settings = reader, settings
        self._next = None
        self._rate.restart()

    def _end_stand_in(self) -> None:
        if self._stand_in is not None:
            self._retire(self._stand_in)
            self._stand_in = None
            self._rate.restart()

    def _retire(self, reader: SourceReader) -> None:
        """Close `reader` without waiting for it."""
        reader.stop()
        closer = Thread(target=reader.close, args=(RETIRE_TIMEOUT_S,), name=f"closing {reader.name}", daemon=True)
        self._closers = (*(thread for thread in self._closers if thread.is_alive()), closer)
        closer.start()
