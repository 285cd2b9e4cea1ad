"""The settings tree. Each field declares its label, default, range, meaning and traits once, in `input_groups`,
`picture_groups` and `stereo`; the command line, the TOML file, the panel and the tooltips are made from that
declaration."""

from functools import cache
from typing import Any

from pydantic import ValidationError

from engine.errors import SettingsError
from engine.settings.complaints import complaint
from engine.settings.group import Group
from engine.settings.input_groups import CaptureSettings, DepthSettings, SourceSettings
from engine.settings.picture_groups import (
    DisplaySettings,
    InterfaceSettings,
    LightSettings,
    MotionSettings,
    SceneSettings,
)
from engine.settings.stereo import StereoSettings


class Settings(Group):
    """Everything that is remembered from one run to the next."""

    source: SourceSettings = SourceSettings()
    depth: DepthSettings = DepthSettings()
    capture: CaptureSettings = CaptureSettings()
    scene: SceneSettings = SceneSettings()
    display: DisplaySettings = DisplaySettings()
    light: LightSettings = LightSettings()
    stereo: StereoSettings = StereoSettings()
    motion: MotionSettings = MotionSettings()
    interface: InterfaceSettings = InterfaceSettings()

    def replace(self, **values: Any) -> "Settings":
        """Return a copy with the given fields changed, wherever in the tree they are: `replace(subsample=4)`.

        Raises SettingsError for an unknown field or a value out of range.
        """
        tree = self.model_dump()
        for name, value in values.items():
            tree[group_of(name)][name] = value
        return from_tree(tree)


GROUPS: dict[str, type[Group]] = {name: type(field.default) for name, field in Settings.model_fields.items()}


@cache
def group_of(name: str) -> str:
    """Return the group that field `name` belongs to. Raises SettingsError if there is no such field."""
    for group, model in GROUPS.items():
        if name in model.model_fields:
            return group
    raise SettingsError(f"there is no setting called {name!r}")


def from_tree(tree: dict[str, Any]) -> Settings:
    """Return the settings in nested dicts. Raises SettingsError, which names the field and its range."""
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        raise SettingsError(complaint(error)) from None
