"""The interface of a tool."""

from typing import ClassVar

from engine.app.context import Context
from engine.app.dispatcher import Actions, Handlers
from engine.navigation.bindings import Binding
from engine.navigation.events import Event
from engine.status.snapshot import Snapshot
from engine.ui.tool_panel import Place
from engine.ui.widgets import Controls


class Tool:
    """Something the user works with in the scene: it has actions, keys and a panel of its own.

    A tool is a subclass in a module of `engine.app.tools`, where it is found by itself; its panel is a module of
    `engine.ui`. Everything is called on the main thread. An exception in a tool becomes a notice.
    """

    bindings: ClassVar[tuple[Binding, ...]] = ()
    """Keys, which join the program's own."""
    place: ClassVar[Place] = "scene"
    """Where the panel is drawn."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def actions(self) -> Actions:
        """Return what the tool's keys and buttons do, by name."""
        return {}

    def handlers(self) -> Handlers:
        """Return who carries out the tool's own commands, by their type."""
        return {}

    def handle(self, event: Event) -> bool:
        """Take an input event that is meant for the tool; return whether nobody else should have it."""
        return False

    def update(self, now_s: float) -> None:
        """Go on with the tool's work: once per iteration of the loop, before the scene is drawn."""

    def drawn(self) -> None:
        """Take the picture of the scene that was drawn just now."""

    def facts(self) -> object | None:
        """Return what the panel shows, as a frozen value; None if there is no panel now."""
        return None

    def draw(self, snapshot: Snapshot, controls: Controls) -> None:
        """Draw the panel, while there are `facts`."""

    def escape(self) -> bool:
        """Close what is open; return False if nothing is."""
        return False

    def close(self) -> None:
        """Give back what the tool holds, at the end of the program."""
