"""Image files: one, or a folder of them played as a sequence."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from math import floor
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.frames import Frame, Image, checked_image
from engine.logs import log
from engine.sources.base import FULL_RES, IMAGE_SUFFIXES, Recording, Source, file_id, fit_px
from engine.sources.icc import to_srgb
from engine.sources.image_file import decode_image
from engine.sources.transparency import composite

_SAMPLES = 8
"""Images of a folder in which black bars are looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """The content of an image file."""

    image: Image
    is_opaque: NDArray[np.bool_] | None = None
    """(H, W); None: everywhere."""

    def frame(self, max_res: int, index: int, time_s: float, source_id: str) -> Frame:
        return Frame(
            shrink(self.image, max_res), index, time_s, source_id,
            is_opaque=self.is_opaque, original=lambda: self.image,
        )  # fmt: skip


class ImageSource(Source):
    """A still image, delivered once, and again whenever `max_res` has changed."""

    auto_res = 2 * FULL_RES  # all of it; another number than any `max_res`, whose frames have other geometry

    def __init__(self, path: Path) -> None:
        self.source_id = file_id(path)
        self._picture = load_picture(path)
        self._index = 0
        self._max_res: int | None = None

    def samples(self) -> Iterable[Image]:
        return [self._picture.image]

    def read(self, max_res: int) -> Frame | None:
        if max_res == self._max_res:
            return None
        self._max_res = max_res
        frame = replace(self._picture.frame(max_res, self._index, 0.0, self.source_id), is_still=True)
        self._index += 1
        return frame


class FolderSource(Recording):
    """The images of a folder in natural order (2 before 10), `fps` of them a second, in an endless loop.

    Files that cannot be read are skipped, each with one line in the log.
    """

    def __init__(self, folder: Path, fps: float) -> None:
        self.source_id = file_id(folder)
        self._folder = folder
        self._fps = fps
        self._index = 0
        self._place = 0
        """The number of the next image."""
        self._is_moved = False
        """Whether it was reached by a seek."""
        self._paths = images_in(folder)
        self._loaded: Picture | None = self._load()  # a folder without images fails here

    def samples(self) -> Iterator[Image]:
        for place in range(0, len(self._paths), max(1, len(self._paths) // _SAMPLES)):
            with suppress(SourceError):
                yield load_picture(self._paths[place]).image

    def read(self, max_res: int) -> Frame:
        end_s = len(self._paths) / self._fps
        if self.loop_s is not None and not self._is_moved and self._place / self._fps >= min(self.loop_s[1], end_s):
            self.seek(self.loop_s[0])
        picture = self._load() if self._loaded is None else self._loaded
        self._loaded, self._is_moved = None, False
        self.position_s = self._place / self._fps
        self._place += 1
        frame = picture.frame(max_res, self._index, self._index / self._fps, self.source_id)
        self._index += 1
        return frame

    def seek(self, position_s: float) -> None:
        self._go_to(floor(position_s * self._fps + 1e-6))  # the division may have rounded down

    def step_back(self) -> None:
        self._go_to(self._place - 2)

    def _go_to(self, place: int) -> None:
        self._place = min(max(place, 0), len(self._paths) - 1)
        self._loaded, self._is_moved = None, True

    def _load(self) -> Picture:
        """Return the image at `_place`, or the next that can be read. Raises SourceError if there is none."""
        while self._paths:
            self._place %= len(self._paths)
            try:
                picture = load_picture(self._paths[self._place])
            except SourceError as error:
                log.warning("skipped: %s", error)
                del self._paths[self._place]
            else:
                self.duration_s = len(self._paths) / self._fps
                return picture
        raise SourceError(f"{self._folder} has no readable images; put {_list_suffixes()} files into it")


def images_in(folder: Path) -> list[Path]:
    """Return the image files in `folder`, in natural order. Raises SourceError."""
    try:
        return sorted(filter(_is_image, folder.iterdir()), key=natural_key)
    except OSError as error:
        raise SourceError(f"{folder} cannot be listed ({error.strerror}); check its permissions") from error


def load_picture(path: str | os.PathLike[str]) -> Picture:
    """Read an image file, turned upright by its EXIF data. The longest side is at most FULL_RES. Raises SourceError."""
    pixels, profile = decode_image(Path(os.path.expanduser(path)))
    return Picture(*composite(to_srgb(shrink(pixels, FULL_RES), profile)))


def load_image(path: str | os.PathLike[str]) -> Image:
    """Read an image file as 8-bit RGB (H, W, 3), turned upright by its EXIF data.

    Transparent parts show the background. The longest side is at most FULL_RES. Raises SourceError.
    """
    return load_picture(path).image


def as_image(image: str | os.PathLike[str] | Image) -> Image:
    """Return `image` if it is uint8 RGB (H, W, 3), or read the file if it is a path.

    Raises InputError for another array, SourceError for a file that cannot be read.
    """
    if isinstance(image, str | os.PathLike):
        return load_image(image)
    return checked_image(image)


def shrink(image: Image, max_res: int) -> Image:
    """Return `image` (H, W, C), scaled down so that its longest side is at most `max_res`."""
    height, width = image.shape[:2]
    size = fit_px(width, height, max_res)
    if size == (width, height):
        return image
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def natural_key(path: Path) -> list[tuple[int, int, str]]:
    """Return a sort key that orders numbers in names by value: frame2 before frame10."""
    parts = re.findall(r"[0-9]+|[^0-9]+", path.name.casefold())
    return [(0, int(part), part) if part[0] in "0123456789" else (1, 0, part) for part in parts]


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith(".") and path.is_file()


def _list_suffixes() -> str:
    return ", ".join(sorted(suffix.removeprefix(".") for suffix in IMAGE_SUFFIXES))
