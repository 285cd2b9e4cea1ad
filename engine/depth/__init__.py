"""From pictures to depth maps. Names are loaded on first use (PEP 562), so that importing this package does not
import torch before the depth thread does."""

from importlib import import_module
from typing import Any

_HOMES: dict[str, str] = {}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
