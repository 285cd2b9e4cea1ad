"""Settings as options of the command `render`, for programs that start it."""

from typing import Any

from engine.settings import CaptureSettings, Settings
from engine.settings.fields import declaration

GROUPS = ("depth", "capture", "scene", "display", "light", "stereo")
"""The groups of settings that films take."""
WITHOUT_EFFECT = frozenset(
    {
        *(f"capture.{name}" for name in CaptureSettings.model_fields if name not in ("capture_model", "capture_res")),
        *(f"depth.{name}" for name in ("backend", "temporal_filter", "range_time_s")),
        *(f"display.{name}" for name in ("panes", "time_warp")),
    }
)
"""Settings in these groups without effect on a film."""


def options_of(settings: Settings) -> list[str]:
    """Return the options that render a film with `settings`: those that are not at their defaults."""
    words = [_option("crop", settings.source.crop)] if settings.source.crop != declaration("crop").default else []
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
