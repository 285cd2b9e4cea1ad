"""Files that are complete or not there."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import OutputError


@contextmanager
def complete_file(path: Path) -> Iterator[Path]:
    """A temporary path with the ending of `path`, to be written to; renamed to `path` when the block ends well.

    Folders on the way are made. Raises OutputError, naming the file, if it cannot be written.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}. Choose another place.") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
