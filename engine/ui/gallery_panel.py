"""The gallery: what the program has made, newest first."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui

from engine.files.gallery import Kind, Made
from engine.settings.language import _, marked
from engine.status.commands import OpenFolder, OpenMade, RemoveMade
from engine.status.snapshot import Snapshot
from engine.ui import notices_panel
from engine.ui.panels import PLAIN_WINDOW
from engine.ui.theme import Theme
from engine.ui.widgets import Controls, fitted

_SIZE = (680.0, 620.0)
_MARGIN = 12.0
_THUMBNAIL = (112.0, 63.0)
_BUTTON_WIDTH = 36.0
_KINDS: MappingProxyType[Kind, tuple[str, str]] = MappingProxyType(
    {
        "capture": (icons.ICON_FA_CUBE, marked("Capture")),
        "picture": (icons.ICON_FA_IMAGE, marked("Picture")),
        "recording": (icons.ICON_FA_VIDEO, marked("Recording")),
        "film": (icons.ICON_FA_FILM, marked("Film")),
        "page": (icons.ICON_FA_GLOBE, marked("Page")),
        "depth video": (icons.ICON_FA_LAYER_GROUP, marked("Depth video")),
    }
)


@dataclass(frozen=True, slots=True)
class GalleryItem:
    """A row."""

    made: Made
    is_gone: bool
    """Whether it was moved or deleted by others."""


@dataclass(frozen=True, slots=True)
class GalleryStatus:
    """What the gallery shows."""

    items: tuple[GalleryItem, ...] | None
    """None while the index is read for the first time."""
    arrived: int
    """How many thumbnails were read: with each the gallery is drawn again."""


def draw(
    status: GalleryStatus, thumbnail: Callable[[Made], int | None], snapshot: Snapshot, controls: Controls
) -> None:
    """Draw the gallery in the middle of the window, and notices below.

    `thumbnail` gives OpenGL's number of a picture. It is called for the rows in sight only.
    """
    theme, size = controls.theme, imgui.get_io().display_size
    margin = _MARGIN * theme.scale
    room = imgui.ImVec2(*(min(side * theme.scale, most - 2 * margin) for side, most in zip(_SIZE, size, strict=True)))
    imgui.set_next_window_pos(imgui.ImVec2(size.x / 2, size.y / 2), imgui.Cond_.always, imgui.ImVec2(0.5, 0.5))
    imgui.set_next_window_size(room)
    imgui.set_next_window_bg_alpha(0.97)
    imgui.begin("gallery", None, PLAIN_WINDOW & ~imgui.WindowFlags_.always_auto_resize)
    is_new = imgui.is_window_appearing()
    imgui.push_font(theme.bold, 1.25 * imgui.get_style().font_size_base)
    imgui.text(_("Gallery"))
    imgui.pop_font()
    imgui.begin_child("made", imgui.ImVec2(0, -imgui.get_frame_height_with_spacing()), imgui.ChildFlags_.nav_flattened)
    if status.items is None:
        imgui.text_disabled("…")
    elif not status.items:
        imgui.push_text_wrap_pos(0)
        imgui.text_disabled(_("Captures (X), recordings (Ctrl+R) and films (Shift+R) will be here."))
        imgui.pop_text_wrap_pos()
    else:
        height = _THUMBNAIL[1] * theme.scale
        clipper = imgui.ListClipper()
        clipper.begin(len(status.items), height + imgui.get_style().item_spacing.y)
        while clipper.step():
            for number in range(clipper.display_start, clipper.display_end):
                imgui.push_id(number)
                _row(status.items[number], thumbnail, height, controls, is_first=is_new and number == 0)
                imgui.pop_id()
    imgui.end_child()
    if imgui.button(_("Close (Esc)")) or imgui.is_key_pressed(imgui.Key.escape):
        controls.invoke("hide_gallery")
    controls.mark_focus()
    imgui.end()
    notices_panel.footer(snapshot, controls, 0.0, size.y - margin)


def _row(
    item: GalleryItem, thumbnail: Callable[[Made], int | None], height: float, controls: Controls, *, is_first: bool
) -> None:
    theme, made, style = controls.theme, item.made, imgui.get_style()
    corner, width = imgui.get_cursor_screen_pos(), _BUTTON_WIDTH * theme.scale
    room = imgui.get_content_region_avail().x - 2 * (width + style.item_spacing.x)
    flags = imgui.SelectableFlags_.disabled if item.is_gone else imgui.SelectableFlags_.none
    if imgui.selectable("##open", False, flags, imgui.ImVec2(room, height))[0]:
        controls.commands.append(OpenMade(made.path))
    controls.mark_focus()
    if is_first:
        imgui.internal.focus_item()
        imgui.set_nav_cursor_visible(True)
    imgui.set_item_tooltip(_("Open as a scene"))
    _picture(corner, item, thumbnail(made), height, theme)
    _words(corner, item, room, height, theme)
    imgui.push_style_color(imgui.Col_.button, imgui.ImVec4(0, 0, 0, 0))
    imgui.push_style_var(imgui.StyleVar_.frame_border_size, 0)
    imgui.same_line()
    size = imgui.ImVec2(width, height)
    if item.is_gone:
        imgui.dummy(size)
        imgui.same_line()
        if imgui.button(icons.ICON_FA_XMARK, size):
            controls.commands.append(RemoveMade(made.path, to_bin=False))
        imgui.set_item_tooltip(_("Remove from the gallery"))
    else:
        if imgui.button(icons.ICON_FA_FOLDER_OPEN, size):
            controls.commands.append(OpenFolder(made.path))
        controls.mark_focus()
        imgui.set_item_tooltip(_("Open folder"))
        imgui.same_line()
        if imgui.button(icons.ICON_FA_TRASH_CAN, size):
            controls.commands.append(RemoveMade(made.path, to_bin=True))
        imgui.set_item_tooltip(_("Move to the bin"))
    controls.mark_focus()
    imgui.pop_style_var()
    imgui.pop_style_color()


def _picture(corner: imgui.ImVec2, item: GalleryItem, texture: int | None, height: float, theme: Theme) -> None:
    """Draw the thumbnail, or an icon for what has none."""
    canvas, width = imgui.get_window_draw_list(), _THUMBNAIL[0] * theme.scale
    end, rounding = imgui.ImVec2(corner.x + width, corner.y + height), imgui.get_style().frame_rounding
    if texture is not None:
        shade = imgui.get_color_u32(imgui.ImVec4(1, 1, 1, 0.35 if item.is_gone else 1))
        low, high = imgui.ImVec2(0, 0), imgui.ImVec2(1, 1)
        canvas.add_image_rounded(imgui.ImTextureRef(texture), corner, end, low, high, shade, rounding)
        return
    canvas.add_rect_filled(corner, end, imgui.get_color_u32(imgui.ImVec4(*theme.palette.field)), rounding)
    icon = _KINDS[item.made.kind][0]
    size = imgui.calc_text_size(icon)
    middle = imgui.ImVec2(corner.x + (width - size.x) / 2, corner.y + (height - size.y) / 2)
    canvas.add_text(middle, imgui.get_color_u32(imgui.Col_.text_disabled), icon)


def _words(corner: imgui.ImVec2, item: GalleryItem, room: float, height: float, theme: Theme) -> None:
    """Draw the name, and below it what it is and when it was made."""
    canvas, gap = imgui.get_window_draw_list(), 2 * imgui.get_style().item_spacing.x
    x, line = corner.x + _THUMBNAIL[0] * theme.scale + gap, imgui.get_text_line_height_with_spacing()
    y, width = corner.y + (height - 2 * line) / 2, room - _THUMBNAIL[0] * theme.scale - 2 * gap
    palette = theme.palette
    imgui.push_font(theme.bold, 0)
    color = palette.muted if item.is_gone else palette.text
    canvas.add_text(imgui.ImVec2(x, y), imgui.get_color_u32(imgui.ImVec4(*color)), fitted(item.made.path.name, width))
    imgui.pop_font()
    icon, kind = _KINDS[item.made.kind]
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(item.made.made_s))
    parts = [f"{icon}  {_(kind)}", *([_("gone")] if item.is_gone else []), when]
    color = palette.warning if item.is_gone else palette.muted
    text = fitted("  ·  ".join(parts), width)
    canvas.add_text(imgui.ImVec2(x, y + line), imgui.get_color_u32(imgui.ImVec4(*color)), text)
