"""The overlay: panels over the scene, the transport bar of a recording, and notices below."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import pi
from typing import Any, TypeVar

from imgui_bundle import imgui

from engine.gl.backdrop import Backdrop
from engine.navigation.bindings import Binding
from engine.settings import Settings
from engine.settings.language import _
from engine.status.commands import Command
from engine.status.snapshot import Snapshot
from engine.ui import (
    action_bar,
    export_menu,
    legend_panel,
    notices_panel,
    panels,
    replay_panel,
    reset_panel,
    transport_panel,
)
from engine.ui.keyboard import KeyboardWay, is_drawn
from engine.ui.settings_panel import SettingsPanel
from engine.ui.theme import Theme
from engine.ui.tool_panel import Place, ToolPanel
from engine.ui.widgets import Controls, note

_MARGIN = 16.0
_WIDTH, _NARROWEST = 360.0, 280.0
_WIDEST_SHARE = 0.6
"""In a small window the panels shrink before they take more of it than this, though never below their plain size."""
_SHARE = 0.5
"""In a small window the panel is this wide, though never narrower than what its labels need."""
_PANEL = "da3d"
_NO_BREAK = "\N{NO-BREAK SPACE}"

_WINDOWS = (
    "files",
    "gallery",
    "start",
    "Export",
    "render",
    "glasses",
    "history",
    "recording",
    "recording in 3D",
    replay_panel.NAME,
    "rendering",
    "key frames",
    "Keys",
    "region",
    _PANEL,
    "actions",
    "reset",
    transport_panel.NAME,
)
"""Those with controls, or something to scroll, in the order of the keyboard; notices follow."""
_PASSING = ("files", "gallery", "start", "Export", "glasses", "history", "Keys", "region")
"""Those of them that close once something is chosen."""

T = TypeVar("T")


class Overlay:
    """Draws everything over the scene, and collects the user's commands. Main thread only."""

    def __init__(
        self,
        bindings: Iterable[Binding],
        sections: Mapping[str, bool] | None = None,
        *,
        is_visible: bool = True,
        is_opaque: bool = False,
        report: Callable[[str, Exception], None],
    ) -> None:
        """Start with all panels closed.

        bindings: the keys that the help window lists. sections: which sections are unfolded and which are folded.
        is_opaque: leave the panel's background to whoever presents the picture. report: told of a panel that fails.
        """
        self._bindings, self._report = tuple(bindings), report
        self._keys = {binding.action: binding.label for binding in self._bindings}
        self.is_visible = is_visible
        self.backdrop: Backdrop | None = None
        """The background of an opaque panel, if one was drawn last."""
        self.is_opaque = is_opaque
        self.opacity = 1.0
        """Of panels and bars; 0 hides them."""
        self.covered = 0.0
        """How much of the left of the window the panel covers, as a share of its width."""
        self.theme = Theme()
        self._controls = Controls(self.theme)
        self.settings_panel = SettingsPanel()
        self.shows_help = self.shows_export = self.shows_messages = False
        self._controls.is_open.update(sections or {})
        self._focus_in = 0
        """Frames until the keyboard goes on; 0 if it stays."""
        self._way = KeyboardWay()
        self._passing: list[str] = []
        """Windows over the scene that were drawn last."""

    @property
    def has_popup(self) -> bool:
        """Whether a window is open that the user asked for."""
        return self.shows_help or self.shows_export or self.shows_messages

    @property
    def sections(self) -> dict[str, bool]:
        """Which sections are unfolded, and which are folded."""
        return dict(self._controls.is_open)

    def toggle(self) -> None:
        """Show or hide the panels."""
        self.is_visible = not self.is_visible

    def toggle_help(self) -> None:
        self.shows_help = not self.shows_help

    def toggle_export(self) -> None:
        """Show or hide the export window."""
        self.shows_export = not self.shows_export

    def toggle_messages(self) -> None:
        """Show or hide the list of earlier notices."""
        self.shows_messages = not self.shows_messages

    def focus(self) -> None:
        """Give the keyboard to the panels, one after the other, until Esc."""
        self.is_visible, self.opacity = True, 1.0
        self._focus_in = 2  # panels that were hidden are drawn first

    def find(self) -> None:
        """Show the panels, and let the user type what setting to find."""
        self.is_visible = True
        self.settings_panel.find()

    def close_popup(self) -> bool:
        """Close the help, the export window and the list of notices; return False if none was open."""
        was_open = self.has_popup
        self.shows_help = self.shows_export = self.shows_messages = False
        return was_open

    def draw(
        self, settings: Settings, snapshot: Snapshot, scale: float, tools: Sequence[ToolPanel] = ()
    ) -> list[Command]:
        """Draw everything; return what the user asked for.

        `scale`: how much larger than usual text must be on this monitor. A panel that raises an exception is cut short
        and reported; the others are drawn all the same.
        """
        display = imgui.get_io().display_size
        self.theme.fit(settings.interface, scale, most=_WIDEST_SHARE * display.x / _WIDTH)
        controls = self._controls
        controls.clear()
        self.backdrop = None
        if self._focus_in:
            self._focus_in -= 1
            if not self._focus_in:
                notices = map(notices_panel.window_of, reversed(snapshot.notices.shown))
                self._way.go_on([*_WINDOWS, *notices])
        full = _of(tools, "window")
        if full:
            self._try(full[0].name, full[0].draw, snapshot, controls)
        else:
            self._panels(settings, snapshot, tools)
        if imgui.is_key_pressed(imgui.Key.escape):  # it reached a panel, not the scene
            self.close_popup()
        if self.shows_help:
            self._try("the help", panels.help_window, self._bindings, controls)
        if self.shows_messages:
            self._try("the messages", notices_panel.history, snapshot.notices.history, controls)
        if self.shows_export:
            self.shows_export = bool(self._try("the export window", export_menu.window, snapshot.capture, controls))
        there = [name for name in _PASSING if is_drawn(name)]
        if self._passing and not there:  # else a panel would take over the keyboard
            imgui.set_nav_cursor_visible(False)
        self._passing = there
        return controls.commands

    def _panels(self, settings: Settings, snapshot: Snapshot, tools: Sequence[ToolPanel]) -> None:
        controls, display = self._controls, imgui.get_io().display_size
        margin = _MARGIN * self.theme.scale
        room = max(_SHARE * display.x, _NARROWEST * self.theme.scale)
        width = min(_WIDTH * self.theme.scale, room, display.x - 2 * margin)
        shows_panels = self.is_visible and self.opacity > 0
        left, bottom = (width + 2 * margin if shows_panels else margin), display.y - margin
        controls.left = left
        end = bottom
        self.covered = left / display.x if self.is_visible and self.opacity == 1 else 0.0
        imgui.push_style_var(imgui.StyleVar_.alpha, max(self.opacity, 0.01))  # which may not be 0
        if self.opacity > 0:
            controls.top = margin / 2 + (self._try("the bar", action_bar.draw, self._keys, controls, left) or 0.0)
        imgui.pop_style_var()
        controls.right = display.x - margin
        for tool in _of(tools, "scene"):
            self._try(tool.name, tool.draw, snapshot, controls)
        self._try("the legend", legend_panel.draw, snapshot.scene.depth_labels, settings, self.theme)
        imgui.push_style_var(imgui.StyleVar_.alpha, max(self.opacity, 0.01))
        if snapshot.scene.is_astray:
            self._try("the way back", reset_panel.draw, controls, left)
        if shows_panels and snapshot.playback is not None:
            corner = self._try("the transport bar", transport_panel.bar, snapshot.playback, controls, left, bottom)
            if corner is not None:
                bottom = corner.y - margin
                if corner.x < left:  # there is no room beside the panel
                    end = bottom
        notices = self._try("the notices", notices_panel.footer, snapshot, controls, left, bottom)
        if notices is not None and notices.x < left:
            end = notices.y - margin / 2
        if shows_panels:
            self._try("the panel", self._panel, settings, snapshot, tools, width, end - margin)
        imgui.pop_style_var()
        if snapshot.capture.wipe is not None:
            notices_panel.wipe_labels(snapshot.capture.wipe, snapshot.capture.wipe_names, controls)

    def _panel(
        self, settings: Settings, snapshot: Snapshot, tools: Sequence[ToolPanel], width: float, height: float
    ) -> None:
        """Draw the settings, no higher than `height`."""
        controls, margin = self._controls, _MARGIN * self.theme.scale
        imgui.set_next_window_pos(imgui.ImVec2(margin, margin))
        imgui.set_next_window_size_constraints(imgui.ImVec2(width, 0), imgui.ImVec2(width, height))
        if self.is_opaque:
            imgui.set_next_window_bg_alpha(0)
        imgui.begin(_PANEL, None, panels.PLAIN_WINDOW)
        if self.is_opaque and not imgui.is_window_appearing():  # ImGui first measures what is in it, and hides it
            self.backdrop = _backdrop(self.theme)
        panels.header(snapshot, self.theme)

        def draw_tool(tool: ToolPanel) -> None:
            self._try(tool.name, tool.draw, snapshot, controls)

        self.settings_panel.draw(settings, snapshot, _of(tools, "captures"), draw_tool, controls)
        keys = (f"F1 {_('keys')}", f"Tab {_('hides this')}", f"X {_('captures')}")
        note((4 * " ").join(key.replace(" ", _NO_BREAK) for key in keys))
        imgui.end()

    def _try(self, name: str, draw: Callable[..., T], *arguments: Any) -> T | None:
        """Draw a part. If it raises, close what it left open in ImGui and report it."""
        state = imgui.internal.ErrorRecoveryState()
        imgui.internal.error_recovery_store_state(state)
        try:
            return draw(*arguments)
        except Exception as error:  # one panel must not take the others, or the program, with it
            io = imgui.get_io()
            asserts, tooltip = io.config_error_recovery_enable_assert, io.config_error_recovery_enable_tooltip
            io.config_error_recovery_enable_assert = io.config_error_recovery_enable_tooltip = False
            imgui.internal.error_recovery_try_to_recover_state(state)
            io.config_error_recovery_enable_assert, io.config_error_recovery_enable_tooltip = asserts, tooltip
            self._report(f"drawing {name}", error)
            return None


