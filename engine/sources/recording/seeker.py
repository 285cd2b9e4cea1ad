"""A video file as a reel: pictures one after the other, from any place, forwards and backwards."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf, nextafter
from pathlib import Path

from av.video.frame import VideoFrame

from engine.errors import SourceError
from engine.frames import Image
from engine.sources.recording.decoder import VideoFile

KEPT_BYTES = 64_000_000
"""So much of what is decoded on the way to a picture is kept: steps further back find it there."""
_RUN_UPS_S = (0.0, 1.0, 4.0, 16.0)
"""Files are often entered later than asked. So much earlier it is tried again, and then from the beginning."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """As it was decoded, with when it is due and when it ends, in seconds on the file's own clock."""

    at_s: float
    end_s: float
    frame: VideoFrame


class Seeker:
    """The pictures of a video file. After a jump `next` goes on there."""

    def __init__(self, path: Path) -> None:
        """Raises SourceError if the file cannot be opened or no picture of it can be decoded."""
        self._path = path
        self._is_damage_known = False
        self._is_joined = False
        """Whether its times are known to begin anew somewhere: then it is entered at its beginning only."""
        self._open()
        self.duration_s = self._file.duration_s
        """As the file says; None if it does not."""
        first = next(self._pictures, None)
        if first is None:
            self.close()
            raise SourceError(f"{path} has no picture that can be decoded; is it complete?")
        self.start_s = first.at_s
        """When the first picture is due."""
        self._recent = deque([first])
        """The newest pictures that were decoded, oldest first."""
        self._ahead = 1
        """How many of them are to be shown yet."""

    def next(self) -> Picture | None:
        """The picture that follows; None after the last."""
        if self._ahead:
            self._ahead -= 1
            return self._recent[-1 - self._ahead]
        picture = next(self._pictures, None)
        if picture is not None:
            self._recent = deque([picture])
        return picture

    def rewind(self) -> None:
        """Go on with the first picture. The file is opened anew: seeking to the start fails in files without an index,
        opening never does. Raises SourceError."""
        self._is_damage_known = self._is_damage_known or self._file.is_damaged
        self._is_joined = self._is_joined or bool(self._file.offsets_s)
        self.close()
        self._open()

    def find(self, time_s: float) -> None:
        """Go on with the picture that is on screen at `time_s`: the last that is due by then. Raises SourceError."""
        if time_s <= self.start_s:
            self.rewind()
            return
        if any(self._enter(time_s - run_up_s) and self._run_up(time_s) for run_up_s in _RUN_UPS_S):
            return
        self.rewind()
        self._run_up(time_s)

    def back(self) -> None:
        """Go on with the picture before the one that `next` gave last; the first again if it was that."""
        last = len(self._recent) - 1 - self._ahead
        if last > 0:
            self._ahead += 2
        elif last == 0:
            self.find(nextafter(self._recent[0].at_s, -inf))

    def to_image(self, picture: Picture, max_res: int) -> Image:
        """(H, W, 3), the longest side at most `max_res`."""
        return self._file.to_image(picture.frame, max_res)

    def original(self, picture: Picture) -> Callable[[], Image]:
        """What gives it as large as it is, on any thread, even after the file was closed."""
        return self._file.original(picture.frame)

    def close(self) -> None:
        """Give back the file; closing twice is allowed."""
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
        timed = self._file.pictures(quietly=self._is_damage_known)
        self._pictures: Iterator[Picture] = (Picture(*values) for values in timed)
        self._recent = deque()
        self._ahead = 0

    def _run_up(self, time_s: float) -> bool:
        """Decode as far as the first picture after `time_s`, and have the one before it come next. False if the first
        that can be had is later."""
        for picture in self._pictures:
            if not self._recent:
                each = sum(plane.buffer_size for plane in picture.frame.planes)
                self._recent = deque(maxlen=max(2, KEPT_BYTES // each))
            self._recent.append(picture)
            if not picture.at_s <= time_s:  # or not known
                self._ahead = min(2, len(self._recent))
                return self._ahead == 2
        self._ahead = min(1, len(self._recent))
        return self._ahead == 1
