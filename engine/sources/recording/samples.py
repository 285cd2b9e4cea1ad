"""Pictures from all over a video."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from engine.frames import Image
from engine.sources.base import FULL_RES
from engine.sources.recording.decoder import VideoFile

_SAMPLES = 12
_STEP_S = 0.5
"""Between two of them in a video of unknown length."""
_MOST_DECODED = 400
"""Frames that are decoded in all, where the file can be entered at few places only."""
_THOROUGH_STEP_S, _MOST_SAMPLES, _MOST_DECODED_THOROUGHLY = 1.0, 240, 4000


def samples(path: Path, *, is_thorough: bool = False) -> Iterator[Image]:
    """Yield pictures from all over a video, as large as it has them. Raises SourceError if it cannot be opened.

    `is_thorough`: one a second, up to 240, where the file can be entered there.
    """
    file = VideoFile(path)
    try:
        timed = next(file.decode(quietly=True), None)
        if timed is None:
            return
        at_s, _, frame = timed
        yield file.to_image(frame, FULL_RES)
        left, count, taken = _MOST_DECODED, _SAMPLES, 1
        if is_thorough:
            left = _MOST_DECODED_THOROUGHLY
            count = int(np.clip((file.duration_s or 0) / _THOROUGH_STEP_S, _SAMPLES, _MOST_SAMPLES))
        start_s, step_s = at_s, (file.duration_s or _SAMPLES * _STEP_S) / count
        if (file.frame_count or 0) > left:  # else all is decoded
            for place in range(1, count):
                if not file.seek(start_s + place * step_s):
                    break
                timed = next(file.decode(quietly=True), None)
                if timed is not None and timed[0] > at_s:  # there is another key frame
                    at_s, _, frame = timed
                    taken += 1
                    yield file.to_image(frame, FULL_RES)
            if taken >= _SAMPLES or not file.seek(start_s):
                return
            at_s = start_s
        for at_next_s, _, frame in islice(file.decode(quietly=True), left):
            if at_next_s >= at_s + step_s:
                at_s = at_next_s
                yield file.to_image(frame, FULL_RES)
    finally:
        file.close()
