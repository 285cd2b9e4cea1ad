"""RGB-D recordings of what happens now: frames wait in a queue and are written on another thread."""

import os
from collections import deque
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from threading import Condition

from engine.errors import OutputError
from engine.export.live_video import LiveStatus
from engine.export.rgbd_video import Layout, RgbdVideo, numbered
from engine.files.atomic import cannot_write
from engine.frames import DepthFrame
from engine.logs import log

_WAITING_BYTES, _WAITING_LEAST, _WAITING_MOST = 256 << 20, 4, 60
"""How much may wait for the encoder, and as how many frames."""


class LiveRgbd:
    """A recording with as many frames as there are. `show` and `stop` never wait; `write` runs until `stop`.

    Where the source, the size or the network changes, another file begins. What is in a file can be played while it
    is written, so it has its name from the start.
    """

    def __init__(self, path: Path, fps: float) -> None:
        """`path` ends as recordings do. `fps`: about how many frames come in a second."""
        self.path = path
        self._fps = Fraction(fps).limit_denominator(1001)
        self._changed = Condition()
        self._waiting: deque[tuple[DepthFrame, float]] = deque()
        self._is_stopped = False
        self._seconds = 0.0
        self._dropped = self._size_bytes = 0
        self.files: list[Path] = []
        """What was begun so far."""

    @property
    def status(self) -> LiveStatus:
        """How far it is. Any thread may ask."""
        with self._changed:
            return LiveStatus(self._seconds, self._size_bytes, self._dropped)

    def show(self, frame: DepthFrame, time_s: float) -> None:
        """Show a frame from `time_s` on. It is dropped if too many are waiting."""
        each = frame.frame.image.nbytes + frame.depth.nbytes
        with self._changed:
            if len(self._waiting) >= min(max(_WAITING_BYTES // each, _WAITING_LEAST), _WAITING_MOST):
                self._dropped += 1
                return
            self._waiting.append((frame, time_s))
            self._seconds = time_s
            self._changed.notify()

    def stop(self) -> None:
        """End the recording with what is waiting."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify()

    def write(self) -> LiveStatus:
        """Write what is shown until `stop`, on the calling thread; return what became of it.

        Raises OutputError if the file cannot be written. What was written before that is kept.
        """
        try:
            self._write()
        except OSError as error:
            if not self._seconds:
                raise cannot_write(self.path, error) from error
            why = error.strerror or error
            raise OutputError(
                f"the recording ended, since it cannot be written any more ({why}). What there is of it: {self.path}"
            ) from error
        status = self.status
        if status.dropped:
            log.warning("%s lacks %d frames: the disk or the encoder was too slow", self.path, status.dropped)
        return status

    def _write(self) -> None:
        with ExitStack() as opened:
            video: RgbdVideo | None = None
            source, started_s = "", 0.0
            while (waiting := self._next()) is not None:
                frame, time_s = waiting
                if video is None or (Layout.of(frame), frame.frame.source_id) != (video.layout, source):
                    opened.close()
                    video, source, started_s = opened.enter_context(self._begun(frame)), frame.frame.source_id, time_s
                video.write(frame, time_s - started_s)
                self._measure()
        self._measure()

    def _measure(self) -> None:
        size_bytes = sum(map(os.path.getsize, self.files))
        with self._changed:
            self._size_bytes = size_bytes

    def _begun(self, frame: DepthFrame) -> RgbdVideo:
        """Begin the next file."""
        path = numbered(self.path, len(self.files) + 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.files.append(path)
        return RgbdVideo(path, Layout.of(frame), self._fps, is_live=True)

    def _next(self) -> tuple[DepthFrame, float] | None:
        """Wait for a frame and take it; None once there are no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_stopped)
            return self._waiting.popleft() if self._waiting else None
