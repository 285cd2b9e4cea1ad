"""The user's settings file: TOML, one table for each group of the settings tree."""

import os
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import tomli_w

from engine.errors import OutputError, SettingsError
from engine.settings.schema import Settings, from_tree


def load(path: Path) -> Settings:
    """The settings in `path`; the defaults where the file, or a field in it, is missing.

    Raises SettingsError if the file is not TOML or a value is not valid.
    """
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}. Mend it, or start with --reset-settings.") from error
    try:
        return from_tree(tree)
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}. Mend it, or start with --reset-settings.") from None


def save(path: Path, settings: Settings) -> None:
    """Write what differs from the defaults. Raises OutputError."""
    write(path, settings.model_dump(exclude_defaults=True))


def write(path: Path, tree: dict[str, Any]) -> None:
    """Write nested dicts as TOML; the file is complete or not there, and nobody else may read it. Raises
    OutputError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, suffix=".tmp", delete=False) as file:
            tomli_w.dump(_plain(tree), file)
        os.replace(file.name, path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error}") from error


def _plain(value: Any) -> Any:
    """TOML knows neither None nor paths."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if item is not None}
    return str(value) if isinstance(value, Path) else value
