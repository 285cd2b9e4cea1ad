"""The screen: a monitor or a part of the desktop, without our own window."""

from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.clock import SLICE_S, Clock, RealClock
from engine.errors import SourceError
from engine.frames import Frame, Image
from engine.sources.base import FULL_RES, Source, fit_px
from engine.sources.live.desktop import Desktop, intersection
from engine.sources.sizes import halved_to

NEUTRAL_GRAY = 28
"""Our own window is filled with this gray level, or it would show itself in itself without end."""
MAX_COVERED = 0.85
"""If our own window hides more than this share of the captured region, there is a warning."""


class ScreenSource(Source):
    """Frames of the screen, `fps` a second."""

    is_live = True

    def __init__(self, name: str, fps: float, clock: Clock | None = None) -> None:
        """`name` is "screen" (the primary monitor), "screen:N" or "screen:X,Y,W,H" in pixels, clipped to the desktop.

        Raises SourceError.
        """
        self.source_id = name
        self._clock = clock or RealClock()
        self._period_s = 1 / fps
        self._due_s = self._clock.now_s()
        self._index = 0
        self._desktop = Desktop()
        try:
            self._region = self._desktop.region(name)
            self._desktop.refuse_black(self._desktop.grab(self._region))
        except SourceError:
            self.close()
            raise

    def read(self, max_res: int) -> Frame | None:
        wait_s = self._due_s - self._clock.now_s()
        if wait_s > 0:
            self._clock.sleep_until(self._due_s if wait_s <= SLICE_S else self._clock.now_s() + SLICE_S)
            if wait_s > SLICE_S:
                return None
        grabbed_s = self._clock.now_s()
        self._due_s += self._period_s
        if self._due_s < grabbed_s:  # missed frames are not made up for
            self._due_s = grabbed_s + self._period_s
        pixels = self._desktop.grab(self._region)
        self._mask(pixels)
        original = partial(to_rgb, pixels, FULL_RES)
        frame = Frame(to_rgb(pixels, max_res), self._index, grabbed_s, self.source_id, original=original)
        self._index += 1
        return frame

    def close(self) -> None:
        self._desktop.close()

    def _mask(self, pixels: NDArray[np.uint8]) -> None:
        """Fill our own window with gray, and warn if it hides nearly everything."""
        covered = 0.0
        if self.excluded is not None:
            left, top, width, height = self._region
            x, y, w, h = intersection(self.excluded, self._region)
            # a scaled desktop has more than one pixel per unit
            scale_x, scale_y = pixels.shape[1] / width, pixels.shape[0] / height
            rows = slice(int((y - top) * scale_y), int(np.ceil((y - top + h) * scale_y)))
            columns = slice(int((x - left) * scale_x), int(np.ceil((x - left + w) * scale_x)))
            pixels[rows, columns] = NEUTRAL_GRAY
            covered = w * h / (width * height)
        self.warning = (
            f"this window hides nearly all of {self.source_id}: choose another monitor or region "
            "(screen:2, screen:X,Y,W,H), or make the window smaller"
            if covered > MAX_COVERED
            else None
        )


def to_rgb(bgra: NDArray[np.uint8], max_res: int) -> Image:
    """Scale `bgra` (H, W, 4) down to at most `max_res`, and return it as contiguous RGB."""
    height, width = bgra.shape[:2]
    size = fit_px(width, height, max_res)
    return np.asarray(cv2.cvtColor(halved_to(bgra, size), cv2.COLOR_BGRA2RGB), np.uint8)
