"""A video file as a finite sequence of frames, for work that is not live."""

import os
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import floor
from pathlib import Path

from engine.errors import SourceError
from engine.frames import Frame
from engine.sources.base import file_id
from engine.sources.crop import Crop
from engine.sources.recording.decoder import VideoFile
from engine.sources.recording.samples import samples

_EARLY = 0.1  # share of a frame's time by which rounded times may come early


class Clip:
    """The frames of a video file, the same ones each time they are read."""

    def __init__(
        self,
        path: Path,
        *,
        max_res: int,
        target_fps: float | None = None,
        max_frames: int | None = None,
        crop: str = "off",
    ) -> None:
        """`max_res`: longest side in pixels. `target_fps`: frames are dropped down to this rate, and never repeated.
        `max_frames`: stop after this many. `crop`: as the setting.

        Raises SourceError if the file cannot be opened as a video.
        """
        if os.path.isdir(path):  # the methods of Path raise where the name is too long
            raise SourceError(f"{path} is a folder; give the video files in it")
        if not os.path.exists(path):
            raise SourceError(f"there is no file {path}; check the path")
        self.path = path
        self._max_res, self._max_frames = max_res, max_frames
        file = VideoFile(path)
        try:
            own_fps, frames = file.fps, file.frame_count
        finally:
            file.close()
        wanted = None if target_fps is None else Fraction(target_fps).limit_denominator(1001)
        self._crop = Crop(crop, samples(path), name=str(path))
        self._thinned_fps = wanted if wanted is not None and wanted < own_fps else None
        self.fps = self._thinned_fps or own_fps
        """Frames per second."""
        self._was_read = False
        self.start_s = 0.0
        """Time of the first frame on the file's own clock, known once it was read."""
        self.offsets_s: Sequence[float] = ()
        """Added to the file's times from each place where they restart, known once it was read."""
        if frames is not None:
            frames = min(round(frames * self.fps / own_fps), max_frames or frames)
        self.expected_frames = frames
        """The approximate number of frames; None if the file does not say."""

    def frames(self) -> Iterator[Frame]:
        """Yield each frame once. `time_s` counts from the first one and never goes back.

        Raises SourceError if the file cannot be opened, has no frames, or changes its size.
        """
        file = VideoFile(self.path)
        index, shown_s, slot, shape = 0, 0.0, -1, (0, 0, 3)
        try:
            for at_s, _, decoded in file.decode(quietly=self._was_read):
                if index == 0:
                    self.start_s = at_s
                shown_s = max(shown_s, at_s - self.start_s)
                time_s = shown_s
                if self._thinned_fps is not None:
                    last_slot, slot = slot, floor(shown_s * self._thinned_fps + _EARLY)
                    if slot == last_slot:
                        continue
                    time_s = float(slot / self._thinned_fps)
                image = file.to_image(decoded, self._max_res)
                shape = image.shape if index == 0 else shape
                if image.shape != shape:
                    raise SourceError(f"{self.path} changes its size after {index} frames; split it there first")
                yield self._crop.applied(Frame(image, index, time_s, file_id(self.path)))
                index += 1
                if index == self._max_frames:
                    return
        finally:
            file.close()
            self._was_read, self.offsets_s = True, file.offsets_s
        if index == 0:
            raise SourceError(f"{self.path} has no frame that can be decoded; check that the file is complete")
