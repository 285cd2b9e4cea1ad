"""The overlay: panels over the scene, messages under it."""

from dataclasses import dataclass, field
from typing import Any

from imgui_bundle import imgui

from engine.settings import Settings
from engine.status import Status
from engine.ui import panels
from engine.ui.theme import Theme
from engine.ui.widgets import Controls

_MARGIN = 12.0
_WIDTH = 328.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asked for through the overlay in one frame."""

    changes: dict[str, Any] = field(default_factory=dict)
    """Settings and their new values."""
    actions: tuple[str, ...] = ()


class Overlay:
    """Draws between `Window.begin_overlay` and `Window.present`."""

    def __init__(self) -> None:
        self.is_visible = True
        self.shows_help = False
        self._theme = Theme()
        self._controls = Controls(self._theme)
        self._has_popup = False

    def toggle(self) -> None:
        """Show or hide the panels."""
        self.is_visible = not self.is_visible

    def toggle_help(self) -> None:
        self.shows_help = not self.shows_help

    def close_popup(self) -> bool:
        """Close an open combo or the help; False if nothing was open."""
        if self.shows_help:
            self.shows_help = False
            return True
        self._controls.closes_popups = self._has_popup
        return self._has_popup

    def draw(self, settings: Settings, status: Status, scale: float) -> Wishes:
        """Draw everything; `scale` is how much larger than usual text must be on this monitor."""
        self._theme.fit(settings.interface, scale)
        controls = self._controls
        controls.changes = {}
        if self.is_visible:
            self._panel(settings, status)
        if self.shows_help:
            panels.help_window(self._theme)
        actions = self._footer(status)
        self._has_popup = imgui.is_popup_open("", imgui.PopupFlags_.any_popup)
        controls.closes_popups = False
        return Wishes(controls.changes, actions)

    def _panel(self, settings: Settings, status: Status) -> None:
        scale = self._theme.scale
        display = imgui.get_io().display_size
        imgui.set_next_window_pos(imgui.ImVec2(_MARGIN * scale, _MARGIN * scale))
        width = min(_WIDTH * scale, display.x - 2 * _MARGIN * scale)
        limit = imgui.ImVec2(width, display.y - 2 * _MARGIN * scale)
        imgui.set_next_window_size_constraints(imgui.ImVec2(width, 0), limit)
        imgui.begin("da3d", None, panels.PLAIN_WINDOW)
        panels.header(status, self._theme)
        panels.source(settings, status, self._controls)
        for title in panels.SECTIONS:
            panels.section(title, settings, self._controls)
        panels.performance(status, self._theme)
        imgui.text_disabled("F1 keys   ·   Tab hides this   ·   X captures")
        imgui.end()

    def _footer(self, status: Status) -> tuple[str, ...]:
        """Messages, loading and capture state, in the middle below; with what can be done about them."""
        lines = [*status.messages]
        background = status.loading or status.capturing or status.download or status.offer
        if not lines and not background and not status.is_capture and not status.is_frozen:
            return ()
        actions: list[str] = []
        size = imgui.get_io().display_size
        bottom = imgui.ImVec2(size.x / 2, size.y - _MARGIN * self._theme.scale)
        imgui.set_next_window_pos(bottom, imgui.Cond_.always, imgui.ImVec2(0.5, 1.0))
        widest = min(720 * self._theme.scale, size.x - 2 * _MARGIN * self._theme.scale)
        imgui.set_next_window_size_constraints(imgui.ImVec2(0, 0), imgui.ImVec2(widest, size.y / 2))
        imgui.begin("messages", None, panels.PLAIN_WINDOW)
        imgui.push_text_wrap_pos(widest - 30 * self._theme.scale)
        for line in lines:
            imgui.text_colored(imgui.ImVec4(*self._theme.palette.warning), line)
        if status.is_capture:
            imgui.text("Captured.  Esc returns to the live scene, X captures again.")
        elif status.is_frozen:
            imgui.text("Frozen.  Space goes on.")
        imgui.pop_text_wrap_pos()
        if status.source_is_lost and status.source != "demo" and imgui.button("Show the demo"):
            actions.append("show_demo")
        if status.offer and imgui.button(status.offer):
            actions.append("download")
        bar = imgui.ImVec2(300 * self._theme.scale, 0)
        if status.loading:
            imgui.progress_bar(-float(imgui.get_time()), bar, status.loading)
        if status.capturing:
            text, done = status.capturing
            imgui.progress_bar(-float(imgui.get_time()) if done is None else done, bar, text)
        if status.download:
            text, share = status.download
            imgui.progress_bar(share, bar, text)
        imgui.end()
        return tuple(actions)
