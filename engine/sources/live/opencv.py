"""Capture with OpenCV, the common part of webcams and streams."""

import os
import time
from functools import partial
from typing import Any, Protocol, TypeGuard

# FFmpeg reads this once. Its messages would show addresses with passwords, and our own say what is wrong.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

import cv2
import numpy as np

from engine.errors import SourceError
from engine.frames import Frame, Image
from engine.logs import log
from engine.sources.base import FULL_RES, Source, fit_px

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # it warns of every back-end that is tried

RETRY_S = 0.01
"""Wait after a failed read, so that a broken device does not keep a core busy."""
LOST_AFTER_S = 1.0
"""A source that cannot be read for this long, or sends invalid frames only, counts as lost."""


class Capture(Protocol):
    """What gives frames one after another, as `cv2.VideoCapture` does."""

    def read(self) -> tuple[bool, Any]:
        """Return whether there was one, and its pixels or bytes."""

    def release(self) -> None:
        """Close it."""


class CaptureSource(Source):
    """Frames of an open capture. Invalid frames are skipped, counted, and logged once."""

    is_live = True

    def __init__(self, source_id: str, capture: Capture, *, garbage_s: float | None = None) -> None:
        """`garbage_s`: how long invalid frames are skipped; None for LOST_AFTER_S."""
        self.source_id = source_id
        self.garbage_count = 0
        """Number of invalid frames that were skipped."""
        self._capture = capture
        self._garbage_s = garbage_s
        self._index = 0
        self._good_s = time.monotonic()

    def read(self, max_res: int) -> Frame | None:
        try:
            is_read, data = self._capture.read()
        except cv2.error as error:
            raise SourceError(f"{self.source_id} failed ({error.err})") from error
        now_s = time.monotonic()
        image = self._decoded(data) if is_read else None
        if not is_image(image):
            if now_s - self._good_s >= (self._garbage_s if is_read and self._garbage_s else LOST_AFTER_S):
                raise SourceError(f"{self.source_id} stopped sending frames")
            if is_read:
                self._note_garbage(data)
            time.sleep(RETRY_S)
            return None
        self._good_s = now_s
        original = partial(_to_rgb, image, FULL_RES)
        frame = Frame(_to_rgb(image, max_res), self._index, now_s, self.source_id, original=original)
        self._index += 1
        return frame

    def close(self) -> None:
        self._capture.release()

    def _decoded(self, data: Any) -> Any:
        """Return what was read as a BGR image (H, W, 3), or something else if it is invalid."""
        return data

    def _note_garbage(self, data: Any) -> None:
        self.garbage_count += 1
        if self.garbage_count == 1:
            what = f"{data.dtype} {data.shape}" if isinstance(data, np.ndarray) else type(data).__name__
            log.warning("%s sent an invalid frame (%s); such frames are skipped", self.source_id, what)


def is_image(value: Any) -> TypeGuard[Image]:
    """Return whether `value` is an 8-bit color image (H, W, 3) that is not empty."""
    return (
        isinstance(value, np.ndarray)
        and value.dtype == np.uint8
        and value.ndim == 3
        and value.shape[2] == 3
        and value.size > 0
    )


def _to_rgb(bgr: Image, max_res: int) -> Image:
    height, width = bgr.shape[:2]
    size = fit_px(width, height, max_res)
    if size != (width, height):
        bgr = np.asarray(cv2.resize(bgr, size, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)
