"""Pictures from all over a video."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from engine.frames import Image
from engine.sources.base import FULL_RES
from engine.sources.recording.decoder import VideoFile

_SAMPLES = 12
_STEP_S = 0.5
"""Between two of them in a video of unknown length."""
_MOST_DECODED = 400
"""Frames that are decoded in all, where the file can be entered at few places only."""


def samples(path: Path) -> Iterator[Image]:
    """Yield pictures from all over a video, as large as it has them. Raises SourceError if it cannot be opened."""
    file = VideoFile(path)
    try:
        timed = next(file.decode(quietly=True), None)
        if timed is None:
            return
        at_s, _, frame = timed
        yield file.to_image(frame, FULL_RES)
        start_s, step_s = at_s, (file.duration_s or _SAMPLES * _STEP_S) / _SAMPLES
        left, is_seekable = _MOST_DECODED, file.duration_s is not None
        for place in range(1, _SAMPLES):
            wanted_s, last_s = start_s + place * step_s, at_s
            is_sought = is_seekable and file.seek(wanted_s)
            for number, decoded in enumerate(islice(file.decode(quietly=True), left)):
                at_s, _, frame = decoded
                left -= 1
                is_new = is_sought and number == 0 and at_s > last_s
                if at_s >= wanted_s or is_new:  # the last key frame on the way, or what follows it
                    break
                is_seekable = is_seekable and number > 0  # key frames are rare: all is decoded once
            if at_s <= last_s:
                return
            yield file.to_image(frame, FULL_RES)
    finally:
        file.close()
