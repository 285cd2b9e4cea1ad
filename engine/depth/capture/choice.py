"""The choice of the network for captures. No torch here: the window needs it too."""

from engine.models.catalog import Checkpoint, download_command, entry, find
from engine.settings import Settings

_BEST_FIRST = ("da3-base", "da3-large", "da3mono-large", "da3-small", "vda-vitl", "vda-vitb", "vda-vits", "lite")
_METRIC_FIRST = ("da3metric-large", "metric-vda-vitl", "metric-vda-vitb", "metric-vda-vits")


def wanted(settings: Settings) -> Checkpoint:
    """Return the network that `settings` ask for, whether its weights are on this machine or not."""
    if settings.capture.capture_model != "auto":
        return entry(settings.capture.capture_model)
    return entry(_METRIC_FIRST[0] if settings.depth.metric else _BEST_FIRST[0])


def candidates(settings: Settings) -> list[str]:
    """Return the networks whose weights are on this machine, in the order in which to try them."""
    order = (wanted(settings).name, *(_METRIC_FIRST if settings.depth.metric else ()), *_BEST_FIRST)
    return [name for name in dict.fromkeys(order) if find(name, settings.depth.checkpoints_dir) is not None]


def shortfall(name: str, settings: Settings) -> str | None:
    """Say why a capture is made with the network `name` and how to get the one that `settings` ask for.

    None if `name` is that one.
    """
    meant, folder = wanted(settings), settings.depth.checkpoints_dir
    if name == meant.name:
        return None
    unit = " (not in meters)" if meant.metric and not entry(name).metric else ""
    if find(meant.name, folder) is not None:
        return f"captured with {name}{unit}: {meant.name} cannot be used; run python -m engine models verify to see why"
    fetch = f"{download_command(meant, folder)} ({meant.size_mb:.0f} MB, {meant.license})"
    return f"captured with {name}{unit}: the weights of {meant.name} are not on this machine. To download them: {fetch}"
