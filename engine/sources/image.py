"""Pictures: one, or a folder of them played as a sequence."""

import os
import re
from math import floor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.frames import Frame, Image, checked_image
from engine.logs import log
from engine.sources.base import FULL_RES, IMAGE_SUFFIXES, Recording, Source, file_id, fit_px

MAX_PIXELS = 1 << 30
"""OpenCV reads no picture with more."""


class ImageSource(Source):
    """One picture, delivered once, and again whenever `max_res` has changed."""

    def __init__(self, path: Path) -> None:
        self.source_id = file_id(path)
        self._image = load_image(path)
        self._index = 0
        self._max_res: int | None = None

    def read(self, max_res: int) -> Frame | None:
        if max_res == self._max_res:
            return None
        self._max_res = max_res
        frame = Frame(shrink(self._image, max_res), self._index, 0.0, self.source_id, original=lambda: self._image)
        self._index += 1
        return frame


class FolderSource(Recording):
    """The pictures of a folder in natural order (2 before 10), `fps` of them a second, over and over.

    Files that cannot be read are left out, each with one line in the log.
    """

    def __init__(self, folder: Path, fps: float) -> None:
        self.source_id = file_id(folder)
        self._folder = folder
        self._fps = fps
        self._index = 0
        self._place = 0
        """Of the next picture."""
        self._is_moved = False
        """Whether that was jumped to."""
        try:
            self._paths = sorted(filter(_is_picture, folder.iterdir()), key=natural_key)
        except OSError as error:
            raise SourceError(f"{folder} cannot be listed ({error.strerror}); check its permissions") from error
        self._loaded: Image | None = self._load()  # so that a folder without a picture fails here

    def read(self, max_res: int) -> Frame:
        end_s = len(self._paths) / self._fps
        if self.loop_s is not None and not self._is_moved and self._place / self._fps >= min(self.loop_s[1], end_s):
            self.seek(self.loop_s[0])
        image = self._load() if self._loaded is None else self._loaded
        self._loaded, self._is_moved = None, False
        self.position_s = self._place / self._fps
        self._place += 1
        small = shrink(image, max_res)
        frame = Frame(small, self._index, self._index / self._fps, self.source_id, original=lambda: image)
        self._index += 1
        return frame

    def seek(self, position_s: float) -> None:
        self._go_to(floor(position_s * self._fps + 1e-6))  # what was divided before may come out a little less

    def step_back(self) -> None:
        self._go_to(self._place - 2)

    def _go_to(self, place: int) -> None:
        self._place = min(max(place, 0), len(self._paths) - 1)
        self._loaded, self._is_moved = None, True

    def _load(self) -> Image:
        """The picture at `_place`, or the next that can be read. Raises SourceError when none is left."""
        while self._paths:
            self._place %= len(self._paths)
            try:
                image = load_image(self._paths[self._place])
            except SourceError as error:
                log.warning("left out: %s", error)
                del self._paths[self._place]
            else:
                self.duration_s = len(self._paths) / self._fps
                return image
        raise SourceError(f"{self._folder} has no picture that can be read; put {_list_suffixes()} files into it")


def load_image(path: str | os.PathLike[str]) -> Image:
    """The picture in a file as RGB (H, W, 3), upright as its EXIF says. Deep, gray and transparent pictures become
    8-bit RGB; transparency is dropped; the longest side is at most FULL_RES. Raises SourceError."""
    bgr = shrink(decode(Path(os.path.expanduser(path)), as_color=True), FULL_RES)
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


def as_image(image: str | os.PathLike[str] | Image) -> Image:
    """`image` itself if it is uint8 RGB (H, W, 3), or what is in the file of that path. Raises InputError,
    SourceError."""
    if isinstance(image, str | os.PathLike):
        return load_image(image)
    return checked_image(image)


def decode(path: Path, as_color: bool) -> NDArray[Any]:
    """The pixels of a picture file: 8-bit BGR (H, W, 3) and upright, or else just as they are stored. Raises
    SourceError."""
    data = np.frombuffer(read_bytes(path), np.uint8)  # cv2.imread cannot open every path on Windows
    try:
        pixels = cv2.imdecode(data, cv2.IMREAD_COLOR if as_color else cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        if "CV_IO_MAX_IMAGE" in str(error):
            raise SourceError(f"{path} has more than {MAX_PIXELS:,} pixels; save it smaller") from error
        raise SourceError(f"{path} cannot be decoded ({error.err}); save it anew as PNG or JPEG") from error
    if pixels is None:
        raise SourceError(f"{path} is damaged, or is no picture; save it anew as PNG or JPEG")
    return np.asarray(pixels)


def read_bytes(path: Path, limit: int = -1) -> bytes:
    """What is in a file, or its first `limit` bytes. Raises SourceError if it cannot be read or is empty."""
    try:
        with path.open("rb") as file:
            data = file.read(limit)
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); check the path and its permissions") from error
    if not data:
        raise SourceError(f"{path} is empty; take another file")
    return data


def shrink(image: Image, max_res: int) -> Image:
    """`image` scaled down so that its longest side is at most `max_res`."""
    height, width = image.shape[:2]
    size = fit_px(width, height, max_res)
    if size == (width, height):
        return image
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def natural_key(path: Path) -> list[tuple[int, int, str]]:
    """Sorts by name with numbers by their value: frame2 before frame10."""
    parts = re.findall(r"[0-9]+|[^0-9]+", path.name.casefold())
    return [(0, int(part), part) if part[0] in "0123456789" else (1, 0, part) for part in parts]


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith(".") and path.is_file()


def _list_suffixes() -> str:
    return ", ".join(sorted(suffix.removeprefix(".") for suffix in IMAGE_SUFFIXES))
