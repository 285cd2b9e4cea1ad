"""Where a film is made: a hidden folder beside it, with the parts that are finished."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from engine.errors import OutputError
from engine.files.atomic import cannot_write

_LOCK, _KEY = "lock", "key"
_NAME_CHARACTERS = 20


def key_of(*facts: object) -> str:
    """Return a hash of what a film depends on, each as JSON or as text."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def folder_for(target: Path) -> Path:
    """Return the folder in which `target` is made. Its name is short, since that of a film may be as long as can be."""
    unique = hashlib.sha256(target.name.encode(errors="surrogateescape")).hexdigest()[:8]
    return target.with_name(f".{target.name[:_NAME_CHARACTERS]}-{unique}.parts")


@contextmanager
def work_folder(target: Path, key: str, *, is_fresh: bool = False) -> Iterator[Path]:
    """Yield the folder in which `target` is made, which no other process uses until the block ends.

    What is in it stays if the process ends, is interrupted, or cannot write. It is removed in the end, and replaced if
    it was left by a film with another `key`, or if `is_fresh`. Raises OutputError.
    """
    folder = folder_for(target)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK)
        lock.acquire(blocking=False)
    except Timeout:
        raise OutputError(
            f"{target} is being written by another process; wait for it, or choose another --output-dir"
        ) from None
    except OSError as error:
        raise cannot_write(target, error) from error
    is_kept = False
    try:
        _clean(folder, key, target, is_fresh=is_fresh)
        yield folder
    except (KeyboardInterrupt, OutputError):
        is_kept = any(path.name not in (_LOCK, _KEY) for path in folder.iterdir())
        raise
    finally:
        if not is_kept:
            _empty(folder)
        lock.release()
        if not is_kept:
            (folder / _LOCK).unlink(missing_ok=True)
            with suppress(OSError):  # another process has just begun
                folder.rmdir()


def _clean(folder: Path, key: str, target: Path, *, is_fresh: bool) -> None:
    """Remove what does not belong to the film with `key`, and temporary files of a process that was killed."""
    noted = folder / _KEY
    try:
        if is_fresh or not noted.exists() or noted.read_text() != key:
            _empty(folder)
            noted.write_text(key)
        for path in folder.glob(".*"):
            _remove(path)
    except OSError as error:
        raise cannot_write(target, error) from error


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name != _LOCK:
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
