"""Instant replay: what was seen in the last seconds, as a recording."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from math import inf

from engine.frames import Frame, Image
from engine.geometry.depth_code import decoded
from engine.sources import sizes
from engine.sources.base import Recording, fit_px
from engine.sources.recording.rgbd import as_recorded
from engine.sources.recording.ring import KeptFrame, picture_of

_ROUNDING_S = 1e-6
_SAME_S = 0.001  # Matroska rounds times to milliseconds
_NEAR_S = 0.5
"""What comes this soon in the recording is reached by reading on."""


class ReplaySource(Recording):
    """Kept frames at the times at which they were seen."""

    def __init__(self, frames: Sequence[KeptFrame], recording: Recording | None = None) -> None:
        """`frames`: at least two, of one source. `recording`: where their pictures are, if they were not kept."""
        first, last = frames[0], frames[-1]
        self.source_id = first.source_id
        self.auto_res = max(*first.size, self.auto_res) if recording is None else recording.auto_res
        self._frames, self._recording = frames, recording
        self._times_s = [frame.time_s - first.time_s for frame in frames]
        self._interval_s = (last.time_s - first.time_s) / (len(frames) - 1)
        self.duration_s = self._times_s[-1] + self._interval_s
        self._next = 0
        """The number of the frame to read next."""
        self._is_moved = True
        """Whether it was reached by a seek."""
        self._index = 0
        self._time_s = 0.0

    def read(self, max_res: int) -> Frame:
        loop_s, before_s = self.loop_s, self.position_s
        if self._next == len(self._frames) or (
            loop_s is not None and not self._is_moved and self._times_s[self._next] >= loop_s[1]
        ):
            self.seek(0.0 if loop_s is None else loop_s[0])
        self.position_s = self._times_s[self._next]
        if self._index:
            ahead_s = self.position_s - before_s
            self._time_s += ahead_s if ahead_s > 0 else self._interval_s
        frame = self.picture(self._frames[self._next], max_res)
        kept = self._frames[self._next]
        depth = decoded(kept.codes, kept.line.low, kept.line.high)
        self._next, self._index, self._is_moved = self._next + 1, self._index + 1, False
        return as_recorded(frame, depth, kept.header, kept.line)

    def picture(self, kept: KeptFrame, max_res: int) -> Frame:
        """Return the picture of a kept frame, its longest side at most `max_res`. Raises SourceError."""
        if isinstance(kept.picture, bytes):
            image = _within(picture_of(kept.picture), max_res)
            return Frame(image, self._index, self._time_s, self.source_id, cropped=kept.cropped)
        assert self._recording is not None
        frame = _frame_at(self._recording, kept.picture, max_res)
        return replace(frame, index=self._index, time_s=self._time_s)

    def seek(self, position_s: float) -> None:
        self._next = max(bisect_right(self._times_s, position_s + _ROUNDING_S) - 1, 0)
        self._is_moved = True

    def step_back(self) -> None:
        self._next, self._is_moved = max(self._next - 2, 0), True

    def close(self) -> None:
        if self._recording is not None:
            self._recording.close()


def _frame_at(recording: Recording, position_s: float, max_res: int) -> Frame:
    """Return the frame of `recording` at exactly `position_s`."""
    before_s = recording.position_s
    if not _SAME_S < position_s - before_s <= _NEAR_S:
        recording.seek(position_s)
        before_s = -inf
    while True:
        frame = sizes.read(recording, max_res)
        assert frame is not None
        if recording.position_s >= position_s - _SAME_S or recording.position_s < before_s:
            return frame
        before_s = recording.position_s


def _within(image: Image, max_res: int) -> Image:
    height, width = image.shape[:2]
    return sizes.halved_to(image, fit_px(width, height, max_res))
