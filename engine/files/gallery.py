"""The gallery: an index of the files that the program has made.

The index is a file of JSON lines that only grows. Any number of processes may write it.
"""

import json
import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from filelock import FileLock, Timeout

from engine.paths import gallery_file

log = logging.getLogger(__name__)

Kind = Literal["capture", "picture", "recording", "film", "depth video", "page"]
_KINDS = get_args(Kind)
_LOCK_S = 5.0
"""How long it waits for other processes, which take milliseconds."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file, or a folder, that the program has made."""

    path: Path
    """Absolute."""
    kind: Kind
    made_s: float
    """When it was complete, in seconds since 1970."""


class Gallery:
    """The index. Any thread may call any method."""

    def __init__(self, file: Path) -> None:
        """`file` is made when something is added."""
        self._file = file

    @property
    def stamp(self) -> tuple[int, int]:
        """A value that changes with the content."""
        try:
            status = self._file.stat()
        except OSError:
            return 0, 0
        return status.st_mtime_ns, status.st_size

    def read(self) -> tuple[Made, ...]:
        """Return what was made, newest first. What was made again counts once. Lines that are damaged are left out."""
        try:
            lines = self._file.read_bytes().splitlines()
        except OSError:
            return ()
        found: dict[str, Made] = {}
        for line in lines:
            _follow(line, found)
        # of the same moment, what was added last comes first
        return tuple(sorted(found.values(), key=lambda made: made.made_s)[::-1])

    def add(self, kind: Kind, *paths: Path) -> None:
        """Add files that were made just now. Raises OSError."""
        now_s = round(time.time(), 3)
        self._append([{"path": os.path.abspath(path), "kind": kind, "made_s": now_s} for path in paths])

    def remove(self, path: Path) -> None:
        """Take a file off the index. Raises OSError."""
        self._append([{"path": os.path.abspath(path), "removed": True}])

    def _append(self, lines: list[dict[str, object]]) -> None:
        text = "".join(json.dumps(line) + "\n" for line in lines).encode()
        if not text:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._file.with_suffix(".lock"), timeout=_LOCK_S), self._file.open("a+b") as file:
                size = file.seek(0, os.SEEK_END)
                if size:
                    file.seek(size - 1)
                    if file.read(1) != b"\n":  # a writer was killed
                        text = b"\n" + text
                file.write(text)
        except Timeout as error:
            raise OSError(f"another process holds {self._file}") from error


def remember(kind: Kind, *paths: Path) -> None:
    """Add files to the user's gallery. They are complete already, so it is no error if that fails."""
    try:
        Gallery(gallery_file()).add(kind, *paths)
    except OSError as error:
        log.info("%s is not in the gallery: %s", ", ".join(map(str, paths)), error)


def _follow(line: bytes, found: dict[str, Made]) -> None:
    """Apply a line of the index to what was found in those before."""
    try:
        match json.loads(line):
            case {"path": str(path), "removed": True}:
                found.pop(path, None)
            case {"path": str(path), "kind": kind, "made_s": float() | int() as made_s} if kind in _KINDS:
                found.pop(path, None)  # to the end of the order
                found[path] = Made(Path(path), kind, float(made_s))
    except ValueError:  # no JSON, or no UTF-8
        log.debug("a damaged line in the gallery")
