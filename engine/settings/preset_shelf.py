"""The presets while the program runs: what there is to choose, and what the user does with it."""

from dataclasses import dataclass

from engine.errors import SettingsError
from engine.settings import presets
from engine.settings.presets import Preset
from engine.settings.schema import Settings


@dataclass(frozen=True, slots=True)
class PresetEntry:
    """A preset, as it is shown."""

    name: str
    meaning: str
    is_own: bool
    is_active: bool
    """Whether the settings are as it says."""


class PresetShelf:
    """Files are read at the start, and when the user changed them here."""

    def __init__(self) -> None:
        self._presets = presets.presets()
        self._shown: tuple[Settings, tuple[PresetEntry, ...]] | None = None

    def entries(self, settings: Settings) -> tuple[PresetEntry, ...]:
        """What can be chosen, and which of it `settings` are."""
        if self._shown is None or self._shown[0] is not settings:
            self._shown = settings, tuple(_entry(preset, settings) for preset in self._presets)
        return self._shown[1]

    def save(self, name: str, settings: Settings) -> None:
        """As `presets.save`."""
        presets.save(name, settings)
        self._read_anew()

    def delete(self, name: str) -> None:
        """As `presets.delete`."""
        presets.delete(name)
        self._read_anew()

    def _read_anew(self) -> None:
        self._presets, self._shown = presets.presets(), None


def _entry(preset: Preset, settings: Settings) -> PresetEntry:
    try:
        return PresetEntry(preset.name, preset.meaning, preset.is_own, preset.holds(settings))
    except SettingsError as error:
        return PresetEntry(preset.name, str(error), preset.is_own, is_active=False)
