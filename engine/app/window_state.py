"""The state of the window between runs: placement, folded sections and recent files."""

import logging
import tomllib
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from engine.jobs import Job, JobRunner
from engine.settings import store

log = logging.getLogger(__name__)

RECENT_COUNT = 8
"""How many recent sources are kept."""


class Remembered(BaseModel):
    """The content of the file."""

    model_config = ConfigDict(frozen=True)

    window_px: tuple[int, int] | None = None
    """Width and height, in the units of the desktop."""
    window_at: tuple[int, int] | None = None
    """Left and top on the desktop."""
    is_maximized: bool = Field(False, validation_alias=AliasChoices("is_maximized", "is_maximized"))
    fullscreen_at: tuple[int, int] | None = None
    """Top left corner of the monitor that it filled."""
    shows_panels: bool = True
    shows_all_settings: bool = False
    """Whether the panel lists all settings, or a few."""
    sections: dict[str, bool] = {}
    """Which sections are unfolded and which are folded; the others keep their default."""
    recent: tuple[str, ...] = ()
    """Files, folders and addresses, newest first, with passwords so that they can be opened again."""
    is_welcomed: bool = False
    """Whether the first run is over."""


def load(path: Path) -> Remembered:
    """Return the content of `path`, or the defaults if it is missing or damaged: nothing in it is worth an error."""
    try:
        return Remembered.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Remembered()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        log.info("%s cannot be read, so the window starts with its defaults (%s)", path, error)
        return Remembered()


class WindowState:
    """The remembered state, written to its file whenever it changes. Main thread only."""

    def __init__(self, path: Path, jobs: JobRunner) -> None:
        self._path, self._jobs = path, jobs
        self.value = load(path)

    def note(self, **changes: Any) -> None:
        """Change fields."""
        value = self.value.model_copy(update=changes)
        if value != self.value:
            self.value = value
            tree = value.model_dump(exclude_none=True)

            def write(job: Job[None]) -> None:
                store.write(self._path, tree)

            self._jobs.start("saving the window's state", write)

    def note_source(self, name: str) -> None:
        """Put `name` first among the recent sources."""
        if self.value.recent[:1] != (name,):
            others = tuple(other for other in self.value.recent if other != name)
            self.note(recent=(name, *others)[:RECENT_COUNT])
