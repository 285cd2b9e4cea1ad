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
    message: str | None = None
    """What is wrong."""


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
    imgui.text(_("Open a photo or a video"))
    imgui.pop_font()
    imgui.set_next_item_width(-1)
    is_typed, path = imgui.input_text("##path", str(content.folder), imgui.InputTextFlags_.enter_returns_true)
    if is_typed:
        controls.commands.append(BrowseTo(Path(path).expanduser()))
    below = imgui.get_frame_height_with_spacing()
    imgui.begin_child("entries", imgui.ImVec2(0, -below))
    if content.message:
        imgui.text_colored(imgui.ImVec4(*theme.palette.warning), content.message)
    if content.folder.parent != content.folder:
        _entry(icons.ICON_FA_TURN_UP, "..", content.folder.parent, controls)
    for name in content.folders:
        _entry(icons.ICON_FA_FOLDER, name, content.folder / name, controls)
    for name in content.files:
        _entry(_icon_of(name), name, content.folder / name, controls)
    if not (content.folders or content.files or content.message):
        imgui.text_disabled(_("There are no photos or videos in this folder."))
    imgui.end_child()
    if imgui.button(_("Cancel (Esc)")) or imgui.is_key_pressed(imgui.Key.escape):
        controls.invoke("go_back")
    imgui.end()


def _entry(icon: str, name: str, path: Path, controls: Controls) -> None:
    if imgui.selectable(f"{icon}   {name}", False)[0]:
        controls.commands.append(BrowseTo(path))


def _icon_of(name: str) -> str:
    icon: str = icons.ICON_FA_FILE_IMAGE
    if (guess_type(name)[0] or "").startswith("video/"):
        icon = icons.ICON_FA_FILE_VIDEO
    return icon
