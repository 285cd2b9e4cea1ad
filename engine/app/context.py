"""What tools and actions work with."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.app.captures import Captures
from engine.app.notices import Notices
from engine.app.view_state import ViewState
from engine.jobs import JobRunner
from engine.pipeline.pipeline import Pipeline
from engine.status.commands import Command
from engine.window.window import Window


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """The parts of the program that a tool may use. Main thread only."""

    pipeline: Pipeline
    window: Window
    view: ViewState
    captures: Captures
    notices: Notices
    jobs: JobRunner
    """Writes files, one after the other; how each job ends becomes a notice."""
    do: Callable[[Command], None]
    """Carry out a command: change settings, run another's action."""
