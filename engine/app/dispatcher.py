"""The dispatcher: every command of keys, panels and tools is carried out here."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.app.notices import Notices
from engine.status.commands import Command, Invoke

Actions = Mapping[str, Callable[[], None]]
Handlers = Mapping[type, Callable[[Any], None]]


class Dispatcher:
    """Knows who carries out what. Main thread only."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self._actions: dict[str, Callable[[], None]] = {}
        self._handlers: dict[type, Callable[[Any], None]] = {}

    def add(self, actions: Actions, handlers: Handlers | None = None) -> None:
        """Register named actions, and handlers by the type of their command.

        Raises ValueError for a name or a type that is registered already.
        """
        for known, added in ((self._actions, actions), (self._handlers, handlers or {})):
            if taken := known.keys() & added.keys():
                raise ValueError(f"registered twice: {', '.join(map(str, taken))}")
        self._actions.update(actions)
        self._handlers.update(handlers or {})

    def do(self, command: Command) -> None:
        """Carry out `command`. If that fails, a notice says so and the program goes on."""
        if isinstance(command, Invoke):
            with self._notices.guard(command.action.replace("_", " ")):
                self._actions[command.action]()
        else:
            with self._notices.guard(type(command).__name__):
                self._handlers[type(command)](command)
