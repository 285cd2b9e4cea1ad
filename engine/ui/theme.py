"""How the overlay looks: one font, one accent, soft corners."""

from pathlib import Path

import imgui_bundle
from imgui_bundle import imgui, implot

FONT_PX = 16.0
_FONTS = Path(imgui_bundle.__file__).parent / "assets" / "fonts" / "Roboto"

ACCENT = (0.31, 0.72, 0.96, 1.0)
GOOD = (0.40, 0.82, 0.52, 1.0)
WARNING = (0.98, 0.74, 0.30, 1.0)
MUTED = (0.62, 0.66, 0.72, 1.0)

_PANEL = (0.075, 0.085, 0.105, 0.90)
_FIELD = (0.17, 0.19, 0.23, 1.0)
_FIELD_HOVERED = (0.23, 0.26, 0.31, 1.0)
_NONE = (0.0, 0.0, 0.0, 0.0)

_COLOURS = {
    imgui.Col_.text: (0.92, 0.94, 0.96, 1.0),
    imgui.Col_.text_disabled: MUTED,
    imgui.Col_.window_bg: _PANEL,
    imgui.Col_.popup_bg: (0.10, 0.11, 0.14, 0.98),
    imgui.Col_.border: (1.0, 1.0, 1.0, 0.07),
    imgui.Col_.frame_bg: _FIELD,
    imgui.Col_.frame_bg_hovered: _FIELD_HOVERED,
    imgui.Col_.frame_bg_active: _FIELD_HOVERED,
    imgui.Col_.check_mark: ACCENT,
    imgui.Col_.slider_grab: ACCENT,
    imgui.Col_.slider_grab_active: (0.52, 0.83, 1.0, 1.0),
    imgui.Col_.button: _FIELD,
    imgui.Col_.button_hovered: _FIELD_HOVERED,
    imgui.Col_.button_active: (0.20, 0.45, 0.62, 1.0),
    imgui.Col_.header: (1.0, 1.0, 1.0, 0.04),
    imgui.Col_.header_hovered: (1.0, 1.0, 1.0, 0.10),
    imgui.Col_.header_active: (1.0, 1.0, 1.0, 0.14),
    imgui.Col_.separator: (1.0, 1.0, 1.0, 0.08),
    imgui.Col_.scrollbar_bg: _NONE,
    imgui.Col_.plot_histogram: ACCENT,
}


_SIZES = {
    "window_rounding": 8, "popup_rounding": 8, "frame_rounding": 4, "grab_rounding": 4, "scrollbar_rounding": 4,
    "grab_min_size": 12, "scrollbar_size": 10, "indent_spacing": 12, "window_border_size": 1, "popup_border_size": 1,
    "frame_border_size": 0,
}  # fmt: skip
_SPACINGS = {
    "window_padding": (14, 12), "frame_padding": (8, 4), "item_spacing": (8, 6), "item_inner_spacing": (6, 4),
    "cell_padding": (4, 2),
}  # fmt: skip


class Theme:
    """Fonts and style, fitted to the monitor's scale."""

    def __init__(self) -> None:
        fonts = imgui.get_io().fonts
        fonts.add_font_from_file_ttf(str(_FONTS / "Roboto-Regular.ttf"), FONT_PX)
        self.bold = fonts.add_font_from_file_ttf(str(_FONTS / "Roboto-Bold.ttf"), FONT_PX)
        self.scale = 0.0
        style = imgui.get_style()
        for colour, value in _COLOURS.items():
            style.set_color_(colour, imgui.ImVec4(*value))

    def fit(self, scale: float) -> None:
        """Make everything `scale` times as large as on a plain monitor."""
        if scale == self.scale:
            return
        self.scale = scale
        style = imgui.get_style()
        for name, size in _SIZES.items():
            setattr(style, name, size * scale)
        for name, (x, y) in _SPACINGS.items():
            setattr(style, name, imgui.ImVec2(x * scale, y * scale))
        style.font_size_base = FONT_PX
        style.font_scale_dpi = scale
        plots = implot.get_style()
        plots.plot_padding = imgui.ImVec2(4 * scale, 4 * scale)
        plots.plot_border_size = 0
