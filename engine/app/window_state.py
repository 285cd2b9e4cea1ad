"""What the window remembers beside the settings: its place and size, what is unfolded, and what was shown before."""

import logging
import tomllib
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from engine.app.jobs import Jobs
from engine.settings import store

log = logging.getLogger(__name__)

RECENT_COUNT = 8
"""So many sources are remembered."""


class Remembered(BaseModel):
    """The content of the file."""

    model_config = ConfigDict(frozen=True)

    window_px: tuple[int, int] | None = None
    """Width and height, in the units of the desktop."""
    window_at: tuple[int, int] | None = None
    """Left and top on the desktop."""
    is_maximized: bool = Field(False, validation_alias=AliasChoices("is_maximized", "is_maximised"))
    shows_panels: bool = True
    sections: dict[str, bool] = {}
    """Which are unfolded, and which are not; the others are as they are at first."""
    recent: tuple[str, ...] = ()
    """Files, folders and addresses, the newest first; with passwords, so that they can be opened again."""
    is_welcomed: bool = False
    """Whether the first run was."""


def load(path: Path) -> Remembered:
    """The content of `path`; of a file that is missing or damaged nothing, since nothing in it is worth an error."""
    try:
        return Remembered.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Remembered()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        log.info("%s is not readable, the window starts afresh (%s)", path, error)
        return Remembered()


class WindowState:
    """The file, which is written when something is noted. Main thread only."""

    def __init__(self, path: Path, errands: Jobs) -> None:
        self._path, self._errands = path, errands
        self.value = load(path)

    def note(self, **changes: Any) -> None:
        """Remember something else in some field."""
        value = self.value.model_copy(update=changes)
        if value != self.value:
            self.value = value
            tree = value.model_dump(exclude_none=True)
            self._errands.run(lambda: store.write(self._path, tree))

    def note_source(self, name: str) -> None:
        """Put `name` first among the recent ones."""
        if self.value.recent[:1] != (name,):
            others = tuple(other for other in self.value.recent if other != name)
            self.note(recent=(name, *others)[:RECENT_COUNT])
