"""The start screen: what can be shown, recent pictures and videos, and what this machine has for depth."""

import logging
from dataclasses import replace
from typing import ClassVar

from engine.app.context import Context
from engine.app.dispatcher import Actions
from engine.app.downloads import offer_of, wanted
from engine.app.thumbnails import Thumbnails
from engine.app.tools.tool import Tool
from engine.gl.image_texture import ImageTexture
from engine.jobs import Job, JobRunner
from engine.models.catalog import find, name_for
from engine.navigation.bindings import Binding
from engine.navigation.events import Dropped, Event
from engine.paths import cache_dir
from engine.settings.language import _
from engine.sources.registry import is_lasting
from engine.status.commands import Invoke
from engine.status.snapshot import Snapshot
from engine.ui import start_panel
from engine.ui.start_panel import Greeting
from engine.ui.widgets import Controls

log = logging.getLogger(__name__)

REFRESH_S = 0.25
"""How often it looks which weights are there."""
_NAMES = {"vits": "Small", "vitb": "Base", "vitl": "Large"}


class Start(Tool):
    """Opens by itself at the first run and where there is no camera, and closes once something is chosen."""

    place = "window"
    bindings: ClassVar = (Binding("o", "show_start", "start screen: files, camera, screen, demo, recent ones"),)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.is_open = False
        self._has_begun = False
        """Whether the user has chosen something, so that it never opens by itself again."""
        self._asked = ""
        """The source in the settings when it opened."""
        self._thumbnails = Thumbnails(cache_dir() / "thumbnails", lambda: ImageTexture(context.window.ctx))
        self._runner = JobRunner("looking for a device")
        self._device: str | None = None
        self._has_looked = False
        self._greeting: Greeting | None = None
        self._refresh_at_s = 0.0

    def actions(self) -> Actions:
        return {"show_start": self._open, "begin": self.close}

    def handle(self, event: Event) -> bool:
        if isinstance(event, Dropped):
            self.close()
        return False

    def update(self, now_s: float) -> None:
        if self.is_open and self.context.pipeline.settings.source.source != self._asked:
            self.close()  # something else was chosen, such as a copied address
        self._thumbnails.update()
        source = self.context.pipeline.source
        name, newest = source.shown_name, source.newest
        if name is not None and newest is not None and is_lasting(name):
            self._thumbnails.save(name, newest.geometry_image)
        if source.is_lost and newest is None and not (self.is_open or self._has_begun):
            self._open()
        if not self.is_open:
            return
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
            recent = snapshot.source.choices.recent
            thumbnails = {choice.name: self._thumbnails.texture(choice.name) for choice in recent}
            start_panel.draw(replace(self._greeting, thumbnails=thumbnails), snapshot, controls)

    def escape(self) -> bool:
        was_open = self.is_open
        self.close()
        return was_open

    def close(self) -> None:
        if self.is_open:
            self._has_begun = True
        self.is_open = False
        self._thumbnails.release()

    def _open(self) -> None:
        self.is_open, self._greeting = True, self._greet()
        self._asked = self.context.pipeline.settings.source.source

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
            networks=f"Video-Depth-Anything {', '.join(here)}" if here else _("the built-in network"),
            offer=offer_of(missing) if missing and not here else None,
            arrived=self._thumbnails.arrived,
        )

    def _find_device(self, job: Job[None]) -> None:
        try:
            from engine.depth.runtime.device import describe, pick_device  # loads torch, hence the thread

            device = pick_device("auto")
            self._device = _("the processor, for there is no usable GPU") if device.type == "cpu" else describe(device)
        except Exception as error:  # the depth thread says more, if a network is needed
            log.debug("no device: %s", error, exc_info=True)
            self._device = _("no device that works")
