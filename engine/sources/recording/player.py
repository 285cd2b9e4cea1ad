"""Playback of a recording, as its controls say."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event

from engine.clock import SLICE_S, Clock
from engine.frames import Frame
from engine.sources import sizes
from engine.sources.base import Recording
from engine.sources.recording.transport import Transport

IDLE_S = 0.5
"""While paused, the thread sleeps until a control is used; this often it checks for another frame size."""
MAX_LATE_S = 0.5
"""A recording or folder that is later than this continues from where it is, without catching up."""
JUMP_S = 0.5
"""Seeks longer than this start a new take."""


@dataclass(frozen=True, slots=True, eq=False)
class _ReadFrame:
    """A frame with its position in the recording."""

    frame: Frame
    position_s: float
    max_res: int
    """The size that was asked for."""


class Player:
    """The player of one recording. Used on the reader's thread."""

    def __init__(
        self,
        source: Recording,
        transport: Transport,
        clock: Clock,
        deliver: Callable[[Frame], None],
        max_res: Callable[[], int],
    ) -> None:
        """`deliver` gets each frame when it is due, stamped with the program's clock; `max_res` returns the present
        limit of its longest side."""
        self._source, self._transport, self._clock = source, transport, clock
        self._deliver, self._max_res = deliver, max_res
        self._shown: _ReadFrame | None = None
        self._next: _ReadFrame | None = None
        """The frame that was read ahead and is not due yet."""
        self._due_s = 0.0
        """When the frame on screen was due."""
        self._take = 0

    def play(self, stop: Event) -> None:
        """Deliver frames until `stop` is set."""
        while not stop.is_set():
            self._source.loop_s = self._transport.playback.loop_s
            seek_s, steps = self._transport.take_jump()
            if seek_s is not None:
                self._jump(seek_s)
            if steps:
                self._step(steps)
            if self._shown is None:
                self._show(self._read())
            elif self._transport.playback.is_paused:
                self._pause(self._shown)
            else:
                self._advance(self._shown)

    def _read(self) -> _ReadFrame:
        max_res = self._max_res()
        frame = sizes.read(self._source, max_res)
        assert frame is not None  # a recording always has one
        return _ReadFrame(frame, self._source.position_s, max_res)

    def _jump(self, position_s: float) -> None:
        self._source.seek(position_s)
        self._next = None
        self._show(self._read(), is_sought=True)

    def _step(self, frames: int) -> None:
        frame = self._shown
        if frames < 0 and self._next is not None:
            frames -= 1  # from the frame that was read ahead, not from the one on screen
        for _ in range(abs(frames)):
            if frames < 0:
                self._source.step_back()
                self._next = None
            frame, self._next = self._next or self._read(), None
        if frame is not None:
            self._show(frame)

    def _pause(self, shown: _ReadFrame) -> None:
        if shown.max_res != self._max_res():
            self._jump(shown.position_s)
        self._transport.wait(IDLE_S)
        self._due_s = self._clock.now_s()

    def _advance(self, shown: _ReadFrame) -> None:
        """Show the next frame if it is due, else sleep a little."""
        self._next = self._next or self._read()
        distance_s = self._next.frame.time_s - shown.frame.time_s
        due_s = self._due_s + distance_s / self._transport.playback.speed
        now_s = self._clock.now_s()
        if now_s >= due_s:
            frame, self._next = self._next, None
            self._show(frame, due_s if now_s - due_s <= MAX_LATE_S else now_s)
        else:
            self._clock.sleep_until(min(due_s, now_s + SLICE_S))

    def _show(self, read: _ReadFrame, due_s: float | None = None, *, is_sought: bool = False) -> None:
        now_s = self._clock.now_s()
        if self._shown is not None:
            ahead_s = read.position_s - self._shown.position_s
            # without a seek the next frame continues the take, however far apart the frames are
            self._take += ahead_s < -JUMP_S or (is_sought and ahead_s > JUMP_S)
        self._shown, self._due_s = read, now_s if due_s is None else due_s
        self._deliver(replace(read.frame, time_s=now_s, position_s=read.position_s, take=self._take))
        self._transport.shown(read.position_s, self._source.duration_s)
