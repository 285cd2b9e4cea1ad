"""A folder of images as the frames of a film."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.frames import DeepImage, Image
from engine.sources.image import images_in, load_picture, shrink


class ImageSequence:
    """The images of a folder in natural order, with the methods of a `VideoFile`. None is skipped."""

    offsets_s: Sequence[float] = ()

    def __init__(self, folder: Path, fps: float) -> None:
        """Raises SourceError if there are no images in `folder`."""
        self._paths = images_in(folder)
        if not self._paths:
            raise SourceError(f"{folder} has no images")
        self.fps = Fraction(fps).limit_denominator(1001)
        self.frame_count = len(self._paths)
        self.duration_s = float(self.frame_count / self.fps)

    def samples(self, count: int) -> Iterator[Image]:
        """Yield `count` images from the whole folder, or all if it has fewer. Raises SourceError."""
        for place in np.linspace(0, len(self._paths) - 1, min(count, len(self._paths))).astype(int):
            yield load_picture(self._paths[place]).image

    def decode(self, *, quietly: bool = False) -> Iterator[tuple[float, float, Path]]:
        """Yield the time of each frame, the time at which it ends, and its file."""
        for place, path in enumerate(self._paths):
            yield float(place / self.fps), float((place + 1) / self.fps), path

    def to_picture(self, decoded: Path, max_res: int) -> tuple[Image, NDArray[np.bool_] | None]:
        """Read a frame, scaled so that its longest side is at most `max_res`, and where it is opaque.

        Raises SourceError.
        """
        picture = load_picture(decoded)
        return shrink(picture.image, max_res), picture.is_opaque

    def to_deep(self, decoded: Path, max_res: int, *, keeps_hdr: bool) -> DeepImage:
        """Return the same in 16 bits. HDR is tone-mapped."""
        return self.to_picture(decoded, max_res)[0].astype(np.uint16) * 257

    def close(self) -> None:
        """Nothing stays open between frames."""
