"""Comparing: while a key is held, the scene of a second network, or of settings kept before, is beside the first."""

from typing import ClassVar

from engine.app.context import Context
from engine.app.dispatcher import Actions
from engine.app.plain_words import in_plain_words
from engine.app.tools.tool import Tool
from engine.app.view_state import Second
from engine.frames import DepthFrame
from engine.navigation.bindings import Binding
from engine.pipeline.second_depth import SecondDepth
from engine.settings import DepthSettings, Settings
from engine.settings.language import _
from engine.settings.values import MODELS

KEY = "v"
_NOTICE = "comparison"


class CompareNetworks(Tool):
    """Runs the second network while the key is held. Its weights stay loaded until another one is chosen."""

    bindings: ClassVar = (
        Binding(KEY, "compare_networks", "hold: compare with a second model or kept settings (right of the mouse)"),
        Binding(f"shift+{KEY}", "keep_settings", "keep these settings to compare with; forget them"),
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.depth = SecondDepth(context.pipeline.clock)
        self._kept: Settings | None = None
        """What is compared with in place of the chosen network."""

    def actions(self) -> Actions:
        return {"compare_networks": self._explain, "keep_settings": self._keep}

    def update(self, now_s: float) -> None:
        view, settings, shown = self.context.view, self.context.pipeline.settings, self.context.view.shown
        if not self._is_chosen:
            self.depth.close(timeout_s=0.0)
        is_held = KEY in self.context.window.input.held_keys
        if not (is_held and self._is_chosen) or shown is None or view.is_capture:
            view.second = None
            self.context.notices.unpin(_NOTICE)
            return
        kept = None if self._kept is None else _divided_as(self._kept, settings)
        wanted = _with_network(settings) if kept is None else kept.depth
        depth = self._depth_of(shown, wanted) if kept is None or wanted != settings.depth else shown
        view.second = None if depth is None else Second(depth, self._name, kept)
        self._say()

    def close(self) -> None:
        self.depth.close()

    @property
    def _is_chosen(self) -> bool:
        return self._kept is not None or self.context.pipeline.settings.interface.compare_with != "off"

    @property
    def _name(self) -> str:
        """What the second scene is called."""
        encoder = self.context.pipeline.settings.interface.compare_with
        if self._kept is not None:
            return _("kept settings")
        return _("unfiltered") if encoder == "unfiltered" else MODELS.get(encoder, encoder)

    def _depth_of(self, shown: DepthFrame, settings: DepthSettings) -> DepthFrame | None:
        """Compute depth under other settings; return the newest of the scene on screen."""
        self.depth.show(shown.frame, settings)
        self.depth.update()
        newest = self.depth.newest
        if newest is None or (newest.frame.source_id, newest.frame.take) != (shown.frame.source_id, shown.frame.take):
            return None
        return newest

    def _say(self) -> None:
        status = self.depth.status
        if status.message:
            self.context.notices.pin(_NOTICE, in_plain_words(status.message), "warning")
        elif self.context.view.second is None:
            text = _("Waiting for depth of {network} to compare with…").format(network=self._name)
            self.context.notices.pin(_NOTICE, text, "info")
        else:
            self.context.notices.unpin(_NOTICE)

    def _keep(self) -> None:
        self._kept = self.context.pipeline.settings if self._kept is None else None
        if self._kept is not None:
            self.context.notices.confirm(_("Settings kept. Change some, then hold V to see both."))
        else:
            self.context.notices.say(_("The kept settings are forgotten."))

    def _explain(self) -> None:
        if not self._is_chosen:
            text = _("Choose a model to compare with (All settings, Model), or keep settings with Shift+V.")
            self.context.notices.warn(text)


def _with_network(settings: Settings) -> DepthSettings:
    """Return the settings of the network that is chosen to compare with."""
    encoder = settings.interface.compare_with
    changes = {"temporal_filter": False} if encoder == "unfiltered" else {"encoder": encoder}
    return settings.depth.model_copy(update=changes)


def _divided_as(kept: Settings, settings: Settings) -> Settings:
    """Return kept settings with what both scenes must share: how the window is divided, and how well it is drawn."""
    display = {name: getattr(settings.display, name) for name in ("panes", "quality", "background")}
    return kept.model_copy(update={"stereo": settings.stereo, "display": kept.display.model_copy(update=display)})
