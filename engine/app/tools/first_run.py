"""The first run: a card that says what was found on this machine and what can be done at once."""

import logging

from engine.app.context import Context
from engine.app.dispatcher import Actions
from engine.app.downloads import wanted
from engine.app.tools.tool import Tool
from engine.jobs import Job, JobRunner
from engine.models.catalog import find, name_for
from engine.status.commands import Invoke
from engine.status.snapshot import Snapshot
from engine.ui import first_run_panel
from engine.ui.first_run_panel import Greeting
from engine.ui.widgets import Controls

log = logging.getLogger(__name__)

REFRESH_S = 0.25
"""How often it looks which weights are there."""
_NAMES = {"vits": "Small", "vitb": "Base", "vitl": "Large"}


class FirstRun(Tool):
    """Open until the user has begun."""

    place = "window"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.is_open = False
        self._runner = JobRunner("looking for a device")
        self._device: str | None = None
        self._has_looked = False
        self._greeting: Greeting | None = None
        self._refresh_at_s = 0.0

    def actions(self) -> Actions:
        return {"greet": self._open, "begin": self.close}

    def update(self, now_s: float) -> None:
        if not self.is_open:
            return
        source = self.context.pipeline.source
        if source.is_lost:  # without a camera there is something to see all the same
            source.fill_in(self.context.pipeline.settings.source.model_copy(update={"source": "demo"}))
        if not self._has_looked and self.context.pipeline.statistics.has_picture:  # searching keeps Python busy
            self._has_looked = True
            self.context.do(Invoke("look_for_sources"))
            self._runner.start("looking for a device", self._find_device)
        if self._greeting is None or now_s >= self._refresh_at_s:
            self._refresh_at_s = now_s + REFRESH_S
            self._greeting = self._greet()

    def facts(self) -> Greeting | None:
        return self._greeting if self.is_open else None

    def draw(self, snapshot: Snapshot, controls: Controls) -> None:
        if self._greeting is not None:
            first_run_panel.draw(self._greeting, snapshot, controls)

    def escape(self) -> bool:
        was_open = self.is_open
        self.close()
        return was_open

    def close(self) -> None:
        self.is_open = False

    def _open(self) -> None:
        self.is_open, self._greeting = True, self._greet()

    def _greet(self) -> Greeting:
        depth = self.context.pipeline.settings.depth
        here = [
            name
            for encoder, name in _NAMES.items()
            if find(name_for(encoder, metric=False), depth.checkpoints_dir) is not None
        ]
        missing = wanted(depth)
        return Greeting(
            device=self._device,
            networks=f"Video-Depth-Anything {', '.join(here)}" if here else "lite, which is built in",
            offer=f"Download {missing.offer}" if missing and not here else None,
        )

    def _find_device(self, job: Job[None]) -> None:
        try:
            from engine.depth.runtime.device import describe, pick_device  # loads torch, hence the thread

            self._device = describe(pick_device("auto"))
        except Exception as error:  # the depth thread says more, if a network is needed
            log.debug("no device: %s", error, exc_info=True)
            self._device = "none that works; python -m engine status says why"
