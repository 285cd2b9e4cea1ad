"""Exact seeking in a video file, and stepping in both directions."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf, nextafter
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.frames import DeepImage, Image
from engine.sources.recording.decoder import VideoFile

KEPT_BYTES = 64_000_000
"""Frames that are decoded on the way to a position are kept up to this size, for steps back."""
_RUN_UPS_S = (0.0, 1.0, 4.0, 16.0)
"""Seeking often ends later than asked. It is retried this much earlier, and then from the beginning."""


@dataclass(frozen=True, slots=True, eq=False)
class DecodedFrame:
    """A decoded frame with the times at which it is due and ends, in seconds on the file's own clock."""

    at_s: float
    end_s: float
    frame: VideoFrame


class Seeker:
    """The frames of a video file, from any position on."""

    def __init__(self, path: Path) -> None:
        """Open a file, as a `VideoFile` does. Raises SourceError if that fails, or if no frame can be decoded."""
        self._path = path
        self._is_damage_known = False
        self._is_joined = False
        """Whether times are known to restart in the file, which then is read from its beginning only."""
        self._open()
        self.duration_s = self._file.duration_s
        """As the file says; None if it does not say."""
        first = next(self._decoded, None)
        if first is None:
            self.close()
            raise SourceError(f"{path} has no frame that can be decoded; check that the file is complete")
        self.start_s = first.at_s
        """The time of the first frame."""
        self._recent = deque([first])
        """The frames that were decoded last, oldest first."""
        self._ahead = 1
        """How many of them `next` has not returned yet."""

    @property
    def offsets_s(self) -> Sequence[float]:
        """Added to the times from each place so far where they restart, since recordings were joined there."""
        return self._file.offsets_s

    def next(self) -> DecodedFrame | None:
        """Return the next frame; None after the last."""
        if self._ahead:
            self._ahead -= 1
            return self._recent[-1 - self._ahead]
        frame = next(self._decoded, None)
        if frame is not None:
            self._recent = deque([frame])
        return frame

    def rewind(self) -> None:
        """Continue with the first frame. Raises SourceError.

        The file is opened again, since seeking to the start fails in files without an index.
        """
        self._is_damage_known |= self._file.is_damaged or self._file.is_alpha_missing
        self._is_joined = self._is_joined or bool(self._file.offsets_s)
        self.close()
        self._open()

    def find(self, time_s: float) -> None:
        """Continue with the frame that is on screen at `time_s`. Raises SourceError."""
        if time_s <= self.start_s:
            self.rewind()
            return
        if any(self._enter(time_s - run_up_s) and self._run_up(time_s) for run_up_s in _RUN_UPS_S):
            return
        self.rewind()
        self._run_up(time_s)

    def back(self) -> None:
        """Continue with the frame before the one that `next` returned last; the first frame has none, and repeats."""
        last = len(self._recent) - 1 - self._ahead
        if last > 0:
            self._ahead += 2
        elif last == 0:
            self.find(nextafter(self._recent[0].at_s, -inf))

    def to_picture(self, decoded: DecodedFrame, max_res: int) -> tuple[Image, NDArray[np.bool_] | None]:
        """Return a frame as RGB (H, W, 3), its longest side at most `max_res`, and where it is opaque."""
        return self._file.to_picture(decoded.frame, max_res)

    def to_deep(self, decoded: DecodedFrame, max_res: int, *, keeps_hdr: bool) -> DeepImage:
        """Return a frame as RGB in 16 bits (H, W, 3), its longest side at most `max_res`."""
        return self._file.to_deep(decoded.frame, max_res, keeps_hdr=keeps_hdr)

    def original(self, decoded: DecodedFrame) -> Callable[[], Image]:
        """Return a function that gives the frame in full size, on any thread, even after the file was closed."""
        return self._file.original(decoded.frame)

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._file.close()

    def _open(self) -> None:
        self._file = VideoFile(self._path)
        self._start()

    def _enter(self, time_s: float) -> bool:
        if self._is_joined or not self._file.seek(time_s):
            return False
        self._start()
        return True

    def _start(self) -> None:
        timed = self._file.decode(quietly=self._is_damage_known)
        self._decoded: Iterator[DecodedFrame] = (DecodedFrame(*values) for values in timed)
        self._recent = deque()
        self._ahead = 0

    def _run_up(self, time_s: float) -> bool:
        """Decode up to the first frame after `time_s`, so that `next` returns the one before it.

        Returns False if the first frame that was decoded is later already.
        """
        for decoded in self._decoded:
            if not self._recent:
                each = sum(plane.buffer_size for plane in decoded.frame.planes)
                self._recent = deque(maxlen=max(2, KEPT_BYTES // each))
            self._recent.append(decoded)
            if not decoded.at_s <= time_s:  # or the time is NaN
                self._ahead = min(2, len(self._recent))
                return self._ahead == 2
        self._ahead = min(1, len(self._recent))
        return self._ahead == 1
