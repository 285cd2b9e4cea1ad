"""The depth networks. Names are loaded on first use (PEP 562), so that importing this package does not import torch."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.models.checkpoints import build as build
    from engine.models.checkpoints import load as load
    from engine.models.checkpoints import load_published as load_published

_HOMES = dict.fromkeys(("build", "load", "load_published"), "engine.models.checkpoints")


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
