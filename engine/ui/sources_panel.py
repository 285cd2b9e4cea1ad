"""The list of sources: cameras, monitors, what was shown before; and how they are to be opened."""

from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui

from engine.navigation.bindings import LABEL_OF
from engine.settings import Settings, SourceSettings
from engine.status.choices import Choice
from engine.status.metrics import Status
from engine.ui.widgets import Controls

RESOLUTIONS = ((0, 0), (640, 480), (1280, 720), (1920, 1080), (3840, 2160))
"""What the overlay offers to ask of a camera; nothing: what the camera likes."""
_DEMO = Choice("demo", "the built-in scene")


def panel(settings: Settings, status: Status, controls: Controls) -> None:
    """What is shown, and how large."""
    if not controls.section("Source"):
        return
    if not status.choices.is_known:
        controls.actions.append("look_for_sources")
    _list(settings.source, status, controls)
    controls.setting(settings, "source")
    _ways(controls)
    kind = settings.source.source.partition(":")[0]
    if kind == "webcam":
        _resolution(settings.source, controls)
    for name in {"webcam": ("camera_fps",), "screen": ("screen_fps",)}.get(kind, ()):
        controls.setting(settings, name)
    controls.setting(settings, "max_res")
    if status.source_px:
        controls.label("picture")
        imgui.text(f"{status.source_px[0]} × {status.source_px[1]}")


def label_of(name: str, status: Status) -> str:
    """What a person calls the source `name`."""
    known = (*status.choices.cameras, *status.choices.monitors, *status.choices.recent, *status.choices.added, _DEMO)
    return next((choice.label for choice in known if choice.name == name), status.source)


def _list(settings: SourceSettings, status: Status, controls: Controls) -> None:
    controls.label("show", "Cameras and monitors of this machine, and what was shown before.")
    if not imgui.begin_combo("##choices", label_of(settings.source, status), imgui.ComboFlags_.height_large):
        return
    if imgui.is_window_appearing():
        controls.actions.append("look_for_sources")
    choices = status.choices
    is_looking = "looking …" if choices.is_looking else "none was found"
    groups = (
        (f"{icons.ICON_FA_VIDEO}  Cameras", choices.cameras, is_looking),
        (f"{icons.ICON_FA_DISPLAY}  Screen", choices.monitors, is_looking),
        (f"{icons.ICON_FA_CLOCK_ROTATE_LEFT}  Recent", choices.recent, ""),
        (f"{icons.ICON_FA_PLUG}  Plugins", choices.added, ""),
        (f"{icons.ICON_FA_CUBE}  Demo", (_DEMO,), ""),
    )
    for title, members, if_none in groups:
        if not (members or if_none):
            continue
        imgui.separator_text(title)
        if not members:
            imgui.text_disabled(if_none)
        for choice in members:
            if imgui.selectable(f"{choice.label}##{choice.name}", choice.name == settings.source)[0]:
                controls.changes["source"] = choice.name
            if choice.hint:
                imgui.set_item_tooltip(choice.hint)
    imgui.end_combo()


def _ways(controls: Controls) -> None:
    """Other ways to a source, in one row."""
    ways = (
        (f"{icons.ICON_FA_CROP_SIMPLE}  Region", "choose_region", "Drag over a part of the screen"),
        (f"{icons.ICON_FA_PASTE}  Paste", "paste", f"The file or address that was copied   {LABEL_OF['paste']}"),
    )
    gap = imgui.get_style().item_spacing.x
    width = (imgui.get_content_region_avail().x - gap * (len(ways) - 1)) / len(ways)
    for position, (label, action, tooltip) in enumerate(ways):
        if position:
            imgui.same_line()
        if imgui.button(label, imgui.ImVec2(width, 0)):
            controls.actions.append(action)
        imgui.set_item_tooltip(tooltip)


def _resolution(settings: SourceSettings, controls: Controls) -> None:
    controls.label("resolution", "What is asked of the camera; it takes the nearest that it has.")
    now = (settings.camera_width, settings.camera_height)
    if imgui.begin_combo("##resolution", _size(now)):
        for size in RESOLUTIONS:
            if imgui.selectable(_size(size), size == now)[0]:
                controls.changes |= {"camera_width": size[0], "camera_height": size[1]}
        imgui.end_combo()


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}" if any(size) else "the camera's own"
