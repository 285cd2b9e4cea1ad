"""What captures are for: calibrating the live scene, and building a room of several views."""

from imgui_bundle import imgui

from engine.navigation.events import ViewRemoved
from engine.settings import Settings
from engine.status.facts import ViewFacts
from engine.status.metrics import Status
from engine.ui.widgets import Controls

_TILE_PX = 2.0


def calibration(settings: Settings, status: Status, controls: Controls) -> None:
    """One checkbox, and how well the live scene fits."""
    controls.setting(settings, "calibrate")
    facts = status.calibration
    if not settings.capture.calibrate:
        return
    if facts is None:
        imgui.text_disabled("X calibrates the live scene.")
    elif facts.residual is None:
        imgui.text_disabled("Only the field of view comes from the capture.")
    else:
        unit = "meters" if facts.is_metric else "no unit"
        imgui.text_disabled(f"Live depth is {100 * facts.residual:.1f} % off the capture ({unit}).")
        imgui.set_item_tooltip("Half of the picture is closer to the capture than that.")


def _thumbnail(view: ViewFacts, scale: float) -> None:
    """Drawn as tiles: so few need no texture."""
    corner, tile = imgui.get_cursor_screen_pos(), _TILE_PX * scale
    size = imgui.ImVec2(len(view.thumbnail[0]) * tile, len(view.thumbnail) * tile)
    is_visible = imgui.is_rect_visible(size)
    imgui.dummy(size)
    if not is_visible:
        return
    canvas = imgui.get_window_draw_list()
    for y, row in enumerate(view.thumbnail):
        for x, color in enumerate(row):
            start = imgui.ImVec2(corner.x + x * tile, corner.y + y * tile)
            end = imgui.ImVec2(start.x + tile, start.y + tile)
            canvas.add_rect_filled(start, end, color)


def views(settings: Settings, status: Status, controls: Controls) -> None:
    """Several views: whether, how choosy, and which."""
    controls.setting(settings, "multi_view")
    if settings.capture.multi_view or status.views:
        controls.setting(settings, "least_confident")
    if settings.capture.multi_view and not status.views:
        imgui.text_disabled("Each X adds a view; move on between them.")
    for index, view in enumerate(status.views):
        imgui.push_id(index)
        _thumbnail(view, controls.theme.scale)
        imgui.same_line()
        imgui.text(view.source)
        imgui.same_line(imgui.get_content_region_avail().x - imgui.calc_text_size("Remove").x)
        if imgui.small_button("Remove"):
            controls.events.append(ViewRemoved(index))
        imgui.pop_id()
    if len(status.views) > 1 and imgui.button("Remove all views", imgui.ImVec2(-1, 0)):
        controls.actions.append("forget_views")
