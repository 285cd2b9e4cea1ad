"""What every source is."""

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from engine.errors import SourceError
from engine.frames import Frame, Image
from engine.logs import without_secrets
from engine.sources.crop import NO_CROP, Crop

IMAGE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".jp2",
     ".ppm", ".pgm", ".heic", ".heif", ".hif", ".avif", ".jxl"}
)  # fmt: skip
"""What counts as a picture, by name."""
JPEG_XL = (b"\xff\x0a", b"\0\0\0\x0cJXL ")
"""How JPEG XL files begin."""
FULL_RES = 4096
"""Longest side of what is kept of a picture, however large its source has it; no `max_res` asks for more."""
MAX_PIXELS = 1 << 28
"""Larger images are not decoded: a small file may state any size."""
LIVE_RES = 1920
"""Longest side of moving pictures where `max_res` is 0."""
Rectangle = tuple[int, int, int, int]
"""Left, top, width, height on the desktop."""


class Source(ABC):
    """A stream of pictures. Used by one thread at a time.

    Constructors open the source and raise SourceError, naming it and saying what to do, if that fails.
    """

    source_id: str
    """Names the source in logs and frames, e.g. webcam:0; of files and folders it is `file_id`."""
    is_live: bool = False
    """Whether pictures come when they like and only the newest counts."""
    warning: str | None = None
    """One line for the user while pictures come, but not as they should. Any thread may read it."""
    auto_res: int = LIVE_RES
    """Longest side of its frames where `max_res` is 0."""
    excluded: Rectangle | None = None
    """Where our own window is, which a captured screen leaves out. Any thread may set it."""
    crop: Crop = NO_CROP
    """What is cropped off its frames by those who read it."""

    @abstractmethod
    def read(self, max_res: int) -> Frame | None:
        """The next picture, scaled down so that its longest side is at most `max_res` pixels, or None if there is
        nothing new (a still that was read before, a live source that is waiting).

        `Frame.time_s` is when the picture is due, in seconds since the source was opened: the reader keeps to it.
        For a live source it is when the picture was grabbed, by `time.monotonic`. A live source does the waiting
        itself: it is read again at once, so it must not return None without having waited.
        Raises SourceError when the source fails for good; it is then closed and opened again.
        """

    def samples(self) -> Iterable[Image] | None:
        """Pictures from all over it, as large as it has them, in which black bars are looked for; None: only time
        tells, as of live sources. Reading goes on as if they had not been taken."""
        return None

    def close(self) -> None:  # noqa: B027 (most sources hold nothing)
        """Give back files and devices; closing twice is allowed. Reading afterwards is an error."""


class Recording(Source):
    """A source of limited length, any picture of which can be had. It plays for ever: after the last picture, or at the
    end of `loop_s`, comes the first again, and `Frame.time_s` goes on. Positions are seconds from the first picture."""

    duration_s: float | None = None
    """How long it is, as far as that is known."""
    position_s: float = 0.0
    """Where the picture is that was read last."""
    loop_s: tuple[float, float] | None = None
    """What is repeated; None: everything."""

    @abstractmethod
    def read(self, max_res: int) -> Frame:
        """As of every source; there is always a picture."""

    @abstractmethod
    def seek(self, position_s: float) -> None:
        """Have `read` go on with the picture that is on screen at `position_s`: exactly that one, wherever the file
        can be entered. Before the first it is the first, after the last the last. Raises SourceError."""

    @abstractmethod
    def step_back(self) -> None:
        """Have `read` go on with the picture before the one that was read last; before the first there is none, so it
        comes again. Raises SourceError."""


def check_is_file(path: Path) -> None:
    """Raise SourceError if `path` is a device or a pipe, which may never end, or cannot be looked at."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        name = without_secrets(str(path))  # it may be an address
        raise SourceError(f"{name} cannot be read ({why}); check the path and its permissions") from error
    if not (S_ISREG(mode) or S_ISDIR(mode)):
        raise SourceError(f"{path} is a device or a pipe; copy what it gives to a file first (cameras are webcam:0 …)")


def file_id(path: Path) -> str:
    """The `source_id` of a file or a folder: the whole path, however it was written."""
    return os.path.abspath(path)


def fit_px(width: float, height: float, max_res: int) -> tuple[int, int]:
    """The largest size (width, height) in whole pixels, of about the same shape, whose longest side is at most
    `max_res`. A picture is never made larger."""
    scale = min(1.0, max_res / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
