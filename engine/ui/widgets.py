"""Building blocks of panels: sections, and a control for each setting, made from its declaration."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui

from engine.logs import without_secrets
from engine.settings import Settings, group_of
from engine.settings.fields import Declaration, declaration
from engine.settings.language import _
from engine.status.commands import ChangeSettings, Command, Invoke
from engine.ui import slider
from engine.ui.theme import Theme

_LABEL_SHARE = 0.48  # of the panel's width
_LINE = 22.0
"""Line width of tooltips, in heights of the font."""
_WIDEST_RANGE = 9999.0
"""Numbers with more to choose from are typed: a pixel of a slider would be too much."""
_ICON_WIDTH = 24.0


class Controls:
    """Draws controls and collects the commands that the user gives."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.top = 0.0
        """Where the free area begins, below the bar of actions."""
        self.left = 0.0
        """The same beside the panel."""
        self.right = 0.0
        """Where it ends, before what is open at the right."""
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

    def section(self, title: str, icon: str, summary: str = "", *, opens_at_first: bool = False) -> bool:
        """Draw the heading of a section; return whether it is unfolded. It stays as the user left it.

        summary: what is in it, in a line that is shown while it is folded.
        """
        scale, corner = self.theme.scale, imgui.get_cursor_screen_pos()
        imgui.set_next_item_open(self.is_open.get(title, opens_at_first), imgui.Cond_.first_use_ever)
        imgui.push_style_var(imgui.StyleVar_.frame_padding, imgui.ImVec2(8 * scale, 8 * scale))
        imgui.push_style_color(imgui.Col_.text, imgui.ImVec4(0, 0, 0, 0))  # in place of ImGui's arrow there is an icon
        is_open = self.is_open[title] = imgui.collapsing_header(f"###{title}")
        imgui.pop_style_color()
        imgui.pop_style_var()
        self.mark_focus()
        low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
        y, x = corner.y + 8 * scale, low.x + 8 * scale
        canvas, palette = imgui.get_window_draw_list(), self.theme.palette
        arrow = icons.ICON_FA_CHEVRON_DOWN if is_open else icons.ICON_FA_CHEVRON_RIGHT
        canvas.add_text(imgui.ImVec2(x, y), _packed(palette.muted), arrow)
        x += _ICON_WIDTH * scale
        canvas.add_text(imgui.ImVec2(x, y), _packed(palette.accent), icon)
        x += _ICON_WIDTH * scale
        imgui.push_font(self.theme.bold, 0)
        canvas.add_text(imgui.ImVec2(x, y), _packed(palette.text), _(title))
        x += imgui.calc_text_size(_(title)).x + 2 * imgui.get_font_size()
        imgui.pop_font()
        if summary and not is_open:
            text = fitted(summary, high.x - 8 * scale - x)
            x = high.x - 8 * scale - imgui.calc_text_size(text).x
            canvas.add_text(imgui.ImVec2(x, y), _packed(palette.muted), text)
        return is_open

    def mark_focus(self) -> None:
        """Frame the last item if the keyboard is on it: ImGui's own frame does not grow with the text."""
        if imgui.is_item_focused() and imgui.get_io().nav_visible and self.theme.scale > 1:
            low, high, half = imgui.get_item_rect_min(), imgui.get_item_rect_max(), self.theme.scale
            low, high = imgui.ImVec2(low.x - half, low.y - half), imgui.ImVec2(high.x + half, high.y + half)
            color, rounding = _packed(self.theme.palette.accent_bright), imgui.get_style().frame_rounding
            imgui.get_window_draw_list().add_rect(low, high, color, rounding, 2 * half)

    def heading(self, text: str) -> None:
        """Draw a heading within a section."""
        imgui.dummy(imgui.ImVec2(0, 0))
        imgui.push_font(self.theme.bold, 0)
        imgui.text(_(text))
        imgui.pop_font()

    def setting(self, settings: Settings, name: str, *, can_reset: bool = True) -> None:
        """Draw the control of one setting, with its tooltip. A slow setting changes when the mouse lets go."""
        declared = declaration(name)
        value = getattr(getattr(settings, group_of(name)), name)
        shown = self._pending.get(name, value)

        def hint() -> str:
            return f"{declared.help}\n{declared.option(value)}"

        imgui.push_id(name)
        is_changed = can_reset and value != declared.default
        if self.label(declared.label, hint, reset_to=declared.text(declared.default) if is_changed else None):
            self._pending.pop(name, None)
            self.change(**{name: declared.default})
        changed, shown = self._control(declared, shown)
        is_done = imgui.is_item_deactivated_after_edit()
        self.mark_focus()
        if imgui.is_item_hovered(imgui.HoveredFlags_.delay_short):
            tooltip(hint())
        if _is_slider(declared):
            slider.number(declared.text(shown), self.theme)
        if not declared.traits.is_slow or declared.choices:
            if changed:
                self.change(**{name: shown})
        else:
            if changed:
                self._pending[name] = shown
            if is_done and name in self._pending:
                self.change(**{name: self._pending.pop(name)})
        imgui.pop_id()

    def _control(self, declared: Declaration, shown: Any) -> tuple[bool, Any]:
        """Draw what changes a value; return whether it did, and the value."""
        if declared.choices:
            return self._choice(declared, shown)
        if declared.type is bool:
            return self.toggle(shown)
        if declared.name == "background":
            return _color(shown)
        if _is_slider(declared):
            return slider.setting(declared, shown, self.theme)
        flags = imgui.InputTextFlags_.enter_returns_true
        if declared.type is float:
            return imgui.input_float("##", shown, 0, 0, f"%.{declared.digits}f", flags)
        if declared.type is int:
            return imgui.input_int("##", shown, 0, 0, flags)
        if without_secrets(str(shown)) != str(shown):
            flags |= imgui.InputTextFlags_.password
        changed, text = imgui.input_text_with_hint(
            "##", declared.text(None), "" if shown is None else str(shown), flags
        )
        if declared.default is None:
            return changed, Path(text) if text.strip() else None
        return changed, text

    def label(self, text: str, hint: str | Callable[[], str] = "", *, reset_to: str | None = None) -> bool:
        """Draw the left column of a row; the control that follows fills the right one.

        hint: the tooltip, or what makes it. reset_to: the default of a setting that was changed, which is marked with a
        button to go back; return whether that was pressed.
        """
        palette, room = self.theme.palette, imgui.get_content_region_avail().x * _LABEL_SHARE
        start, gap = imgui.get_cursor_pos_x(), imgui.get_style().item_spacing.x
        icon = _ICON_WIDTH * self.theme.scale
        imgui.align_text_to_frame_padding()
        shown = fitted(text, room - gap - (icon if reset_to is not None else 0.0))
        imgui.text_colored(imgui.ImVec4(*(palette.muted if reset_to is None else palette.text)), shown)
        if imgui.is_item_hovered(imgui.HoveredFlags_.delay_short) and (hint or shown != text):
            words = hint() if callable(hint) else hint
            tooltip("\n".join(filter(None, (text if shown != text else "", words))))
        is_pressed = False
        if reset_to is not None:
            imgui.same_line(start + room - icon - gap / 2)
            imgui.push_style_color(imgui.Col_.text, imgui.ImVec4(*palette.accent))
            imgui.push_style_color(imgui.Col_.button, imgui.ImVec4(0, 0, 0, 0))
            is_pressed = imgui.button(f"{icons.ICON_FA_ARROW_ROTATE_LEFT}##reset", imgui.ImVec2(icon, 0))
            imgui.pop_style_color(2)
            imgui.set_item_tooltip(_("Changed. Back to {value}.").format(value=reset_to))
        imgui.same_line(start + room)
        imgui.set_next_item_width(imgui.get_content_region_avail().x)
        return is_pressed

    def _choice(self, declared: Declaration, value: str) -> tuple[bool, str]:
        chosen = value
        if combo("##", declared.text(value)):
            for choice in declared.choices:
                if imgui.selectable(f"{declared.text(choice)}##{choice}", choice == value)[0]:
                    chosen = choice
            imgui.end_combo()
        return chosen != value, chosen

    def toggle(self, is_on: bool) -> tuple[bool, bool]:
        """Draw a switch in the middle of the row."""
        row, palette = imgui.get_frame_height(), self.theme.palette
        radius, corner = 0.375 * row, imgui.get_cursor_screen_pos()
        size = imgui.ImVec2(3.5 * radius, row)
        changed = imgui.invisible_button("##", size, imgui.ButtonFlags_.enable_nav)
        track = palette.track if not is_on else palette.accent_bright if imgui.is_item_hovered() else palette.accent
        low = imgui.ImVec2(corner.x, corner.y + row / 2 - radius)
        canvas = imgui.get_window_draw_list()
        canvas.add_rect_filled(
            low, imgui.ImVec2(corner.x + size.x, corner.y + row / 2 + radius), _packed(track), radius
        )
        center = imgui.ImVec2(corner.x + (size.x - radius if is_on else radius), corner.y + row / 2)
        canvas.add_circle_filled(center, 0.7 * radius, _packed(palette.knob))
        return changed, is_on != changed