def _of(tools: Sequence[ToolPanel], place: Place) -> list[ToolPanel]:
    return [tool for tool in tools if tool.place == place]


def _backdrop(theme: Theme) -> Backdrop:
    """Return the backdrop of the window that is being drawn, and draw its corners."""
    io, corner, size = imgui.get_io(), imgui.get_window_pos(), imgui.get_window_size()
    scale, rounding = io.display_framebuffer_scale, imgui.get_style().window_rounding
    left, right = round(corner.x * scale.x), round((corner.x + size.x) * scale.x)
    bottom = round((io.display_size.y - corner.y - size.y) * scale.y)
    top = round((io.display_size.y - corner.y) * scale.y)
    color = theme.palette.panel[:3]
    canvas = imgui.get_window_draw_list()
    canvas.push_clip_rect_full_screen()
    low_x, high_x = corner.x + rounding, corner.x + size.x - rounding
    low_y, high_y = corner.y + rounding, corner.y + size.y - rounding
    for quarter, (x, y) in enumerate(((high_x, high_y), (low_x, high_y), (low_x, low_y), (high_x, low_y))):
        canvas.path_line_to(imgui.ImVec2(x, y))
        canvas.path_arc_to(imgui.ImVec2(x, y), rounding, quarter * pi / 2, (quarter + 1) * pi / 2)
        canvas.path_fill_convex(imgui.get_color_u32(imgui.ImVec4(*color, 1.0)))
    canvas.pop_clip_rect()
    area = left, bottom, right - left, top - bottom
    return Backdrop(area, color, _PANEL, round(rounding * scale.x))
