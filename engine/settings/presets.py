"""Presets: settings that go together, in files: those that come with the program, and the user's own."""

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
from engine.settings.schema import Settings, SourceSettings, from_tree, group_of

SHIPPED_DIR = ASSETS_DIR / "presets"
ORDER = ("real-time", "balanced", "quality", "high-quality", "streaming", "presentation", "studio")
"""Of those that come with the program."""

_NOT_IN_PRESETS: dict[str, Any] = {
    "source": set(SourceSettings.model_fields) - {"max_res"},
    "interface": True,
    "depth": {"device", "checkpoints_dir", "backend", "mps_fallback", "fov_deg", "focal_length_x", "focal_length_y",
              "principal_point_x", "principal_point_y", "calibrated_width", "calibrated_height"},
}  # fmt: skip
"""What belongs to this machine, this camera or this user: a preset of one's own leaves it as it is."""


@dataclass(frozen=True)
class Preset:
    """A file of settings."""

    name: str
    path: Path
    is_own: bool
    """Whether the user made it, and may delete it."""

    @property
    def meaning(self) -> str:
        """One line on what it is for."""
        return str(self._content.get("meaning", "your own"))

    @cached_property
    def values(self) -> dict[str, Any]:
        """The settings in it, by name. Raises SettingsError if the file cannot be read or is not valid."""
        tree = {group: fields for group, fields in self._content.items() if group != "meaning"}
        try:
            settings = from_tree(tree)
        except SettingsError as error:
            raise SettingsError(f"{self.path}: {error}") from None
        return {name: getattr(getattr(settings, group), name) for group, fields in tree.items() for name in fields}

    def holds(self, settings: Settings) -> bool:
        """Whether `settings` are as it says."""
        return all(getattr(getattr(settings, group_of(name)), name) == value for name, value in self.values.items())

    @cached_property
    def _content(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{self.path} cannot be read: {error}. Mend it, or delete it.") from error


def own_dir() -> Path:
    """Where the user's presets are; it may not exist yet."""
    return config_file().parent / "presets"


def presets() -> list[Preset]:
    """Those of the program in their order, then the user's by name."""
    shipped = [Preset(name, SHIPPED_DIR / f"{name}.toml", is_own=False) for name in ORDER]
    own = [Preset(path.stem, path, is_own=True) for path in sorted(own_dir().glob("*.toml"))]
    return shipped + own


def find(name: str) -> Preset:
    """The preset called `name`. Raises SettingsError if there is none."""
    known = {preset.name: preset for preset in presets()}
    if name in known:
        return known[name]
    close = get_close_matches(name, known, 1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
    raise SettingsError(f"there is no preset {name!r}; {hint}")


def save(name: str, settings: Settings) -> Preset:
    """Keep `settings` as the user's preset `name`. Raises SettingsError for a name that cannot be, and OutputError."""
    if not re.fullmatch(r"[\w][\w .-]{0,39}", name) or name.endswith((".", " ")):
        raise SettingsError(f"a preset is not called {name!r}: use up to 40 letters, digits, spaces, - and _")
    if name in ORDER:
        raise SettingsError(f"{name} comes with the program; choose another name")
    path = own_dir() / f"{name}.toml"
    store.write(path, settings.model_dump(exclude=_NOT_IN_PRESETS))
    return Preset(name, path, is_own=True)


def delete(name: str) -> None:
    """Delete a preset of the user's. Raises SettingsError for one that is not, and OutputError."""
    preset = find(name)
    if not preset.is_own:
        raise SettingsError(f"{name} comes with the program and stays")
    try:
        preset.path.unlink()
    except OSError as error:
        raise OutputError(f"{preset.path} cannot be deleted: {error}") from error
