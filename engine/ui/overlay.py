"""The overlay: panels over the scene, the controls of a recording and messages under it."""

from dataclasses import dataclass, field
from typing import Any

from imgui_bundle import imgui

from engine.playback import Order
from engine.settings import Settings
from engine.status import Status
from engine.ui import messages, panels, transport
from engine.ui.theme import Theme
from engine.ui.widgets import Controls

_MARGIN = 12.0
_WIDTH = 328.0
_PANEL = "da3d"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asked for through the overlay in one frame."""

    changes: dict[str, Any] = field(default_factory=dict)
    """Settings and their new values."""
    actions: tuple[str, ...] = ()
    orders: tuple[Order, ...] = ()
    """What the recording is to do."""


class Overlay:
    """Draws between `Window.begin_overlay` and `Window.present`."""

    def __init__(self) -> None:
        self.is_visible = True
        self.shows_help = False
        self._theme = Theme()
        self._controls = Controls(self._theme)
        self._takes_focus = False

    def toggle(self) -> None:
        """Show or hide the panels."""
        self.is_visible = not self.is_visible

    def toggle_help(self) -> None:
        self.shows_help = not self.shows_help

    def focus(self) -> None:
        """Let the keyboard move through the panels, until Esc."""
        self.is_visible = self._takes_focus = True

    def close_popup(self) -> bool:
        """Close the help; False if it was not open."""
        was_open, self.shows_help = self.shows_help, False
        return was_open

    def draw(self, settings: Settings, status: Status, scale: float) -> Wishes:
        """Draw everything; `scale` is how much larger than usual text must be on this monitor."""
        self._theme.fit(settings.interface, scale)
        controls = self._controls
        controls.clear()
        margin, display = _MARGIN * self._theme.scale, imgui.get_io().display_size
        left, bottom = margin, display.y - margin
        if self.is_visible:
            left += self._panel(settings, status) + margin
            if status.playback is not None:
                bottom = transport.bar(status.playback, controls, left, bottom) - margin
        if self.shows_help:
            panels.help_window(self._theme)
        messages.footer(status, controls, left, bottom)
        return Wishes(controls.changes, tuple(controls.actions), tuple(controls.orders))

    def _panel(self, settings: Settings, status: Status) -> float:
        """Returns how wide it is."""
        scale = self._theme.scale
        display = imgui.get_io().display_size
        imgui.set_next_window_pos(imgui.ImVec2(_MARGIN * scale, _MARGIN * scale))
        width = min(_WIDTH * scale, display.x - 2 * _MARGIN * scale)
        limit = imgui.ImVec2(width, display.y - 2 * _MARGIN * scale)
        imgui.set_next_window_size_constraints(imgui.ImVec2(width, 0), limit)
        imgui.begin(_PANEL, None, panels.PLAIN_WINDOW)
        panels.header(status, self._theme)
        panels.source(settings, status, self._controls)
        for title in panels.SECTIONS:
            panels.section(title, settings, self._controls)
        panels.performance(status, self._controls)
        imgui.text_disabled("F1 keys   ·   Tab hides this   ·   X captures")
        if self._takes_focus:
            imgui.set_window_focus()
            imgui.set_nav_cursor_visible(True)
            self._takes_focus = False
        imgui.end()
        return width
