"""Building blocks of panels: sections, and a control for each setting, made from its declaration."""

from typing import Any

from imgui_bundle import imgui

from engine.logs import without_secrets
from engine.settings import Settings, group_of
from engine.settings.fields import Declaration, declaration
from engine.status.commands import ChangeSettings, Command, Invoke
from engine.ui.theme import Theme

_LABEL_SHARE = 0.47  # of the panel's width
_LINE = 22.0
"""Line width of tooltips, in heights of the font."""


class Controls:
    """Draws controls and collects the commands that the user gives."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.commands: list[Command] = []
        self.is_open: dict[str, bool] = {}
        """Which sections are unfolded and which are folded."""
        self._pending: dict[str, Any] = {}

    def clear(self) -> None:
        """Begin a frame."""
        self.commands = []

    def change(self, **values: Any) -> None:
        """Change settings by name."""
        self.commands.append(ChangeSettings(values))

    def invoke(self, action: str) -> None:
        """Run a named action."""
        self.commands.append(Invoke(action))

    def section(self, title: str, *, opens_at_first: bool = False) -> bool:
        """Draw the heading of a section; return whether it is unfolded. It stays as the user left it."""
        imgui.set_next_item_open(self.is_open.get(title, opens_at_first), imgui.Cond_.first_use_ever)
        self.is_open[title] = imgui.collapsing_header(title)
        return self.is_open[title]

    def setting(self, settings: Settings, name: str) -> None:
        """Draw the control of one setting, with its tooltip. A slow setting changes when the mouse lets go."""
        declared = declaration(name)
        value = getattr(getattr(settings, group_of(name)), name)
        shown = self._pending.get(name, value)
        hint = f"{declared.help}\n{declared.option(value)}"
        self.label(declared.traits.label, hint)
        imgui.push_id(name)
        if declared.choices:
            changed, shown = self._choice(declared, shown)
        elif declared.type is bool:
            changed, shown = imgui.checkbox("##", shown)
        elif name == "background":
            changed, shown = _color(shown)
        elif declared.type is int:
            form = _printf(declared, shown)
            changed, shown = imgui.slider_int("##", shown, int(declared.low or 0), int(declared.high or 100), form)
        elif declared.type is float:
            low, high = declared.low or 0.0, declared.high or 1.0
            flags = imgui.SliderFlags_.logarithmic if low > 0 and high / low >= 1000 else 0
            form = _printf(declared, shown)
            changed, shown = imgui.slider_float("##", shown, low, high, form, flags)
        else:
            text_flags = imgui.InputTextFlags_.enter_returns_true
            if without_secrets(str(shown)) != str(shown):
                text_flags |= imgui.InputTextFlags_.password
            changed, shown = imgui.input_text("##", str(shown), text_flags)
        if imgui.is_item_hovered(imgui.HoveredFlags_.delay_short):
            tooltip(hint)
        if not declared.traits.is_slow or declared.choices:
            if changed:
                self.change(**{name: shown})
        else:
            if changed:
                self._pending[name] = shown
            if imgui.is_item_deactivated_after_edit() and name in self._pending:
                self.change(**{name: self._pending.pop(name)})
        imgui.pop_id()

    def label(self, text: str, hint: str = "") -> None:
        """Draw the left column of a row; the control that follows fills the right one."""
        imgui.align_text_to_frame_padding()
        imgui.push_style_color(imgui.Col_.text, imgui.ImVec4(*self.theme.palette.muted))
        imgui.text(text)
        imgui.pop_style_color()
        if hint and imgui.is_item_hovered(imgui.HoveredFlags_.delay_short):
            tooltip(hint)
        imgui.same_line(imgui.get_content_region_avail().x * _LABEL_SHARE)
        imgui.set_next_item_width(-1)

    def _choice(self, declared: Declaration, value: str) -> tuple[bool, str]:
        chosen = value
        if imgui.begin_combo("##", declared.text(value)):
            for choice in declared.choices:
                if imgui.selectable(declared.text(choice), choice == value)[0]:
                    chosen = choice
            imgui.end_combo()
        return chosen != value, chosen


def tooltip(text: str) -> None:
    """Show `text` beside the mouse, wrapped."""
    if imgui.begin_tooltip():
        imgui.push_text_wrap_pos(_LINE * imgui.get_font_size())
        imgui.text(text)
        imgui.pop_text_wrap_pos()
        imgui.end_tooltip()


def _color(value: str) -> tuple[bool, str]:
    rgb = [int(value[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    changed, rgb = imgui.color_edit3("##", rgb, imgui.ColorEditFlags_.no_inputs)
    return changed, "#" + "".join(f"{round(part * 255):02x}" for part in rgb)


def _printf(declared: Declaration, value: float) -> str:
    """Return the value with its unit as a format of ImGui."""
    return declared.text(value).replace("%", "%%")
