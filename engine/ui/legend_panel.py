"""The legend of depth: a color bar from near to far at the right border."""

from itertools import pairwise

from imgui_bundle import imgui

from engine.frames import DepthFrame
from engine.settings import Settings
from engine.settings.colormaps import COLORMAPS, FLICKER_COLORS, MOST_FLICKER, Colormap
from engine.settings.language import _
from engine.ui.theme import Theme

_HEIGHT, _WIDTH, _MARGIN = 180.0, 14.0, 12.0


def depth_labels(frame: DepthFrame | None, settings: Settings) -> tuple[str, str, str] | None:
    """Return the labels of the far end, the middle and the near end; None without false colors on screen.

    Of flicker: of none, the middle and the most, as shares of the depth range.
    """
    if frame is not None and settings.display.view == "flicker":
        return "0 %", f"{50 * MOST_FLICKER:.1f} %", f"{100 * MOST_FLICKER:.0f} %"
    if frame is None or (settings.display.view != "depth" and settings.display.panes == "scene"):
        return None
    is_inverted = settings.scene.invert_depth
    if not frame.is_metric:
        return (_("far"), "", _("near")) if not is_inverted else (_("near"), "", _("far"))
    low, high = frame.range.low, frame.range.high
    middle = 2 / (1 / max(low, 1e-9) + 1 / max(high, 1e-9))  # colors are even in the inverse of depth
    ends = (high, middle, low) if not is_inverted else (low, middle, high)
    far, between, near = (f"{value:.2g} m" if value < 10 else f"{value:.0f} m" for value in ends)
    return far, between, near


def draw(labels: tuple[str, str, str] | None, settings: Settings, theme: Theme) -> None:
    """Draw the bar, if there are labels for it."""
    if labels is None:
        return
    scale, display = theme.scale, imgui.get_io().display_size
    imgui.set_next_window_pos(
        imgui.ImVec2(display.x - _MARGIN * scale, display.y / 2), imgui.Cond_.always, imgui.ImVec2(1.0, 0.5)
    )
    flags = imgui.WindowFlags_.no_decoration | imgui.WindowFlags_.no_inputs | imgui.WindowFlags_.always_auto_resize
    imgui.begin("legend", None, flags | imgui.WindowFlags_.no_saved_settings)
    corner, line = imgui.get_cursor_screen_pos(), imgui.get_text_line_height()
    colors = [imgui.get_color_u32(imgui.ImVec4(*color, 1.0)) for color in COLORMAPS[_colors(settings)]]
    bar, step = imgui.get_window_draw_list(), _HEIGHT * scale / (len(colors) - 1)
    bottom = corner.y + line / 2 + _HEIGHT * scale
    for i, (far, near) in enumerate(pairwise(colors)):
        low, high = bottom - i * step, bottom - (i + 1) * step
        right = corner.x + _WIDTH * scale
        bar.add_rect_filled_multi_color(imgui.ImVec2(corner.x, high), imgui.ImVec2(right, low), near, near, far, far)
    for share, label in zip((0.0, 0.5, 1.0), labels, strict=True):
        y = bottom - share * _HEIGHT * scale - line / 2
        imgui.set_cursor_screen_pos(imgui.ImVec2(corner.x + (_WIDTH + 6) * scale, y))
        imgui.text(label)
    imgui.end()


def _colors(settings: Settings) -> Colormap:
    return FLICKER_COLORS if settings.display.view == "flicker" else settings.display.colormap
