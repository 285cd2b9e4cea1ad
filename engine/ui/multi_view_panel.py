"""The list of views that make a multi-view scene."""

from dataclasses import dataclass

from imgui_bundle import imgui

from engine.settings import Settings
from engine.settings.language import _
from engine.status.commands import RemoveView
from engine.ui.widgets import Controls

_TILE_PX = 2.0


@dataclass(frozen=True, slots=True)
class ViewRow:
    """One view."""

    source: str
    thumbnail: tuple[tuple[int, ...], ...]
    """Rows of colors in ImGui's packing: 0xAABBGGRR."""


@dataclass(frozen=True, slots=True)
class Views:
    """All views, in the order they were taken."""

    rows: tuple[ViewRow, ...] = ()


def draw(views: Views, settings: Settings, controls: Controls) -> None:
    """Draw the settings of multi-view captures and the list of views."""
    controls.setting(settings, "multi_view")
    if settings.capture.multi_view or views.rows:
        controls.setting(settings, "least_confident")
    if settings.capture.multi_view and not views.rows:
        imgui.text_disabled(_("Each X adds a view. Move between them."))
    for index, row in enumerate(views.rows):
        imgui.push_id(index)
        _thumbnail(row, controls.theme.scale)
        imgui.same_line()
        imgui.text(row.source)
        imgui.same_line(imgui.get_content_region_avail().x - imgui.calc_text_size(_("Remove")).x)
        if imgui.small_button(_("Remove")):
            controls.commands.append(RemoveView(index))
        controls.mark_focus()
        imgui.pop_id()
    if len(views.rows) > 1 and imgui.button(_("Remove all views"), imgui.ImVec2(-1, 0)):
        controls.invoke("forget_views")


def _thumbnail(row: ViewRow, scale: float) -> None:
    """Draw the thumbnail as rectangles: there are too few for a texture."""
    corner, tile = imgui.get_cursor_screen_pos(), _TILE_PX * scale
    size = imgui.ImVec2(len(row.thumbnail[0]) * tile, len(row.thumbnail) * tile)
    is_visible = imgui.is_rect_visible(size)
    imgui.dummy(size)
    if not is_visible:
        return
    canvas = imgui.get_window_draw_list()
    for y, colors in enumerate(row.thumbnail):
        for x, color in enumerate(colors):
            start = imgui.ImVec2(corner.x + x * tile, corner.y + y * tile)
            end = imgui.ImVec2(start.x + tile, start.y + tile)
            canvas.add_rect_filled(start, end, color)
