"""Video files, any rate, constant or not, played for ever."""

from pathlib import Path

from engine.errors import SourceError
from engine.frames import Frame
from engine.sources.base import Recording, file_id
from engine.sources.recording.seeker import Picture, Seeker

_ROUNDING_S = 1e-6
"""A position, which is a difference of times, may come out a little less than the time it was made from."""


class VideoSource(Recording):
    """The pictures of a video file at the file's own times, over and over; time and index go on across the loop."""

    def __init__(self, path: Path) -> None:
        self.source_id = file_id(path)
        self._path = path
        self._seeker = Seeker(path)
        self.duration_s = self._seeker.duration_s
        self._index = 0
        self._time_s = 0.0
        self._due_s = 0.0
        """When the next picture is due, as far as the last one tells."""
        self._end_s = 0.0
        """How far it was played."""
        self._offset_s: float | None = None
        """From the file's clock to `Frame.time_s`; None until the first picture after a jump."""

    def read(self, max_res: int) -> Frame:
        picture = self._next()
        if self._offset_s is None:
            self._offset_s = self._due_s - picture.at_s
        self._time_s = max(self._time_s, picture.at_s + self._offset_s)
        self._due_s = self._time_s + picture.end_s - picture.at_s
        self.position_s = picture.at_s - self._seeker.start_s
        self._end_s = max(self._end_s, picture.end_s - self._seeker.start_s)
        if self.duration_s is None or self._end_s > self.duration_s:  # some files promise less than there is
            self.duration_s = self._end_s
        image, original = self._seeker.to_image(picture, max_res), self._seeker.original(picture)
        frame = Frame(image, self._index, self._time_s, self.source_id, original=original)
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

    def _next(self) -> Picture:
        """The picture to show: what follows or, after the last one and at the end of the loop, what is repeated."""
        picture = self._seeker.next()
        if picture is not None and not self._ends_loop(picture):
            return picture
        if picture is None:  # some files promise more than there is: they count the sound, or what comes before
            self.duration_s = self._end_s
        if self.loop_s is None:
            self._seeker.rewind()
            self._offset_s = None
        else:
            self.seek(self.loop_s[0])
        picture = self._seeker.next()
        if picture is None:
            raise SourceError(f"{self._path} has no picture any more that can be decoded; is it complete?")
        return picture

    def _ends_loop(self, picture: Picture) -> bool:
        """Whether `picture` is beyond the loop, and not because it was jumped to."""
        is_beyond = self.loop_s is not None and picture.at_s - self._seeker.start_s >= self.loop_s[1]
        return is_beyond and self._offset_s is not None
