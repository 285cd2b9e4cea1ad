"""Cropping of frames: black bars, or what the user says."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.frames import Frame, Image, in_full
from engine.logs import log
from engine.sources.bars import NO_BARS, BarFinder, Bars, shows_in

Pixels = TypeVar("Pixels", bound=NDArray[np.generic])

_LOOK_S = 0.25
"""Time between two looks at a live source."""
_FEWEST, _MOST = 12, 240
"""Looks that bars of a live source are found in, and after which the search starts over."""
_SAME = 0.005
"""Bars that differ by less are the same."""


class Crop:
    """What is cropped off the frames of one source. Used by one thread."""

    def __init__(
        self,
        setting: str,
        samples: Iterable[Image] | None = None,
        *,
        name: str = "the source",
        is_constant: bool = False,
    ) -> None:
        """`setting`: auto, off, or pixels at the left, top, right and bottom. `samples`: pictures from all over the
        source, as large as it has them; None: bars are found while frames come. `is_constant`: all frames are cropped
        alike; otherwise bars are given up when something shows in them. Raises SourceError for too many pixels.
        """
        self._name = name
        self._margins = None if setting in ("auto", "off") else tuple(map(int, setting.split(",")))
        self._searches = setting == "auto" and samples is None
        self._watches, self._is_constant = setting == "auto", is_constant
        self._bars = NO_BARS
        self._finder = BarFinder()
        self._looked_s = -np.inf
        self._shape: tuple[int, ...] = ()
        """Of the frames that the margins were converted for."""
        if setting == "auto" and samples is not None:
            self._bars = bars_in(samples)
        elif self._margins is not None and samples is not None:
            for image in islice(samples, 1):
                self._shares(image)  # which refuses too many pixels

    def applied(self, frame: Frame) -> Frame:
        """Return what remains of a frame, with its depth and its camera. Raises SourceError for too many pixels."""
        if self._watches and (self._searches or self._bars != NO_BARS):
            self._look(frame)
        elif self._margins is not None and frame.image.shape != self._shape:
            self._bars, self._shape = self._shares(in_full(frame).image), frame.image.shape
        return frame if self._bars == NO_BARS else _cropped(frame, self._bars)

    def _shares(self, image: Image) -> Bars:
        """Return the margins as shares of a picture as large as the source has it."""
        assert self._margins is not None
        (left, top, right, bottom), (height, width) = self._margins, image.shape[:2]
        if left + right >= width or top + bottom >= height:
            raise SourceError(f"--crop {left},{top},{right},{bottom} leaves nothing of {self._name} ({width}x{height})")
        return Bars(left / width, top / height, right / width, bottom / height)

    def _look(self, frame: Frame) -> None:
        """Follow the bars of a source that may change."""
        if frame.time_s - self._looked_s < _LOOK_S:
            return
        self._looked_s = frame.time_s
        if self._bars != NO_BARS and shows_in(self._bars, frame.image):
            if self._is_constant:
                log.warning("%s: something shows in its black bars, which are cut off; --crop off keeps it", self._name)
                self._watches = False
                return
            self._bars, self._finder = NO_BARS, BarFinder()
        if not self._searches:
            return
        self._finder.add(frame.image)
        if self._finder.count < _FEWEST:
            return
        found = self._finder.bars
        if found is not None and max(abs(a - b) for a, b in zip(found, self._bars, strict=True)) > _SAME:
            self._bars = found
        if found is None or self._finder.count > _MOST:
            self._finder = BarFinder()


NO_CROP = Crop("off")


def bars_in(samples: Iterable[Image]) -> Bars:
    """Return the bars that all samples of a source have. Takes no more of them than needed."""
    finder = BarFinder()
    for image in samples:
        finder.add(image)
        if not finder.may_find:
            break
    return finder.bars or NO_BARS


def cropped_like(frame: Frame, other: Frame) -> Frame:
    """Return a frame of the same picture as `other`, cropped as that is."""
    left, top, right, bottom = other.cropped
    width, height = 1 + left + right, 1 + top + bottom
    bars = Bars(left / width, top / height, right / width, bottom / height)
    return frame if bars == NO_BARS else _cropped(frame, bars)


def crop_picture(frame: Frame, setting: str) -> Frame:
    """Return a frame that is alone, cropped as the setting says. Raises SourceError for too many pixels."""
    return Crop(setting, [in_full(frame).image]).applied(frame)


def _cropped(frame: Frame, bars: Bars) -> Frame:
    (height, width), (top, bottom, left, right) = frame.image.shape[:2], _window(frame.image.shape, bars)
    rest_x, rest_y = right - left, bottom - top
    intrinsics = frame.intrinsics
    if intrinsics is not None:
        intrinsics = intrinsics.copy()
        intrinsics[:2, 2] -= left, top
    return replace(
        frame,
        image=_inner(frame.image, bars),
        proxy=None if frame.proxy is None else _inner(frame.proxy, bars),
        deep=None if frame.deep is None else _inner(frame.deep, bars),
        deep_proxy=None if frame.deep_proxy is None else _inner(frame.deep_proxy, bars),
        depth=None if frame.depth is None else _inner(frame.depth, bars, is_exact=False),
        is_opaque=None if frame.is_opaque is None else _inner(frame.is_opaque, bars, is_exact=False),
        intrinsics=intrinsics,
        original=None if frame.original is None else _inner_of(frame.original, bars),
        cropped=(left / rest_x, top / rest_y, (width - right) / rest_x, (height - bottom) / rest_y),
    )


def _inner_of(original: Callable[[], Image], bars: Bars) -> Callable[[], Image]:
    return lambda: _inner(original(), bars)


def _inner(pixels: Pixels, bars: Bars, *, is_exact: bool = True) -> Pixels:
    """Return what remains of pixels (h, w, …). If `is_exact`, none of them is partly in a bar."""
    top, bottom, left, right = _window(pixels.shape, bars, is_exact=is_exact)
    return np.ascontiguousarray(pixels[top:bottom, left:right])  # type: ignore[return-value]  # of the same type


def _window(shape: tuple[int, ...], bars: Bars, *, is_exact: bool = True) -> tuple[int, int, int, int]:
    """Return top, bottom, left and right of what remains; at least one pixel."""
    height, width = shape[:2]
    inward = 0.5 - 1e-6 * max(height, width) if is_exact else 0.0

    def span(side: int, before: float, after: float) -> tuple[int, int]:
        first, last = round(before * side + inward), round((1 - after) * side - inward)
        return (first, last) if first < last else (0, side)

    return *span(height, bars.top, bars.bottom), *span(width, bars.left, bars.right)
