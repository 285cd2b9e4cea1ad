"""Where the panels of tools are drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from engine.status.snapshot import Snapshot
from engine.ui.widgets import Controls

Place = Literal["scene", "captures", "window"]
"""Over the scene, in the section Output, or over the whole window in place of all other panels."""


@dataclass(frozen=True, slots=True)
class ToolPanel:
    """The panel of a tool that has something to show."""

    name: str
    place: Place
    draw: Callable[[Snapshot, Controls], None]
