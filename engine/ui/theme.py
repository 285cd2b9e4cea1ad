"""The overlay's appearance: two palettes, a font with icons, and the style."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imgui_bundle
from imgui_bundle import imgui, implot

from engine.settings import InterfaceSettings

FONT_PX = 16.0
_FONTS = Path(imgui_bundle.__file__).parent / "assets" / "fonts"

Color = tuple[float, float, float, float]
"""Red, green, blue and opacity, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colors of one theme."""

    text: Color
    muted: Color
    """Secondary text."""
    accent: Color
    accent_bright: Color
    good: Color
    warning: Color
    bad: Color
    """Errors."""
    panel: Color
    popup: Color
    field: Color
    """Background of buttons and input fields."""
    field_hovered: Color
    track: Color
    """What a slider's knob moves on, and a switch that is off."""
    knob: Color
    """Of a switch."""
    pressed: Color
    ink: tuple[float, float, float]
    """Base of lines and shades."""

    def line(self, opacity: float) -> Color:
        return (*self.ink, opacity)


DARK = Palette(
    text=(0.92, 0.94, 0.96, 1.0),
    muted=(0.66, 0.70, 0.76, 1.0),
    accent=(0.31, 0.72, 0.96, 1.0),
    accent_bright=(0.52, 0.83, 1.0, 1.0),
    good=(0.40, 0.82, 0.52, 1.0),
    warning=(0.98, 0.74, 0.30, 1.0),
    bad=(1.0, 0.50, 0.46, 1.0),
    panel=(0.075, 0.085, 0.105, 0.92),
    popup=(0.10, 0.11, 0.14, 0.98),
    field=(0.17, 0.19, 0.23, 1.0),
    field_hovered=(0.23, 0.26, 0.31, 1.0),
    track=(0.42, 0.45, 0.51, 1.0),
    knob=(0.04, 0.05, 0.06, 1.0),
    pressed=(0.13, 0.38, 0.56, 1.0),
    ink=(1.0, 1.0, 1.0),
)
LIGHT = Palette(
    text=(0.09, 0.11, 0.14, 1.0),
    muted=(0.27, 0.31, 0.37, 1.0),
    accent=(0.02, 0.42, 0.72, 1.0),
    accent_bright=(0.03, 0.49, 0.82, 1.0),
    good=(0.05, 0.46, 0.20, 1.0),
    warning=(0.64, 0.31, 0.0, 1.0),
    bad=(0.75, 0.10, 0.10, 1.0),
    panel=(0.965, 0.97, 0.98, 0.94),
    popup=(0.985, 0.99, 1.0, 0.99),
    field=(0.85, 0.875, 0.91, 1.0),
    field_hovered=(0.79, 0.82, 0.87, 1.0),
    track=(0.46, 0.50, 0.56, 1.0),
    knob=(1.0, 1.0, 1.0, 1.0),
    pressed=(0.66, 0.83, 0.95, 1.0),
    ink=(0.0, 0.0, 0.0),
)
PALETTES = {"dark": DARK, "light": LIGHT}


@dataclass(frozen=True, slots=True)
class Pair:
    """What is drawn over what."""

    ink: Color
    ground: tuple[Color, ...]
    """The topmost last."""


def texts(palette: Palette) -> list[Pair]:
    """Return every pair of a text and what it stands on: their contrast must be 4.5 at least."""
    colors = _style_colors(palette)
    selected, progress = colors[imgui.Col_.text_selected_bg], colors[imgui.Col_.plot_histogram]
    heads = [colors[name] for name in (imgui.Col_.header, imgui.Col_.header_hovered, imgui.Col_.header_active)]
    grounds = [(palette.panel,), (palette.popup,)]
    fields = [(palette.panel, one) for one in (palette.field, palette.field_hovered)]
    sections = [(*ground, head) for ground in grounds for head in heads]
    on_fields = [*fields, (palette.panel, palette.pressed), (*fields[0], selected), (*fields[0], progress)]
    inks = (palette.muted, palette.accent, palette.good, palette.warning)
    return [
        *(Pair(palette.text, ground) for ground in (*grounds, *sections, *on_fields)),
        *(Pair(ink, ground) for ink in inks for ground in grounds),
        *(Pair(palette.muted, ground) for ground in (*sections, fields[0])),
    ]


def shapes(palette: Palette) -> list[Pair]:
    """Return what else tells something, and what it lies on: their contrast must be 3 at least."""
    panel, field, colors = (palette.panel,), (palette.panel, palette.field), _style_colors(palette)
    heads = [colors[name] for name in (imgui.Col_.header, imgui.Col_.header_hovered, imgui.Col_.header_active)]
    return [
        *(Pair(ink, panel) for ink in (palette.accent, palette.accent_bright, palette.track)),
        *(Pair(palette.accent, (palette.panel, head)) for head in heads),
        Pair(palette.accent_bright, field),  # where the keyboard is
        Pair(palette.muted, field),
        Pair(palette.knob, (palette.track,)),
        Pair(palette.knob, (palette.accent,)),
        Pair(palette.knob, (palette.accent_bright,)),
    ]


