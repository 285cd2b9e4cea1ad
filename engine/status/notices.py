"""Notices: the messages of the window, as plain data."""

from dataclasses import dataclass
from typing import Literal

from engine.status.commands import Command

Kind = Literal["info", "success", "warning", "error"]


@dataclass(frozen=True, slots=True)
class NoticeButton:
    """What can be done about a notice."""

    label: str
    command: Command
    hint: str = ""
    """A tooltip."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message: a line, and buttons beside it."""

    text: str
    kind: Kind = "info"
    buttons: tuple[NoticeButton, ...] = ()
    number: int = 0
    """Tells notices apart."""
    time: str = ""
    """The time of day when it came up."""


@dataclass(frozen=True, slots=True)
class NoticeStatus:
    """What the window says, and what it said before."""

    shown: tuple[Notice, ...] = ()
    history: tuple[Notice, ...] = ()
    """Everything that was shown, newest first."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """The texts that say what is wrong."""
        return tuple(notice.text for notice in self.shown if notice.kind in {"warning", "error"})

    @property
    def infos(self) -> tuple[str, ...]:
        """The other texts."""
        return tuple(notice.text for notice in self.shown if notice.kind in {"info", "success"})
