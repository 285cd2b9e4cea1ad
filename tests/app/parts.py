"""Stand-ins for the parts of the program that tools and actions work with."""

from types import SimpleNamespace
from unittest.mock import MagicMock

from engine.app.notices import Notices
from engine.clock import FixedClock
from engine.jobs import JobRunner
from engine.settings import Settings
from engine.window.eyes import WHOLE


class Program(SimpleNamespace):
    """A context whose settings change as commands say; what else a test needs, it sets."""

    def __init__(self, settings=None, **parts):
        self.clock = FixedClock()
        self.pipeline = SimpleNamespace(settings=settings or Settings(), clock=self.clock, apply=self._apply)
        nothing = SimpleNamespace(held_keys=set(), pointer=None, pointer_on_scene=None, eyes=WHOLE)
        self.window = SimpleNamespace(input=nothing, monitors=list, is_fullscreen=False)
        self.notices = Notices(self.clock)
        self.jobs = JobRunner("files", self.notices.job_done)
        self.commands = []
        self.view, self.captures = MagicMock(), MagicMock()
        super().__init__(**parts)

    def do(self, command):
        self.commands.append(command)

    def _apply(self, settings):
        self.pipeline.settings = settings
