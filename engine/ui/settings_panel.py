"""The settings: a few on the simple face, all of them by task on the other, and a search."""

from collections.abc import Callable, Sequence

from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui

from engine.navigation.bindings import localized
from engine.settings import Settings
from engine.settings.fields import all_traits, declaration
from engine.settings.language import _
from engine.status.snapshot import Snapshot
from engine.ui import capture_panel, glasses_panel, output_panel, panels, sources_panel
from engine.ui.camera_panel import CameraPanel
from engine.ui.presets_panel import PresetRow
from engine.ui.sections import SECTIONS, SIMPLE, Section, concerns, found, summary
from engine.ui.tool_panel import ToolPanel
from engine.ui.widgets import Controls, note

OPEN_AT_FIRST = {"Depth", "Look"}
_PLACED = {"source", "camera_width", "camera_height", "multi_view", "least_confident"}
"""Settings that sections draw in a place of their own."""
_MOST_LETTERS = 40

_OWN_CONTROLS = {"eye_distance": glasses_panel.eye_distance, "convergence": glasses_panel.convergence}
"""Settings whose values are no plain numbers or words."""

DrawTool = Callable[[ToolPanel], None]


class SettingsPanel:
    """Keeps which face is shown, and what is being searched for."""

    def __init__(self) -> None:
        self.shows_all = False
        """Whether all settings are listed, or a few."""
        self.wanted = ""
        """What is searched for."""
        self._takes_focus = False
        self._presets = PresetRow()
        self._camera = CameraPanel()

    def find(self) -> None:
        """Let the user type what setting to find."""
        self.shows_all = self._takes_focus = True

    def draw(
        self,
        settings: Settings,
        snapshot: Snapshot,
        tools: Sequence[ToolPanel],
        draw_tool: DrawTool,
        controls: Controls,
    ) -> None:
        """Draw both faces' switch, and the one that is chosen. `tools`: those with a place in a section."""
        self._faces(controls)
        if not self.shows_all:
            self._presets.draw(snapshot.presets, controls)
            sources_panel.choose(settings, snapshot.source, controls)
            sources_panel.needs(settings, controls)
            for name in SIMPLE:
                self._simple(name, settings, snapshot, controls)
            return
        self._search(controls)
        if self.wanted.strip():
            self._results(settings, controls)
            return
        self._presets.draw(snapshot.presets, controls)
        for section in SECTIONS:
            about = _about(section, settings, snapshot)
            if controls.section(section.title, section.icon, about, opens_at_first=section.title in OPEN_AT_FIRST):
                self._section(section, settings, snapshot, tools, draw_tool, controls)
        panels.performance(snapshot.rates, snapshot.limits, snapshot.network, snapshot.scene.drawn, controls)

    def _faces(self, controls: Controls) -> None:
        """Draw two buttons, of which the chosen one is lit."""
        width = imgui.get_content_region_avail().x / 2
        imgui.push_style_var(imgui.StyleVar_.item_spacing, imgui.ImVec2(0, imgui.get_style().item_spacing.y))
        for title, shows_all in ((_("Simple"), False), (_("All settings"), True)):
            is_chosen = shows_all == self.shows_all
            color = controls.theme.palette.pressed if is_chosen else controls.theme.palette.field
            imgui.push_style_color(imgui.Col_.button, imgui.ImVec4(*color))
            if imgui.button(title, imgui.ImVec2(width, 0)):
                self.shows_all, self.wanted = shows_all, ""
            controls.mark_focus()
            imgui.pop_style_color()
            imgui.same_line()
        imgui.new_line()
        imgui.pop_style_var()

    def _simple(self, name: str, settings: Settings, snapshot: Snapshot, controls: Controls) -> None:
        is_true_to_scale = snapshot.scene.is_metric and settings.scene.projection == "perspective"
        if name == "depth_scale" and is_true_to_scale:
            hint = _("This depth is in meters, so the scene has its true depth.")
            controls.label(declaration(name).label, hint)
            imgui.align_text_to_frame_padding()
            imgui.text_disabled(_("true to scale"))
        else:
            controls.setting(settings, name)

    def _search(self, controls: Controls) -> None:
        if self._takes_focus:
            self._takes_focus = False
            imgui.set_keyboard_focus_here()
        has_text = bool(self.wanted)
        clear = imgui.get_frame_height()
        imgui.set_next_item_width(-clear if has_text else -1)
        hint = f"{icons.ICON_FA_MAGNIFYING_GLASS}  {_('Find a setting')} ({localized('Ctrl+F')})"
        wanted = imgui.input_text_with_hint("##search", hint, self.wanted, imgui.InputTextFlags_.escape_clears_all)[1]
        self.wanted = wanted[:_MOST_LETTERS]
        if has_text:
            imgui.same_line(0, 0)
            if imgui.button(f"{icons.ICON_FA_XMARK}##clear", imgui.ImVec2(clear, 0)):
                self.wanted = ""
            imgui.set_item_tooltip(_("Clear the search"))

    def _results(self, settings: Settings, controls: Controls) -> None:
        results = [(section, found(section, self.wanted)) for section in SECTIONS]
        for section, names in results:
            if names:
                controls.heading(f"{section.icon}  {_(section.title)}")
            for name in names:
                _setting(name, settings, controls)
        if not any(names for _section, names in results):
            note(_("No setting was found. Try another word, such as edge, color or sway."))

    def _section(
        self,
        section: Section,
        settings: Settings,
        snapshot: Snapshot,
        tools: Sequence[ToolPanel],
        draw_tool: DrawTool,
        controls: Controls,
    ) -> None:
        """Draw what is in an unfolded section."""
        if section.title == "Source":
            sources_panel.draw(settings, snapshot.source, controls)
        elif section.title == "Output":
            capture_panel.buttons(controls)
        for part, names in section.parts:
            listed = [name for name in names if name not in _PLACED and concerns(name, settings)]
            if part and listed:
                controls.heading(part)
            for name in listed:
                if part == "Lens" and all_traits()[name].describes_camera:
                    continue  # the camera's panel draws those
                _setting(name, settings, controls)
                if name == "captures_dir":
                    capture_panel.folder(controls)
                if name == "calibrate" and settings.capture.calibrate:
                    capture_panel.calibration(snapshot.scene.calibration)
            if part == "Lens":
                self._camera.draw(settings, snapshot.scene.camera, snapshot.source.geometry_px, controls)
        if section.title == "Source":
            sources_panel.sizes(snapshot.source, controls)
        elif section.title == "Output":
            output_panel.draw(snapshot.virtual_camera, controls)
            for tool in tools:
                draw_tool(tool)
        imgui.dummy(imgui.ImVec2(0, 0))


def _setting(name: str, settings: Settings, controls: Controls) -> None:
    if name in _OWN_CONTROLS:
        _OWN_CONTROLS[name](settings, controls)
    else:
        controls.setting(settings, name, can_reset=name != "source")


def _about(section: Section, settings: Settings, snapshot: Snapshot) -> str:
    """Return the line that is shown while a section is folded."""
    camera = snapshot.scene.camera
    if section.title == "Source":
        return snapshot.source.name
    if section.title == "Camera" and camera is not None:
        return "  ·  ".join(
            filter(None, (_("{angle}° wide").format(angle=round(camera.fov_deg)), summary(section, settings)))
        )
    return summary(section, settings)
