"""Comparing networks: while a key is held, the depth of a second one is beside that of the first."""

from typing import ClassVar

from engine.app.context import Context
from engine.app.dispatcher import Actions
from engine.app.plain_words import in_plain_words
from engine.app.tools.tool import Tool
from engine.app.view_state import Second
from engine.frames import Frame
from engine.navigation.bindings import Binding
from engine.pipeline.second_depth import UNFILTERED, SecondDepth
from engine.settings.language import _
from engine.settings.values import MODELS

KEY = "v"
_NOTICE = "comparison"


class CompareNetworks(Tool):
    """Runs the second network while the key is held. Its weights stay loaded until another one is chosen."""

    bindings: ClassVar = (Binding(KEY, "compare_networks", "hold: compare with a second model (right of the mouse)"),)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.depth = SecondDepth(context.pipeline.clock)

    def actions(self) -> Actions:
        return {"compare_networks": self._explain}

    def update(self, now_s: float) -> None:
        view, settings = self.context.view, self.context.pipeline.settings
        encoder, shown = settings.interface.compare_with, view.shown
        if encoder == "off":
            self.depth.close()
        is_held = KEY in self.context.window.input.held_keys
        if not is_held or encoder == "off" or shown is None or view.is_capture:
            view.second = None
            self.context.notices.unpin(_NOTICE)
            return
        self.depth.show(shown.frame, settings.depth, encoder)
        self.depth.update()
        newest = self.depth.newest
        is_of_it = newest is not None and _is_same_scene(newest.frame, shown.frame)
        view.second = Second(newest, self._name(encoder)) if newest is not None and is_of_it else None
        self._say(encoder)

    def close(self) -> None:
        self.depth.close()

    def _say(self, encoder: str) -> None:
        status = self.depth.status
        if status.message:
            self.context.notices.pin(_NOTICE, in_plain_words(status.message), "warning")
        elif self.context.view.second is None:
            text = _("Waiting for depth of {network} to compare with…").format(network=self._name(encoder))
            self.context.notices.pin(_NOTICE, text, "info")
        else:
            self.context.notices.unpin(_NOTICE)

    def _name(self, encoder: str) -> str:
        shown = self.context.view.shown
        if encoder == UNFILTERED and shown is not None:
            return _("{network}, unfiltered").format(network=shown.model)
        return MODELS.get(encoder, encoder)

    def _explain(self) -> None:
        if self.context.pipeline.settings.interface.compare_with == "off":
            self.context.notices.warn(_("Choose what to compare with first: All settings, Model, Compare with."))


def _is_same_scene(one: Frame, other: Frame) -> bool:
    return (one.source_id, one.take) == (other.source_id, other.take)
