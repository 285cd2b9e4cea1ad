"""3D glasses: a menu of stereo, and a key that exchanges the eyes."""

from engine.app.context import Context
from engine.app.dispatcher import Actions, Handlers
from engine.app.tools.tool import Tool
from engine.navigation.bindings import Binding
from engine.settings import Settings
from engine.settings.presets import devices, entry
from engine.status.commands import ChangeSettings, FillMonitor
from engine.status.snapshot import Snapshot
from engine.ui import glasses_panel
from engine.ui.glasses_panel import GlassesStatus
from engine.ui.widgets import Controls
from engine.window.fullscreen import Monitor, numbered


class Glasses(Tool):
    """Shows the menu while it is open."""

    bindings = (
        Binding("g", "toggle_glasses", "3D glasses: stereo for a screen, a television, a headset"),
        Binding("y", "swap_eyes", "exchange the pictures of the eyes"),
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.is_open = False
        self._devices = devices()
        self._monitors: list[Monitor] = []
        """Those that were connected when the menu was opened."""
        self._status: GlassesStatus | None = None

    def actions(self) -> Actions:
        return {"toggle_glasses": self.toggle, "swap_eyes": self.swap_eyes}

    def handlers(self) -> Handlers:
        return {FillMonitor: lambda command: self.context.window.enter_fullscreen(numbered(command.number))}

    def toggle(self) -> None:
        """Open or close the menu."""
        self.is_open = not self.is_open
        self._monitors = self.context.window.monitors() if self.is_open else []

    def swap_eyes(self) -> None:
        """Exchange the pictures of the eyes."""
        swaps = self._settings.stereo.swap_eyes
        self.context.do(ChangeSettings({"swap_eyes": not swaps}))

    def update(self, now_s: float) -> None:
        settings, is_full = self._settings, self.context.window.is_fullscreen
        if not self.is_open:
            self._status = None
        elif self._status is None or self._status.settings is not settings or self._status.is_fullscreen != is_full:
            entries = tuple(entry(device, settings) for device in self._devices)
            self._status = GlassesStatus(settings, entries, tuple(one.label for one in self._monitors), is_full)

    def facts(self) -> GlassesStatus | None:
        return self._status

    def draw(self, snapshot: Snapshot, controls: Controls) -> None:
        if self._status is not None:
            self.is_open = glasses_panel.window(self._status, controls)

    def escape(self) -> bool:
        was_open, self.is_open = self.is_open, False
        return was_open

    @property
    def _settings(self) -> Settings:
        return self.context.pipeline.settings
