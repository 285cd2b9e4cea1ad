"""The export window: formats to save the frame on screen in, and films of it."""

from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui

from engine.settings.language import _, marked
from engine.status.snapshot import CaptureStatus
from engine.ui.panels import PLAIN_WINDOW, center_next_window
from engine.ui.widgets import Controls

WHOLE, PAGE = "folder", "page"
EXPORTS = {
    "glb": ("GLB", marked("mesh with its picture, for Blender, browsers, Windows 3D")),
    "ply": (marked("PLY mesh"), marked("mesh with colored vertices, for MeshLab, CloudCompare")),
    "points": (marked("PLY points"), marked("colored points")),
    "obj": ("OBJ", marked("mesh with its picture as OBJ, MTL and PNG, for older programs")),
    "png16": (marked("PNG 16 bit"), marked("depth as gray levels; the scale is in the file")),
    "exr": ("EXR", marked("depth as numbers, channel Z")),
    "npz": ("NPZ", marked("depth, camera and settings, for numpy")),
    PAGE: (marked("Web page"), marked("the scene in one file that opens in any browser")),
    WHOLE: (marked("Folder"), marked("all of it, as every capture is saved")),
}
"""The names in `export.formats`, a page, and the whole folder: the button's label and what it writes."""
FILMS = (
    (icons.ICON_FA_CIRCLE_DOT, marked("Record"), "toggle_recording", marked("what is on screen, as a video (Ctrl+R)")),
    (
        icons.ICON_FA_CUBE,
        marked("Record in 3D"),
        "toggle_rgbd_recording",
        marked("the scene: pictures with their depth (Shift+Ctrl+R)"),
    ),
    (icons.ICON_FA_FILM, marked("Render…"), "show_render", marked("a moving photo, or a video in stereo (Shift+R)")),
)
"""Icon, label, action and what it makes."""
OF_A_CLOUD = "points"
"""The only format that holds the points of several views."""
_WIDTH = 130.0


def export_action(name: str) -> str:
    """Return the action that exports as `name`."""
    return f"export_{name}"


def window(capture: CaptureStatus, controls: Controls) -> bool:
    """Draw the window in the middle; return whether it stays open."""
    size, scale = imgui.get_io().display_size, controls.theme.scale
    center_next_window("Export", controls)
    imgui.set_next_window_size_constraints(imgui.ImVec2(0, 0), size)
    imgui.set_next_window_bg_alpha(1.0)  # it may lie over other panels
    imgui.begin("Export", None, PLAIN_WINDOW)
    if imgui.is_window_appearing():
        imgui.set_nav_cursor_visible(True)
    imgui.push_text_wrap_pos(size.x - 2 * imgui.get_style().window_padding.x)
    imgui.push_font(controls.theme.bold, 0)
    kinds = _("Save this scene as"), _("Save this capture as"), _("Save this frame as")
    imgui.text(kinds[0 if capture.is_cloud else 1 if capture.is_shown else 2])
    imgui.pop_font()
    films = [f"{icon}  {_(title)}" for icon, title, _action, _meaning in FILMS]
    widest = max(imgui.calc_text_size(text).x for text in (*films, *(_(title) for title, _meaning in EXPORTS.values())))
    button = imgui.ImVec2(max(_WIDTH * scale, widest + 2 * imgui.get_style().frame_padding.x), 0)
    chosen = False
    for name, (title, meaning) in EXPORTS.items():
        if capture.is_cloud and name != OF_A_CLOUD:
            continue
        if imgui.button(_(title), button):
            controls.invoke(export_action(name))
            chosen = True
        controls.mark_focus()
        imgui.same_line()
        imgui.text_disabled(_(meaning))
    imgui.separator()
    for text, (_icon, _title, action, meaning) in zip(films, FILMS, strict=True):
        if imgui.button(f"{text}##{action}", button):
            controls.invoke(action)
            chosen = True
        controls.mark_focus()
        imgui.same_line()
        imgui.text_disabled(_(meaning))
    imgui.text_disabled(_("Esc closes"))
    imgui.pop_text_wrap_pos()
    imgui.end()
    return not chosen
