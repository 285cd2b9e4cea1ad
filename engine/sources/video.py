"""Video files, any rate, constant or not, played for ever."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from av.video.frame import VideoFrame

from engine.errors import SourceError
from engine.frames import Frame, Image
from engine.sources.base import Source
from engine.sources.video_file import VideoFile


class VideoSource(Source):
    """The pictures of a video file at the file's own times, over and over; time and index go on across the loop."""

    def __init__(self, path: Path) -> None:
        self.source_id = path.name
        self._path = path
        self._file: VideoFile | None = None
        self._index = 0
        frames = self._play_for_ever()
        self._frames = chain([next(frames)], frames)  # so that a file without a picture fails here

    def read(self, max_res: int) -> Frame:
        file, time_s, picture = next(self._frames)
        image: Image = file.to_image(picture, max_res)
        frame = Frame(image, self._index, time_s, self.source_id)
        self._index += 1
        return frame

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _play_for_ever(self) -> Iterator[tuple[VideoFile, float, VideoFrame]]:
        """Pictures with the time in seconds at which each is due, which never runs back. Raises SourceError when the
        file cannot be opened or a whole round gives no picture."""
        shown_s = 0.0
        due_s = 0.0  # when the next picture is due, as far as the last one tells
        is_damage_known = False
        while True:
            self.close()
            # Opened anew for each round: seeking to the start fails in files without an index, opening never does.
            self._file = file = VideoFile(self._path)
            round_s, start_s = due_s, None
            for at_s, end_s, picture in file.pictures(quietly=is_damage_known):
                start_s = at_s if start_s is None else start_s
                shown_s = max(shown_s, round_s + at_s - start_s)
                yield file, shown_s, picture
                due_s = shown_s + end_s - at_s
            is_damage_known = is_damage_known or file.is_damaged
            if start_s is None:
                raise SourceError(f"{self._path} has no picture that can be decoded; is it complete?")