def combo(name: str, preview: str, flags: int = 0) -> bool:
    """Begin a list that opens below `preview`; return whether it is open. `imgui.end_combo` ends it."""
    corner, width, canvas = imgui.get_cursor_screen_pos(), imgui.calc_item_width(), imgui.get_window_draw_list()
    height, color = imgui.get_frame_height(), imgui.get_color_u32(imgui.Col_.text_disabled)
    icon = imgui.calc_text_size(icons.ICON_FA_CHEVRON_DOWN)
    text = fitted(preview, width - icon.x - 3 * imgui.get_style().frame_padding.x)
    padding = imgui.get_style().item_spacing
    imgui.push_style_var(imgui.StyleVar_.window_padding, padding)
    is_open = imgui.begin_combo(name, text, imgui.ComboFlags_.no_arrow_button | flags)
    imgui.pop_style_var()
    place = imgui.ImVec2(
        corner.x + width - icon.x - imgui.get_style().frame_padding.x, corner.y + (height - icon.y) / 2
    )
    canvas.add_text(place, color, icons.ICON_FA_CHEVRON_DOWN)
    return is_open


def fitted(text: str, width: float) -> str:
    """Return as much of `text` as fits, with an ellipsis if that is not all."""
    if imgui.calc_text_size(text).x <= width:
        return text
    while text and imgui.calc_text_size(f"{text}…").x > width:
        text = text[:-1].rstrip()
    return f"{text}…" if text else ""


def note(text: str) -> None:
    """Draw secondary text in as many lines as it takes."""
    imgui.push_text_wrap_pos(0)
    imgui.text_disabled(text)
    imgui.pop_text_wrap_pos()


def tooltip(text: str) -> None:
    """Show `text` beside the mouse, wrapped."""
    if imgui.begin_tooltip():
        imgui.push_text_wrap_pos(_LINE * imgui.get_font_size())
        imgui.text(text)
        imgui.pop_text_wrap_pos()
        imgui.end_tooltip()


def _is_slider(declared: Declaration) -> bool:
    if declared.type not in (int, float) or declared.low is None or declared.high is None:
        return False
    return declared.high - declared.low <= _WIDEST_RANGE


def _packed(color: tuple[float, float, float, float]) -> int:
    return imgui.get_color_u32(imgui.ImVec4(*color))


def _color(value: str) -> tuple[bool, str]:
    rgb = [int(value[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    changed, rgb = imgui.color_edit3("##", rgb, imgui.ColorEditFlags_.no_inputs)
    return changed, "#" + "".join(f"{round(part * 255):02x}" for part in rgb)
