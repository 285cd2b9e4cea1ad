"""Animated WebP, PNG and GIF, played in an endless loop."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.frames import DeepImage, Frame, Image
from engine.sources.base import FULL_RES, Recording, file_id
from engine.sources.icc import to_srgb
from engine.sources.image import Picture, shrink
from engine.sources.image_file import check_size, open_with_pillow, read_bytes
from engine.sources.transparency import composite

_SHORTEST_S = 0.011
"""Browsers show a frame that is to be shorter than this for `_DEFAULT_S`, and many files count on it."""
_DEFAULT_S = 0.1
_SAMPLES = 24
"""Frames in which black bars are looked for."""


class AnimationSource(Recording):
    """The frames of an animated image at the file's own times. Time and index continue when it loops."""

    def __init__(self, path: Path) -> None:
        """Open a file. Raises SourceError if its first frame cannot be decoded."""
        self.source_id = file_id(path)
        self._path = path
        self._data = read_bytes(path)
        check_size(path, self._data)
        self._open()
        self._starts_s = [0.0]
        """When each frame begins that is known so far, and when the last of them ends."""
        self._place = 0
        """The number of the next frame."""
        self._index = 0
        self._time_s = 0.0
        """When the next frame is due."""
        self._is_moved = False
        """Whether the next frame was reached by a seek."""
        self._next: Picture | None = self._decode(0)
        if self._next is None:
            raise SourceError(f"{path} has no frame that can be decoded; check that the file is complete")

    def samples(self) -> Iterator[Image]:
        for number in range(_SAMPLES):
            picture = self._decode(number)
            if picture is None:
                return
            yield picture.image

    def once(self) -> Iterator[tuple[float, float, Picture]]:
        """Yield the time of each frame, the time at which it ends, and the frame: each once, from the first on."""
        number = 0
        while (picture := self._decode(number)) is not None:
            yield self._starts_s[number], self._starts_s[number + 1], picture
            number += 1

    def read(self, max_res: int) -> Frame:
        picture = self._picture()
        self.position_s = self._starts_s[self._place]
        frame = picture.frame(max_res, self._index, self._time_s, self.source_id)
        self._time_s += self._starts_s[self._place + 1] - self.position_s
        self._index += 1
        self._place += 1
        self._next, self._is_moved = None, False
        return frame

    def seek(self, position_s: float) -> None:
        while self._starts_s[-1] <= position_s and self._decode(len(self._starts_s) - 1) is not None:
            pass
        self._go_to(bisect_right(self._starts_s, position_s + 1e-6) - 1)

    def step_back(self) -> None:
        self._go_to(self._place - 2)

    def close(self) -> None:
        self._file.close()

    def _open(self) -> None:
        try:
            self._file = open_with_pillow(self._data)
        except (OSError, ValueError, SyntaxError) as error:
            raise SourceError(f"{self._path} is damaged or not an animation ({error})") from error
        self._decoded = -1
        """The number of the frame that was decoded last."""

    def _go_to(self, place: int) -> None:
        self._place = min(max(place, 0), len(self._starts_s) - 2)
        self._next, self._is_moved = None, True

    def _picture(self) -> Picture:
        """Return the frame at `_place`, which is the first of the loop after its end. Raises SourceError."""
        begin_s, end_s = self.loop_s or (0.0, float("inf"))
        if not self._is_moved and self._place and self._starts_s[self._place] >= end_s:
            self.seek(begin_s)
        picture = self._next or self._decode(self._place)
        if picture is None:
            self.duration_s = self._starts_s[-1]
            self.seek(begin_s)
            picture = self._decode(self._place)
        if picture is None:
            raise SourceError(f"{self._path} can no longer be decoded; check that the file is complete")
        return picture

    def _decode(self, number: int) -> Picture | None:
        """Return a frame; None after the last one that can be decoded."""
        try:
            if number <= self._decoded:  # Pillow does not go back reliably
                self._open()
            while self._decoded < number:
                self._file.seek(self._decoded + 1)
                self._file.load()
                self._decoded += 1
            duration_s = self._file.info.get("duration", 0) / 1000
            pixels = np.array(self._file.convert("RGBA" if self._file.has_transparency_data else "RGB"), np.uint8)
        except (EOFError, OSError, ValueError, SyntaxError):
            return None
        if number == len(self._starts_s) - 1:
            self._starts_s.append(self._starts_s[-1] + (duration_s if duration_s >= _SHORTEST_S else _DEFAULT_S))
        return Picture(*composite(to_srgb(shrink(pixels, FULL_RES), self._file.info.get("icc_profile"))))


class AnimationFile:
    """An animated image with the methods of a `VideoFile`."""

    offsets_s: Sequence[float] = ()

    def __init__(self, path: Path) -> None:
        """Open a file. Raises SourceError if its first frame cannot be decoded."""
        self._source = AnimationSource(path)
        ends_s = [end_s for _, end_s, _ in self._source.once()]
        self.frame_count, self.duration_s = len(ends_s), ends_s[-1]
        self.fps = Fraction(len(ends_s) / ends_s[-1]).limit_denominator(1001)

    def decode(self, *, quietly: bool = False) -> Iterator[tuple[float, float, Picture]]:
        """Yield the time of each frame, the time at which it ends, and the frame."""
        return self._source.once()

    def to_picture(self, decoded: Picture, max_res: int) -> tuple[Image, NDArray[np.bool_] | None]:
        """Return a frame, scaled so that its longest side is at most `max_res`, and where it is opaque."""
        return shrink(decoded.image, max_res), decoded.is_opaque

    def to_deep(self, decoded: Picture, max_res: int, *, keeps_hdr: bool) -> DeepImage:
        """Return the same in 16 bits. No animated image is in HDR."""
        return self.to_picture(decoded, max_res)[0].astype(np.uint16) * 257

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._source.close()