_NONE = (0.0, 0.0, 0.0, 0.0)
_SIZES = {
    "window_rounding": 8, "popup_rounding": 8, "frame_rounding": 4, "grab_rounding": 4, "scrollbar_rounding": 4,
    "grab_min_size": 12, "scrollbar_size": 8, "indent_spacing": 16, "window_border_size": 1, "popup_border_size": 1,
    "frame_border_size": 0, "separator_text_border_size": 1,
}  # fmt: skip
_SPACINGS = {
    "window_padding": (16, 16), "frame_padding": (8, 4), "item_spacing": (8, 8), "item_inner_spacing": (8, 4),
    "cell_padding": (4, 2),
}  # fmt: skip
"""In a grid of 8 pixels: a row of the font, its padding and the space below take 32."""


class Theme:
    """Fonts, colors and style, fitted to the settings and to the monitor."""

    def __init__(self) -> None:
        _font("Roboto-Regular.ttf")
        self.bold = _font("Roboto-Bold.ttf")
        self.scale = 0.0
        """Size of the overlay relative to its design."""
        self.is_still = False
        """Whether nothing may move by itself."""
        self.palette = DARK
        self._fitted: tuple[Any, ...] = ()

    def fit(self, settings: InterfaceSettings, monitor_scale: float, most: float) -> None:
        """Apply `settings` on a monitor that needs everything `monitor_scale` times as large.

        `most` limits how much larger than its design the overlay becomes.
        """
        self.is_still = settings.reduced_motion
        wanted = (settings.theme, min(settings.ui_scale * monitor_scale, max(most, 1.0)))
        if wanted == self._fitted:
            return
        self._fitted = wanted
        self.palette, self.scale = PALETTES[settings.theme], wanted[1]
        self._color(imgui.get_style())
        self._size(imgui.get_style())

    def _color(self, style: imgui.Style) -> None:
        for color, value in _style_colors(self.palette).items():
            style.set_color_(color, imgui.ImVec4(*value))
        if self.palette is LIGHT:
            implot.style_colors_light()
        else:
            implot.style_colors_dark()
        plots = implot.get_style()
        plots.set_color_(implot.Col_.plot_bg, imgui.ImVec4(*self.palette.line(0.05)))
        plots.set_color_(implot.Col_.legend_bg, imgui.ImVec4(*self.palette.popup))

    def _size(self, style: imgui.Style) -> None:
        for name, size in _SIZES.items():
            setattr(style, name, size * self.scale)
        for name, (x, y) in _SPACINGS.items():
            setattr(style, name, imgui.ImVec2(x * self.scale, y * self.scale))
        style.font_size_base = FONT_PX
        style.font_scale_dpi = self.scale
        plots = implot.get_style()
        plots.plot_padding = imgui.ImVec2(4 * self.scale, 4 * self.scale)
        plots.plot_border_size = 0


def _font(name: str) -> imgui.ImFont:
    """Return a typeface with icons among its letters."""
    fonts, icons = imgui.get_io().fonts, imgui.ImFontConfig()
    font = fonts.add_font_from_file_ttf(str(_FONTS / "Roboto" / name), FONT_PX)
    icons.merge_mode = True
    icons.glyph_offset = imgui.ImVec2(0, 1)  # else they stand higher than the text
    fonts.add_font_from_file_ttf(str(_FONTS / "Font_Awesome_6_Free-Solid-900.otf"), 0.8 * FONT_PX, icons)
    return font


def _style_colors(palette: Palette) -> dict[imgui.Col_, Color]:
    return {
        imgui.Col_.text: palette.text,
        imgui.Col_.text_disabled: palette.muted,
        imgui.Col_.text_selected_bg: (*palette.accent[:3], 0.35),
        imgui.Col_.input_text_cursor: palette.text,
        imgui.Col_.window_bg: palette.panel,
        imgui.Col_.popup_bg: palette.popup,
        imgui.Col_.border: palette.line(0.15),
        imgui.Col_.frame_bg: palette.field,
        imgui.Col_.frame_bg_hovered: palette.field_hovered,
        imgui.Col_.frame_bg_active: palette.field_hovered,
        imgui.Col_.check_mark: palette.accent,
        imgui.Col_.checkbox_selected_bg: palette.field,
        imgui.Col_.slider_grab: (*palette.accent[:3], 0.75),  # the value is written over it
        imgui.Col_.slider_grab_active: palette.accent_bright,
        imgui.Col_.button: palette.field,
        imgui.Col_.button_hovered: palette.field_hovered,
        imgui.Col_.button_active: palette.pressed,
        imgui.Col_.header: palette.line(0.05),
        imgui.Col_.header_hovered: palette.line(0.08),
        imgui.Col_.header_active: palette.line(0.11),
        imgui.Col_.separator: palette.line(0.10),
        imgui.Col_.scrollbar_bg: _NONE,
        imgui.Col_.scrollbar_grab: palette.track,
        imgui.Col_.scrollbar_grab_hovered: palette.muted,
        imgui.Col_.scrollbar_grab_active: palette.muted,
        imgui.Col_.plot_histogram: (*palette.accent[:3], 0.4),  # what is being done is written over it
        imgui.Col_.nav_cursor: palette.accent_bright,
    }
