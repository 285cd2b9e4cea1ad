"""A list of files to open, for systems without a dialog of their own."""

from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path

from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui

from engine.settings.language import _
from engine.status.commands import BrowseTo
from engine.ui.panels import PLAIN_WINDOW
from engine.ui.widgets import Controls

_SIZE = (560.0, 460.0)
_MARGIN = 12.0


@dataclass(frozen=True, slots=True)
class FileList:
    """A folder and what can be chosen in it."""

    folder: Path
    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    places: tuple[tuple[str, Path], ...] = ()
    """Names and folders to go to at once."""
    message: str | None = None
    """What is wrong."""
    is_for_folder: bool = False
    """Whether a folder is to be chosen, and not a file."""


def draw(content: FileList, controls: Controls) -> None:
    """Draw the list in the middle of the window."""
    theme, size = controls.theme, imgui.get_io().display_size
    margin = 2 * _MARGIN * theme.scale
    room = imgui.ImVec2(*(min(side * theme.scale, most - margin) for side, most in zip(_SIZE, size, strict=True)))
    imgui.set_next_window_pos(imgui.ImVec2(size.x / 2, size.y / 2), imgui.Cond_.always, imgui.ImVec2(0.5, 0.5))
    imgui.set_next_window_size(room)
    imgui.set_next_window_bg_alpha(1.0)
    imgui.begin("files", None, PLAIN_WINDOW & ~imgui.WindowFlags_.always_auto_resize)
    imgui.push_font(theme.bold, 0)
    imgui.text(_("Save captures and exports to") if content.is_for_folder else _("Open a photo or a video"))
    imgui.pop_font()
    imgui.set_next_item_width(-1)
    is_typed, path = imgui.input_text("##path", str(content.folder), imgui.InputTextFlags_.enter_returns_true)
    if is_typed:
        controls.commands.append(BrowseTo(Path(path).expanduser()))
    for name, place in content.places:
        if imgui.button(name):
            controls.commands.append(BrowseTo(place))
        imgui.same_line()
    if content.places:
        imgui.new_line()
    _entries(content, controls)
    if content.is_for_folder:
        if imgui.button(_("Use this folder")):
            controls.invoke("use_folder")
        controls.mark_focus()
        imgui.same_line()
    if imgui.button(_("Cancel (Esc)")) or imgui.is_key_pressed(imgui.Key.escape):
        controls.invoke("go_back")
    controls.mark_focus()
    imgui.end()


def _entries(content: FileList, controls: Controls) -> None:
    """Draw a list that scrolls, with the keyboard at its first folder or file when it appears."""
    room = imgui.ImVec2(0, -imgui.get_frame_height_with_spacing())
    imgui.begin_child(f"entries {content.folder}", room, imgui.ChildFlags_.nav_flattened)
    if content.message:
        imgui.text_colored(imgui.ImVec4(*controls.theme.palette.warning), content.message)
    above, is_new = content.folder.parent, imgui.is_window_appearing()
    if above != content.folder:
        _entry(icons.ICON_FA_TURN_UP, above.name or str(above), above, controls, is_first=is_new)
    entries = [(icons.ICON_FA_FOLDER, name) for name in content.folders]
    entries += [(_icon_of(name), name) for name in content.files]
    for position, (icon, name) in enumerate(entries):
        _entry(icon, name, content.folder / name, controls, is_first=is_new and position == 0)
    if not (entries or content.message or content.is_for_folder):
        imgui.text_disabled(_("There are no photos or videos in this folder."))
    imgui.end_child()


def _entry(icon: str, name: str, path: Path, controls: Controls, *, is_first: bool) -> None:
    if imgui.selectable(f" {icon}   {name}", False)[0]:
        controls.commands.append(BrowseTo(path))
    if is_first:
        imgui.internal.focus_item()
        imgui.set_nav_cursor_visible(True)


def _icon_of(name: str) -> str:
    icon: str = icons.ICON_FA_FILE_IMAGE
    if (guess_type(name)[0] or "").startswith("video/"):
        icon = icons.ICON_FA_FILE_VIDEO
    return icon
