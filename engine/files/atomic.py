"""Files and folders that are written completely or not at all."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import OutputError

_PREFIX_CHARACTERS = 20


@contextmanager
def complete_file(path: Path, *, mode: int = 0o644, folder: Path | None = None) -> Iterator[Path]:
    """Yield a temporary path with the suffix of `path`, and rename it to `path` if the block succeeds.

    Missing folders are made. `mode`: the permissions of the file. `folder`: where the temporary file is, on the same
    disk; None: beside `path`. Raises OutputError, naming the file, if it cannot be written.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder or path.parent, prefix=_prefix(path.stem), suffix=path.suffix)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        temporary.chmod(mode)
        temporary.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def save_json(path: Path, value: object) -> None:
    """Write `value` as indented JSON. Raises OutputError, naming the file, if it cannot be written."""
    with complete_file(path) as temporary:
        temporary.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


@contextmanager
def complete_folder(path: Path, *, folder: Path | None = None) -> Iterator[Path]:
    """Yield a temporary folder to fill; if the block succeeds, it replaces `path` and what was in it.

    Missing folders are made. `folder`: where the temporary one is, as for a file. Raises OutputError, naming it,
    if it cannot be written.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=folder or path.parent, prefix=_prefix(path.name)))
        filled = temporary / path.name
        filled.mkdir()
        yield filled
        if path.exists():
            path.rename(temporary / "old")
        filled.rename(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def _prefix(name: str) -> str:
    """Return how the names of temporary files for `name` begin: short, since a name may be as long as it can be."""
    return f".{name[:_PREFIX_CHARACTERS]}-"


def cannot_write(path: Path, error: OSError) -> OutputError:
    """Return the error that tells the user why `path` cannot be written."""
    return OutputError(f"{path} cannot be written: {error.strerror or error}. Choose another place.")
