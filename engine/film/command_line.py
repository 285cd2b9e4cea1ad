"""Settings as options of the command `render`, for programs that start it."""

from typing import Any

from engine.plugins.loading import LOADED, OPTION
from engine.settings import CaptureSettings, Settings, SourceSettings
from engine.settings.fields import all_traits, declaration

GROUPS = ("source", "depth", "capture", "scene", "display", "light", "stereo")
"""The groups of settings that films take."""
_OF_FILES = {"crop", *(name for name, traits in all_traits().items() if traits.only_for == "file")} - {"sequence_fps"}
WITHOUT_EFFECT = frozenset(
    {
        *(f"source.{name}" for name in SourceSettings.model_fields if name not in _OF_FILES),
        *(f"capture.{name}" for name in CaptureSettings.model_fields if name not in ("capture_model", "capture_res")),
        *(f"depth.{name}" for name in ("backend", "temporal_filter", "range_time_s")),
        *(f"display.{name}" for name in ("panes", "time_warp")),
    }
)
"""Settings in these groups without effect on a film."""


def options_of(settings: Settings) -> list[str]:
    """Return the options that render a film with `settings`: the plugins, and what is not at its default."""
    words = [f"{OPTION}={file}" for file in LOADED]
    for group in GROUPS:
        for name, value in getattr(settings, group):
            if f"{group}.{name}" not in WITHOUT_EFFECT and value != declaration(name).default:
                words.append(_option(name, value))
    return words


def _option(name: str, value: Any) -> str:
    word = name.replace("_", "-")
    if isinstance(value, bool):
        return f"--{word}" if value else f"--no-{word}"
    return f"--{word}={'none' if value is None else value}"
