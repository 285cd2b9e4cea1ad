"""Presets: files of settings that go together, shipped with the program or saved by the user."""

import re
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.errors import OutputError, SettingsError
from engine.paths import ASSETS_DIR, config_file
from engine.settings import store
from engine.settings.fields import all_traits
from engine.settings.schema import Settings, from_tree, group_of

SHIPPED_DIR = ASSETS_DIR / "presets"
ORDER = ("real-time", "balanced", "quality", "high-quality", "streaming", "presentation", "studio")
"""The shipped presets, as they are listed."""
DEVICES_DIR = ASSETS_DIR / "devices"
DEVICES = ("this-screen", "3d-television", "red-cyan-glasses", "headset-file", "projector")
"""The presets of stereo, by what one looks at it with."""
_ABOUT = {"title", "meaning", "size"}
"""What a file says of itself, beside the groups of its settings."""


@dataclass(frozen=True)
class Preset:
    """A file of settings."""

    name: str
    path: Path
    is_own: bool
    """Whether the user made it, and may delete it."""

    @property
    def meaning(self) -> str:
        """What it is for, in one line."""
        return str(self._content.get("meaning", "your own"))

    @property
    def title(self) -> str:
        """What a menu calls it."""
        return str(self._content.get("title", self.name))

    @property
    def size(self) -> str | None:
        """The picture size that it is for, WIDTHxHEIGHT; None for any."""
        size = self._content.get("size")
        return None if size is None else str(size)

    @cached_property
    def values(self) -> dict[str, Any]:
        """Its settings by name. Raises SettingsError if the file cannot be read or is not valid."""
        tree = {group: fields for group, fields in self._content.items() if group not in _ABOUT}
        try:
            settings = from_tree(tree)
        except SettingsError as error:
            raise SettingsError(f"{self.path}: {error}") from None
        return {name: getattr(getattr(settings, group), name) for group, fields in tree.items() for name in fields}

    def matches(self, settings: Settings) -> bool:
        """Return whether `settings` have all its values."""
        return all(getattr(getattr(settings, group_of(name)), name) == value for name, value in self.values.items())

    @cached_property
    def _content(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            raise SettingsError(f"{self.path} cannot be read: {error}. Fix or delete it.") from error


def own_dir() -> Path:
    """Return the folder of the user's presets; it may not exist yet."""
    return config_file().parent / "presets"


def presets() -> list[Preset]:
    """Return the shipped presets in their order, then the user's by name."""
    shipped = [Preset(name, SHIPPED_DIR / f"{name}.toml", is_own=False) for name in ORDER]
    own = [Preset(path.stem, path, is_own=True) for path in sorted(own_dir().glob("*.toml"))]
    return shipped + own


def devices() -> list[Preset]:
    """Return the presets of stereo, in their order."""
    return [Preset(name, DEVICES_DIR / f"{name}.toml", is_own=False) for name in DEVICES]


def find(name: str) -> Preset:
    """Return the preset called `name`. Raises SettingsError if there is none."""
    known = {preset.name: preset for preset in (*presets(), *devices())}
    if name in known:
        return known[name]
    close = get_close_matches(name, known, 1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
    raise SettingsError(f"there is no preset {name!r}; {hint}")


def save(name: str, settings: Settings) -> Preset:
    """Save `settings` as the user's preset `name`. Raises SettingsError for a name that is not allowed, and
    OutputError."""
    if not re.fullmatch(r"[\w][\w .-]{0,39}", name) or name.endswith((".", " ")):
        raise SettingsError(f"{name!r} cannot name a preset: use up to 40 letters, digits, spaces, - and _")
    if name in (*ORDER, *DEVICES):
        raise SettingsError(f"{name} comes with the program; choose another name")
    path = own_dir() / f"{name}.toml"
    store.write(path, portable(settings.model_dump()))
    return Preset(name, path, is_own=True)


def portable(tree: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return settings in groups without those that belong to this machine, this camera or this user."""
    traits = all_traits()
    kept = {group: {k: v for k, v in fields.items() if not traits[k].is_local} for group, fields in tree.items()}
    return {group: fields for group, fields in kept.items() if fields}


def delete(name: str) -> None:
    """Delete one of the user's presets. Raises SettingsError if it is not theirs, and OutputError."""
    preset = find(name)
    if not preset.is_own:
        raise SettingsError(f"{name} comes with the program and cannot be deleted")
    try:
        preset.path.unlink()
    except OSError as error:
        raise OutputError(f"{preset.path} cannot be deleted: {error}") from error


@dataclass(frozen=True, slots=True)
class PresetEntry:
    """A preset as the panel lists it."""

    name: str
    meaning: str
    is_own: bool
    is_active: bool
    """Whether the settings match it."""
    title: str = ""
    """What a menu calls it."""


class PresetList:
    """The presets while the program runs. Files are read at the start and after each change made here."""

    def __init__(self) -> None:
        self._presets = presets()
        self._shown: tuple[Settings, tuple[PresetEntry, ...]] | None = None

    def entries(self, settings: Settings) -> tuple[PresetEntry, ...]:
        """Return what can be chosen, with those that match `settings` marked."""
        if self._shown is None or self._shown[0] is not settings:
            self._shown = settings, tuple(entry(preset, settings) for preset in self._presets)
        return self._shown[1]

    def save(self, name: str, settings: Settings) -> None:
        """Save a preset as the function `save` does."""
        save(name, settings)
        self._reload()

    def delete(self, name: str) -> None:
        """Delete a preset as the function `delete` does."""
        delete(name)
        self._reload()

    def _reload(self) -> None:
        self._presets, self._shown = presets(), None


def entry(preset: Preset, settings: Settings) -> PresetEntry:
    """Return `preset` as it is listed under `settings`."""
    try:
        return PresetEntry(preset.name, preset.meaning, preset.is_own, preset.matches(settings), preset.title)
    except SettingsError as error:
        return PresetEntry(preset.name, str(error), preset.is_own, is_active=False, title=preset.name)
