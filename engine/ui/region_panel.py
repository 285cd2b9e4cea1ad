"""The region picker's panel: the desktop, scaled to the window, and a rectangle to drag on it."""

from dataclasses import dataclass

from imgui_bundle import imgui

from engine.settings.language import _
from engine.ui.widgets import Controls

SMALLEST = 16
"""Smallest side of a region, in units of the desktop: anything less was a slip of the mouse."""
_FLAGS = (
    imgui.WindowFlags_.no_decoration
    | imgui.WindowFlags_.no_move
    | imgui.WindowFlags_.no_saved_settings
    | imgui.WindowFlags_.no_nav
)


@dataclass(frozen=True, slots=True)
class DesktopPicture:
    """A scaled-down picture of the desktop."""

    texture: int = 0
    """OpenGL's name of the texture; 0 before there is one."""
    size_px: tuple[int, int] = (0, 0)
    bounds: tuple[int, int, int, int] = (0, 0, 0, 0)
    """The part of the desktop it shows: left, top, width, height, in the units of `--source screen:…`."""
    count: int = 0
    """Counts the pictures, to tell a new one."""
    message: str | None = None
    """What is wrong."""


def chooser(picture: DesktopPicture, controls: Controls) -> None:
    """Draw the panel. Releasing the mouse changes the source."""
    size = imgui.get_io().display_size
    imgui.set_next_window_pos(imgui.ImVec2(0, 0))
    imgui.set_next_window_size(size)
    imgui.set_next_window_bg_alpha(1.0)
    imgui.push_style_var(imgui.StyleVar_.window_rounding, 0.0)
    imgui.begin("region", None, _FLAGS)
    imgui.pop_style_var()
    cancel = _("Cancel (Esc)")
    beside = size.x - 3 * imgui.get_style().window_padding.x - imgui.calc_text_size(cancel).x
    imgui.align_text_to_frame_padding()
    imgui.push_text_wrap_pos(beside)
    imgui.text(_("Drag over the part of the screen to show. What is under this window stays gray."))
    imgui.pop_text_wrap_pos()
    imgui.same_line(beside + imgui.get_style().item_spacing.x)
    if imgui.button(cancel):
        controls.invoke("go_back")
    controls.mark_focus()
    if picture.message:
        imgui.push_text_wrap_pos(0)
        imgui.text_colored(imgui.ImVec4(*controls.theme.palette.warning), picture.message)
        imgui.pop_text_wrap_pos()
    if picture.texture:
        _desktop(picture, controls)
    imgui.end()


def region_of(
    start: tuple[float, float], end: tuple[float, float], picture: DesktopPicture, scale: float
) -> tuple[int, int, int, int]:
    """The part of the desktop between two corners, given in pixels of a view that is `scale` times the desktop."""
    left, top, width, height = picture.bounds
    x = sorted(min(max(corner[0] / scale, 0), width) for corner in (start, end))
    y = sorted(min(max(corner[1] / scale, 0), height) for corner in (start, end))
    return left + round(x[0]), top + round(y[0]), round(x[1]) - round(x[0]), round(y[1]) - round(y[0])


def _desktop(picture: DesktopPicture, controls: Controls) -> None:
    room = imgui.get_content_region_avail()
    _, _, width, height = picture.bounds
    scale = min(room.x / width, room.y / height)
    corner = imgui.get_cursor_pos()
    imgui.set_cursor_pos(imgui.ImVec2(corner.x + (room.x - scale * width) / 2, corner.y))
    origin = imgui.get_cursor_screen_pos()
    shown = imgui.ImVec2(scale * width, scale * height)
    imgui.image(imgui.ImTextureRef(picture.texture), shown)
    imgui.set_cursor_screen_pos(origin)
    imgui.invisible_button("desktop", shown)
    is_over = imgui.is_item_deactivated()
    if not (imgui.is_item_active() or is_over):
        return
    end = imgui.get_mouse_pos()
    start = end - imgui.get_mouse_drag_delta(0, 0.0)
    corners = [(point.x - origin.x, point.y - origin.y) for point in (start, end)]
    x, y, w, h = region = region_of(corners[0], corners[1], picture, scale)
    if is_over:
        if min(w, h) >= SMALLEST:
            controls.change(source="screen:" + ",".join(map(str, region)))
            controls.invoke("go_back")
        return
    left, top = origin.x + (x - picture.bounds[0]) * scale, origin.y + (y - picture.bounds[1]) * scale
    low, high = imgui.ImVec2(left, top), imgui.ImVec2(left + w * scale, top + h * scale)
    accent = controls.theme.palette.accent
    draw = imgui.get_window_draw_list()
    draw.add_rect_filled(low, high, imgui.get_color_u32(imgui.ImVec4(*accent[:3], 0.25)))
    draw.add_rect(low, high, imgui.get_color_u32(imgui.ImVec4(*accent)), 0.0, 2 * controls.theme.scale)
    imgui.set_tooltip(f"{w} × {h} at {x}, {y}")
