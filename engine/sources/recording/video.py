"""Video files as sources, played in an endless loop."""

from collections.abc import Iterator
from pathlib import Path

from engine.errors import SourceError
from engine.frames import Frame, Image
from engine.sources.base import Recording, file_id
from engine.sources.recording.samples import samples
from engine.sources.recording.seeker import DecodedFrame, Seeker

_ROUNDING_S = 1e-6
"""A position is a difference of times, and may be rounded down a little."""


class VideoSource(Recording):
    """The frames of a video file at the file's own times. Time and index continue when it loops."""

    def __init__(self, path: Path) -> None:
        self.source_id = file_id(path)
        self._path = path
        self._seeker = Seeker(path)
        self.duration_s = self._seeker.duration_s
        self._index = 0
        self._time_s = 0.0
        self._due_s = 0.0
        """When the next frame is due, by the duration of the last one."""
        self._end_s = 0.0
        """The largest position that was reached."""
        self._offset_s: float | None = None
        """From the file's clock to `Frame.time_s`; None until the first frame after a seek."""

    def samples(self) -> Iterator[Image]:
        return samples(self._path)

    def read(self, max_res: int) -> Frame:
        decoded = self._next()
        if self._offset_s is None:
            self._offset_s = self._due_s - decoded.at_s
        self._time_s = max(self._time_s, decoded.at_s + self._offset_s)
        self._due_s = self._time_s + decoded.end_s - decoded.at_s
        self.position_s = decoded.at_s - self._seeker.start_s
        self._end_s = max(self._end_s, decoded.end_s - self._seeker.start_s)
        if self.duration_s is None or self._end_s > self.duration_s:  # some files are longer than they say
            self.duration_s = self._end_s
        frame = self._frame(decoded, max_res)
        self._index += 1
        return frame

    def seek(self, position_s: float) -> None:
        at_s = self._seeker.start_s + position_s
        self._seeker.find(at_s + _ROUNDING_S if position_s > 0 else at_s)
        self._offset_s = None

    def step_back(self) -> None:
        self._seeker.back()
        self._offset_s = None

    def close(self) -> None:
        self._seeker.close()

    def _frame(self, decoded: DecodedFrame, max_res: int) -> Frame:
        image, is_opaque = self._seeker.to_picture(decoded, max_res)
        original = self._seeker.original(decoded)
        return Frame(image, self._index, self._time_s, self.source_id, is_opaque=is_opaque, original=original)

    def _next(self) -> DecodedFrame:
        """Return the next frame, which is the first of the loop after its end."""
        decoded = self._seeker.next()
        if decoded is not None and not self._ends_loop(decoded):
            return decoded
        if decoded is None:  # some files are shorter than they say: they count the sound, or an edit list
            self.duration_s = self._end_s
        if self.loop_s is None:
            self._seeker.rewind()
            self._offset_s = None
        else:
            self.seek(self.loop_s[0])
        decoded = self._seeker.next()
        if decoded is None:
            raise SourceError(f"{self._path} can no longer be decoded; check that the file is complete")
        return decoded

    def _ends_loop(self, decoded: DecodedFrame) -> bool:
        """Return whether `decoded` is beyond the loop without a seek to it."""
        is_beyond = self.loop_s is not None and decoded.at_s - self._seeker.start_s >= self.loop_s[1]
        return is_beyond and self._offset_s is not None
