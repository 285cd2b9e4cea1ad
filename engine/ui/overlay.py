"""The overlay: panels over the scene, the controls of a recording and messages under it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from imgui_bundle import imgui

from engine.gl.backdrop import Backdrop
from engine.navigation.events import Event
from engine.settings import Settings
from engine.status.metrics import Status
from engine.status.playback import Order
from engine.ui import (
    capture_panel,
    export_menu,
    first_run_panel,
    legend_panel,
    multi_view_panel,
    notices_panel,
    output_panel,
    panels,
    region_panel,
    ruler_panel,
    sources_panel,
    transport_panel,
)
from engine.ui.camera_panel import CameraPanel
from engine.ui.presets_panel import PresetRow
from engine.ui.theme import Theme
from engine.ui.widgets import Controls

_MARGIN = 12.0
_WIDTH = 328.0
_WIDEST_SHARE = 0.6
"""In a small window the panels shrink before they take more of it than this, though never below their plain size."""
_PANEL = "da3d"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asked for through the overlay in one frame."""

    changes: dict[str, Any] = field(default_factory=dict)
    """Settings and their new values."""
    actions: tuple[str, ...] = ()
    orders: tuple[Order, ...] = ()
    """What the recording is to do."""
    events: tuple[Event, ...] = ()


class Overlay:
    """Draws between `Window.begin_overlay` and `Window.present`."""

    def __init__(
        self, sections: Mapping[str, bool] | None = None, *, is_visible: bool = True, is_opaque: bool = False
    ) -> None:
        """`sections`: which are unfolded and which are not; the others are as they are at first. is_opaque: nothing is
        seen through the panel, whose background is left to whoever shows the picture."""
        self.is_visible = is_visible
        self.backdrop: Backdrop | None = None
        """Of an opaque panel, if one was drawn last."""
        self._is_opaque = is_opaque
        self.shows_help = self.shows_export = False
        self._theme = Theme()
        self._controls = Controls(self._theme)
        self._presets = PresetRow()
        self._controls.is_open.update(sections or {})
        self._takes_focus = False
        self._is_walking = False
        """Whether the keyboard moves through the settings just now."""
        self._camera = CameraPanel()

    @property
    def sections(self) -> dict[str, bool]:
        """Which sections are unfolded, and which are not."""
        return dict(self._controls.is_open)

    def toggle(self) -> None:
        """Show or hide the panels."""
        self.is_visible = not self.is_visible

    def toggle_help(self) -> None:
        self.shows_help = not self.shows_help

    def toggle_export(self) -> None:
        """Show or hide the choice of what to save the frame as."""
        self.shows_export = not self.shows_export

    def focus(self) -> None:
        """Let the keyboard move through the settings, or from there through the controls of the recording; until
        Esc."""
        self.is_visible = self._takes_focus = True

    def close_popup(self) -> bool:
        """Close the help, or the choice of exports; False if neither was open."""
        was_open, self.shows_help, self.shows_export = self.shows_help or self.shows_export, False, False
        return was_open

    def draw(self, settings: Settings, status: Status, scale: float) -> Wishes:
        """Draw everything; `scale` is how much larger than usual text must be on this monitor."""
        display = imgui.get_io().display_size
        self._theme.fit(settings.interface, scale, most=_WIDEST_SHARE * display.x / _WIDTH)
        controls = self._controls
        controls.clear()
        self.backdrop = None
        if status.desktop is not None:
            region_panel.chooser(status.desktop, controls)
        elif status.greeting is not None:
            first_run_panel.card(status.greeting, status, controls)
            notices_panel.footer(status, controls, 0.0, display.y - _MARGIN * self._theme.scale)
        else:
            self._panels(settings, status)
        if self.shows_help:
            panels.help_window(self._theme)
        if self.shows_export:
            self.shows_export = export_menu.window(status, controls)
        return Wishes(controls.changes, tuple(controls.actions), tuple(controls.orders), tuple(controls.events))

    def _panels(self, settings: Settings, status: Status) -> None:
        display = imgui.get_io().display_size
        margin = _MARGIN * self._theme.scale
        width = min(_WIDTH * self._theme.scale, display.x - 2 * margin)
        left, bottom = (width + 2 * margin if self.is_visible else margin), display.y - margin
        end = bottom
        if status.ruler is not None:
            ruler_panel.draw(status.ruler, self._theme)
        legend_panel.draw(settings, status, self._theme)
        if self.is_visible and status.playback is not None:
            corner = transport_panel.bar(status.playback, self._controls, left, bottom)
            bottom = corner.y - margin
            if corner.x < left:  # there is no room beside the panel
                end = bottom
        if self.is_visible:
            self._panel(settings, status, width, end - margin)
        if self._takes_focus:
            self._takes_focus = False
            imgui.set_window_focus(transport_panel.NAME if self._is_walking and status.playback is not None else _PANEL)
            imgui.set_nav_cursor_visible(True)
        if status.wipe is not None:
            notices_panel.wipe_labels(status.wipe, self._theme)
        notices_panel.footer(status, self._controls, left, bottom)

    def _panel(self, settings: Settings, status: Status, width: float, height: float) -> None:
        """The settings, no higher than `height`."""
        margin = _MARGIN * self._theme.scale
        imgui.set_next_window_pos(imgui.ImVec2(margin, margin))
        imgui.set_next_window_size_constraints(imgui.ImVec2(width, 0), imgui.ImVec2(width, height))
        if self._is_opaque:
            imgui.set_next_window_bg_alpha(0)
            imgui.push_style_var(imgui.StyleVar_.window_rounding, 0)
        imgui.begin(_PANEL, None, panels.PLAIN_WINDOW)
        if self._is_opaque:
            imgui.pop_style_var()
            self.backdrop = _backdrop(self._theme)
        panels.header(status, self._theme)
        self._presets.draw(status.presets, self._controls)
        sources_panel.panel(settings, status, self._controls)
        for title in panels.SECTIONS:
            panels.section(title, settings, self._controls)
        output_panel.output(status, self._controls)
        if self._controls.section("Capture"):
            capture_panel.making(settings, self._controls)
            multi_view_panel.calibration(settings, status, self._controls)
            multi_view_panel.views(settings, status, self._controls)
        self._camera.draw(settings, status, self._controls)
        panels.performance(status, self._controls)
        imgui.text_disabled("F1 keys   ·   Tab hides this   ·   X captures")
        self._is_walking = imgui.is_window_focused() and imgui.get_io().nav_visible
        imgui.end()


def _backdrop(theme: Theme) -> Backdrop:
    """Of the window that is being drawn."""
    io, corner, size = imgui.get_io(), imgui.get_window_pos(), imgui.get_window_size()
    scale = io.display_framebuffer_scale
    left, right = round(corner.x * scale.x), round((corner.x + size.x) * scale.x)
    bottom = round((io.display_size.y - corner.y - size.y) * scale.y)
    top = round((io.display_size.y - corner.y) * scale.y)
    return Backdrop((left, bottom, right - left, top - bottom), theme.palette.panel[:3], _PANEL)
