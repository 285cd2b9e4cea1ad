"""Which network a capture is made with. No torch here: the window asks as well."""

from engine.models.catalog import Checkpoint, download_command, entry, find
from engine.settings import Settings

_BEST_FIRST = ("da3-base", "da3-large", "da3mono-large", "da3-small", "vda-vitl", "vda-vitb", "vda-vits", "lite")
_METRIC_FIRST = ("da3metric-large", "metric-vda-vitl", "metric-vda-vitb", "metric-vda-vits")


def wanted(settings: Settings) -> Checkpoint:
    """The network that `settings` mean, whether its weights are there or not."""
    if settings.capture.capture_model != "auto":
        return entry(settings.capture.capture_model)
    return entry(_METRIC_FIRST[0] if settings.depth.metric else _BEST_FIRST[0])


def candidates(settings: Settings) -> list[str]:
    """The networks whose weights are on this machine, in the order in which they are to be tried."""
    order = (wanted(settings).name, *(_METRIC_FIRST if settings.depth.metric else ()), *_BEST_FIRST)
    return [name for name in dict.fromkeys(order) if find(name, settings.depth.checkpoints_dir) is not None]


def shortfall(name: str, settings: Settings) -> str | None:
    """Why a capture with the network `name` is not what `settings` mean, and how to mend it; None if it is."""
    meant, folder = wanted(settings), settings.depth.checkpoints_dir
    if name == meant.name:
        return None
    unit = " (no meters)" if meant.metric and not entry(name).metric else ""
    if find(meant.name, folder) is not None:
        return f"captured with {name}{unit}: {meant.name} cannot be used; see python -m engine models verify"
    fetch = f"{download_command(meant, folder)} ({meant.size_mb:.0f} MB, {meant.license})"
    return f"captured with {name}{unit}: the weights of {meant.name} are not here. To fetch them: {fetch}"
