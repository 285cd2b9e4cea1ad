"""Parts of the panel: its header, performance, and the help window."""

from collections.abc import Iterable, Sequence

import numpy as np
from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui, implot

from engine.navigation.bindings import MOUSE, Binding, localized
from engine.settings.language import _, marked
from engine.status.limits import Limits
from engine.status.metrics import Rates
from engine.status.snapshot import NetworkStatus, Snapshot
from engine.ui import limits_bar
from engine.ui.theme import Theme
from engine.ui.widgets import Controls, fitted, note, tooltip

HELP_WIDTH = 66
"""Width of both columns of keys, in heights of the font."""


def header(snapshot: Snapshot, theme: Theme) -> None:
    """Draw source, network and rate in two lines."""
    source, network = snapshot.source, snapshot.network
    dot = theme.palette.warning if source.is_lost else theme.palette.good
    corner, radius = imgui.get_cursor_screen_pos(), imgui.get_font_size() * 0.3
    center = imgui.ImVec2(corner.x + radius, corner.y + imgui.get_font_size() * 0.55)
    imgui.get_window_draw_list().add_circle_filled(center, radius, imgui.get_color_u32(imgui.ImVec4(*dot)))
    imgui.set_cursor_screen_pos(imgui.ImVec2(corner.x + 3 * radius, corner.y))
    imgui.push_font(theme.bold, 0)
    imgui.text(_shortened(source.name))
    imgui.pop_font()
    parts = [network.name, network.where]
    if snapshot.rates.depth_fps:
        parts.append(f"{snapshot.rates.depth_fps:.0f} {_('depth maps/s')}")
    if snapshot.scene.is_frozen:
        parts.append(_("frozen"))
    if snapshot.scene.is_uncalibrated:
        parts.append(_("uncalibrated"))
    line = "  ·  ".join(part for part in parts if part)
    shown = fitted(line, imgui.get_content_region_avail().x)  # a second row would come and go with the figures
    imgui.text_disabled(shown)
    if (network.why or shown != line) and imgui.is_item_hovered():
        tooltip("\n".join(filter(None, (line if shown != line else "", network.why))))


def performance(live: Rates, limits: Limits, network: NetworkStatus, drawn: str, controls: Controls) -> None:
    """Draw rates, latency, and which stage limits the others. `drawn`: how much is drawn of what is set."""
    if not controls.section(marked("Performance"), icons.ICON_FA_GAUGE_HIGH, _rates(live, limits)):
        return
    limits_bar.draw(limits, controls)
    rows = (
        (_("display"), f"{live.display_fps:.1f} /s"),
        (_("depth"), f"{live.depth_fps:.1f} /s"),
        (_("source"), f"{live.source_fps:.1f} /s"),
        (_("latency"), f"{live.latency_ms:.0f} ms"),
        (_("dropped"), str(live.dropped)),
        (_("flicker"), f"{100 * network.flicker:.2f} %" if network.flicker is not None else "–"),
        (_("network input"), f"{network.input_px[0]} × {network.input_px[1]}" if network.input_px else "–"),
    )
    if imgui.begin_table("rates", 2):
        for name, value in rows:
            imgui.table_next_column()
            imgui.text_disabled(name)
            imgui.table_next_column()
            imgui.text(value)
        imgui.end_table()
    if drawn:
        note(_("drawn: {what}").format(what=drawn))
    _history("##history", {_("display"): live.display_history_ms, _("latency"): live.latency_history_ms})


def _rates(live: Rates, limits: Limits) -> str:
    parts = [f"{live.display_fps:.0f} fps"] if live.display_fps else []
    return "  ·  ".join([*parts, *([limits_bar.name_of(limits.limit)] if limits.limit else [])])


def center_next_window(name: str, controls: Controls) -> None:
    """Place a window in the middle of the free area, or, where it is too wide for that, in the middle of all."""
    size, window = imgui.get_io().display_size, imgui.internal.find_window_by_name(name)
    left = controls.left if window is not None and window.size.x <= size.x - controls.left else 0.0
    middle = imgui.ImVec2((left + size.x) / 2, size.y / 2)
    imgui.set_next_window_pos(middle, imgui.Cond_.always, imgui.ImVec2(0.5, 0.5))


def help_window(bindings: Iterable[Binding], controls: Controls) -> None:
    """Draw all keys in the middle of the window, in two columns where it is wide enough."""
    size, theme = imgui.get_io().display_size, controls.theme
    center_next_window("Keys", controls)
    imgui.set_next_window_size_constraints(imgui.ImVec2(0, 0), imgui.ImVec2(size.x, size.y))
    imgui.set_next_window_bg_alpha(1.0)  # it may lie over other panels
    imgui.begin("Keys", None, PLAIN_WINDOW)
    style = imgui.get_style()
    imgui.push_text_wrap_pos(size.x - 2 * style.window_padding.x - style.scrollbar_size)
    keys = [(localized(binding.label), binding.meaning) for binding in bindings]
    beside_mouse = (len(keys) - len(MOUSE)) // 2
    imgui.begin_group()
    _rows(_("Moving"), MOUSE, theme)
    imgui.spacing()
    _rows(_("Keys"), keys[:beside_mouse], theme)
    imgui.end_group()
    if size.x > HELP_WIDTH * imgui.get_font_size():
        imgui.same_line(0, 2 * imgui.get_font_size())
    imgui.begin_group()
    _rows(_("More keys"), keys[beside_mouse:], theme)
    imgui.end_group()
    imgui.pop_text_wrap_pos()
    imgui.end()


PLAIN_WINDOW = (
    imgui.WindowFlags_.no_title_bar
    | imgui.WindowFlags_.no_resize
    | imgui.WindowFlags_.no_move
    | imgui.WindowFlags_.always_auto_resize
    | imgui.WindowFlags_.no_saved_settings
)


def _rows(title: str, rows: Sequence[tuple[str, str]], theme: Theme) -> None:
    imgui.push_font(theme.bold, 0)
    imgui.text(title)
    imgui.pop_font()
    if imgui.begin_table(title, 2, imgui.TableFlags_.sizing_fixed_fit | imgui.TableFlags_.no_host_extend_x):
        for left, right in rows:
            imgui.table_next_column()
            imgui.text_colored(imgui.ImVec4(*theme.palette.accent), _(left))
            imgui.table_next_column()
            imgui.text(_(right))
        imgui.end_table()


def _history(name: str, series: dict[str, tuple[float, ...]]) -> None:
    height = 90 * imgui.get_style().font_scale_dpi
    flags = implot.Flags_.no_mouse_text | implot.Flags_.no_menus | implot.Flags_.no_box_select | implot.Flags_.no_inputs
    if not implot.begin_plot(name, imgui.ImVec2(-1, height), flags):
        return
    implot.setup_axes("", "ms", implot.AxisFlags_.no_decorations, implot.AxisFlags_.none)
    most = max((max(values, default=0.0) for values in series.values()), default=0.0)
    implot.setup_axes_limits(0, 1, 0, max(1.2 * most, 10), imgui.Cond_.always)
    for label, values in series.items():
        if len(values) > 1:
            implot.plot_line(label, np.linspace(0, 1, len(values)), np.asarray(values, np.float64))
    implot.end_plot()


def _shortened(text: str, most: int = 34) -> str:
    return text if len(text) <= most else "…" + text[-most + 1 :]
