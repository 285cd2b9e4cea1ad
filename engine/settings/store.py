"""The user's settings file: TOML, one table for each group of the settings tree.

Nothing in this file stops the program. Whatever cannot be used is reported, and the default takes its place.
"""

import logging
import tomllib
from pathlib import Path
from typing import Any

import tomli_w

from engine.errors import OutputError
from engine.files.atomic import complete_file
from engine.settings.complaints import salvage
from engine.settings.schema import GROUPS, Settings

log = logging.getLogger(__name__)


def load(path: Path) -> Settings:
    """Return the settings in `path`, and log what is wrong with the file as warnings."""
    settings, problems = read(path)
    for problem in problems:
        log.warning("%s", problem)
    return settings


def read(path: Path) -> tuple[Settings, list[str]]:
    """Return the settings in `path`, and a line for each problem.

    The default is used for a field that is missing or not valid, and for every field if the file cannot be read.
    """
    try:
        tree = _parse(path)
    except FileNotFoundError:
        return Settings(), []
    except (OSError, ValueError) as error:
        reason, fix = (str(error), "Fix it, or start with --reset-settings")
        if path.is_dir():
            reason, fix = ("it is a folder", "Move it away")
        left = f"{fix}; until then it is left alone and changes are not saved"
        return Settings(), [f"{path} cannot be read ({reason}), so the default settings are used. {left}."]
    settings, problems = salvage(Settings, tree)
    return settings, [f"{path}: {problem}" for problem in problems]


def save(path: Path, settings: Settings) -> None:
    """Write what differs from the defaults, and keep the keys in `path` that this version does not know.

    A file that cannot be read, or a folder in its place, is left alone; `load` has reported it. Raises OutputError.
    """
    try:
        unknown = _unknown(_parse(path))
    except FileNotFoundError:
        unknown = {}
    except (OSError, ValueError):
        return
    known = settings.model_dump(exclude_defaults=True)
    tables = {name: unknown[name] | known.get(name, {}) for name in unknown if name in GROUPS}
    write(path, {**unknown, **known, **tables})


def forget(path: Path) -> None:
    """Delete a settings file if there is one. A folder in its place is left alone. Raises OutputError."""
    try:
        if not path.is_dir():
            path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path} cannot be deleted: {error.strerror or error}") from error


def write(path: Path, tree: dict[str, Any]) -> None:
    """Write nested dicts as a TOML file that only its owner can read. Raises OutputError."""
    with complete_file(path, mode=0o600) as temporary:
        temporary.write_text(tomli_w.dumps(_plain(tree)), encoding="utf-8", errors="replace")


def _parse(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # Notepad puts a byte order mark first


def _unknown(tree: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a settings file that no field of this version stands for."""
    unknown = {}
    for name, value in tree.items():
        if name not in GROUPS:
            unknown[name] = value
        elif isinstance(value, dict):
            rest = {key: item for key, item in value.items() if key not in GROUPS[name].model_fields}
            unknown |= {name: rest} if rest else {}
    return unknown


def _plain(value: Any) -> Any:
    """Return `value` without None and with paths as text, as TOML needs it."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if item is not None}
    return str(value) if isinstance(value, Path) else value
