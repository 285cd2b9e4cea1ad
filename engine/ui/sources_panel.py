"""The source section: cameras, monitors, recent files, and how sources are opened."""

from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui

from engine.settings import Settings, SourceSettings
from engine.settings.language import _, marked
from engine.status.snapshot import Choice, SourceStatus
from engine.ui.sections import kind_of
from engine.ui.widgets import Controls, combo

RESOLUTIONS = ((0, 0), (640, 480), (1280, 720), (1920, 1080), (3840, 2160))
"""Camera resolutions on offer; (0, 0) is the camera's own."""
_REGION = icons.ICON_FA_CROP_SIMPLE, marked("Region"), "choose_region", marked("Drag over a part of the screen")
_PASTE = icons.ICON_FA_PASTE, marked("Paste"), "paste", marked("Open the copied file or address (Ctrl+V)")
_DEMO = Choice("demo", marked("the built-in scene"))


def draw(settings: Settings, source: SourceStatus, controls: Controls) -> None:
    """Draw the upper part of the section: which source is shown, and ways to open another."""
    choose(settings, source, controls)
    controls.setting(settings, "source", can_reset=False)
    _ways(controls)
    if kind_of(settings.source.source) == "webcam":
        _resolution(settings.source, controls)


def needs(settings: Settings, controls: Controls) -> None:
    """Draw the few settings without which a source of this kind may look wrong."""
    kind = kind_of(settings.source.source)
    if kind == "webcam":
        _resolution(settings.source, controls)
    elif kind == "screen":
        _button(_REGION, -1, controls)
    elif kind == "file" and settings.source.depth_map is not None:
        controls.setting(settings, "depth_map_kind")


def sizes(source: SourceStatus, controls: Controls) -> None:
    """Draw how large frames are."""
    if source.size_px:
        controls.label(_("Frame"), _("Pixels of a frame as it is shown."))
        imgui.text(_pixels(source.size_px))
    if source.geometry_px and source.geometry_px != source.size_px:
        controls.label(_("Geometry"), _("Pixels that depth is computed from, and that settings count."))
        imgui.text(_pixels(source.geometry_px))


def _pixels(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}"


def label_of(name: str, source: SourceStatus) -> str:
    """Return the label of the source that the settings call `name`."""
    known = (*source.choices.cameras, *source.choices.monitors, *source.choices.recent, *source.choices.added, _DEMO)
    return next((_(choice.label) for choice in known if choice.name == name), source.name)


def choose(settings: Settings, source: SourceStatus, controls: Controls) -> None:
    """Draw the list of sources."""
    if not source.choices.is_known:
        controls.invoke("look_for_sources")
    name = settings.source.source
    controls.label(_("Source"), _("Cameras and monitors of this machine, and recent files."))
    if not combo("##choices", label_of(name, source), imgui.ComboFlags_.height_large):
        return
    if imgui.is_window_appearing():
        controls.invoke("look_for_sources")
    choices = source.choices
    is_looking = _("looking …") if choices.is_looking else _("none was found")
    groups = (
        (f"{icons.ICON_FA_VIDEO}  {_('Cameras')}", choices.cameras, is_looking),
        (f"{icons.ICON_FA_DISPLAY}  {_('Screen')}", choices.monitors, is_looking),
        (f"{icons.ICON_FA_CLOCK_ROTATE_LEFT}  {_('Recent')}", choices.recent, ""),
        (f"{icons.ICON_FA_PLUG}  {_('Plugins')}", choices.added, ""),
        (f"{icons.ICON_FA_CUBE}  {_('Demo')}", (_DEMO,), ""),
    )
    for title, members, if_none in groups:
        if not (members or if_none):
            continue
        imgui.separator_text(title)
        if not members:
            imgui.text_disabled(if_none)
        for choice in members:
            if imgui.selectable(f"{_(choice.label)}##{choice.name}", choice.name == name)[0]:
                controls.change(source=choice.name)
            if choice.hint:
                imgui.set_item_tooltip(choice.hint)
    imgui.end_combo()


def _ways(controls: Controls) -> None:
    """Draw buttons for other ways to open a source."""
    width = (imgui.get_content_region_avail().x - imgui.get_style().item_spacing.x) / 2
    _button(_REGION, width, controls)
    imgui.same_line()
    _button(_PASTE, width, controls)


def _button(way: tuple[str, str, str, str], width: float, controls: Controls) -> None:
    icon, label, action, tooltip = way
    if imgui.button(f"{icon}  {_(label)}", imgui.ImVec2(width, 0)):
        controls.invoke(action)
    controls.mark_focus()
    imgui.set_item_tooltip(_(tooltip))


def _resolution(settings: SourceSettings, controls: Controls) -> None:
    controls.label(_("Resolution"), _("Requested from the camera, which takes the nearest it has."))
    now = (settings.camera_width, settings.camera_height)
    if combo("##resolution", _size(now)):
        for size in RESOLUTIONS:
            if imgui.selectable(_size(size), size == now)[0]:
                controls.change(camera_width=size[0], camera_height=size[1])
        imgui.end_combo()


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}" if any(size) else _("the camera's own")
