"""The start screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui

from engine.navigation.bindings import LABEL_OF, localized
from engine.settings.language import _
from engine.status.snapshot import Choice, Offer, Snapshot, SourceStatus
from engine.ui import notices_panel
from engine.ui.panels import PLAIN_WINDOW
from engine.ui.widgets import Controls

_WIDTH = 680.0
_BUTTON_HEIGHT = 44.0
_THUMBNAIL = (140.0, 79.0)
_MARGIN = 12.0


@dataclass(frozen=True, slots=True)
class Greeting:
    """What it says beside what is in the snapshot."""

    device: str | None
    """What networks run on; None while that is being found out."""
    networks: str
    """The networks on this machine."""
    offer: Offer | None
    """A better one to download."""
    thumbnails: Mapping[str, int | None] = field(default_factory=dict)
    """OpenGL's numbers of the pictures of recent sources, by their names."""
    arrived: int = 0
    """How many of these were read: with each the screen is drawn again."""


def draw(greeting: Greeting, snapshot: Snapshot, controls: Controls) -> None:
    """Draw the screen in the middle of the window, and notices below."""
    bottom = imgui.get_io().display_size.y - _MARGIN * controls.theme.scale
    corner = notices_panel.footer(snapshot, controls, 0.0, bottom)
    _card(greeting, snapshot, controls, bottom if corner is None else corner.y)


def _card(greeting: Greeting, snapshot: Snapshot, controls: Controls, bottom: float) -> None:
    """Draw the screen, in the middle or as far above that as `bottom` needs."""
    theme, size = controls.theme, imgui.get_io().display_size
    margin = _MARGIN * theme.scale
    width, height = min(_WIDTH * theme.scale, size.x - 2 * margin), bottom - 2 * margin
    window = imgui.internal.find_window_by_name("start")
    half = min(window.size.y, height) / 2 if window is not None else 0.0
    middle = imgui.ImVec2(size.x / 2, min(size.y / 2, bottom - margin - half))
    imgui.set_next_window_pos(middle, imgui.Cond_.always, imgui.ImVec2(0.5, 0.5))
    imgui.set_next_window_size_constraints(imgui.ImVec2(width, 0), imgui.ImVec2(width, height))
    imgui.set_next_window_bg_alpha(0.97)
    imgui.begin("start", None, PLAIN_WINDOW)
    imgui.push_font(theme.bold, 1.5 * imgui.get_style().font_size_base)
    imgui.text(_("Turn any photo or video into 3D"))
    imgui.pop_font()
    imgui.push_text_wrap_pos(0)
    imgui.text_disabled(_("Drop a file or a folder anywhere, or choose:"))
    imgui.spacing()
    _ways(snapshot.source, controls)
    _recent(snapshot.source.choices.recent, greeting.thumbnails, controls)
    imgui.spacing()
    imgui.separator()
    imgui.spacing()
    found = _("Depth by {network}, on {device}.") if greeting.device else _("Depth by {network}.")
    found = found.format(network=greeting.networks, device=greeting.device)
    imgui.text_disabled(found)
    if greeting.offer and not snapshot.downloads.progress:
        if imgui.button(_("Download better depth ({size} MB)").format(size=f"{greeting.offer.size_mb:.0f}")):
            controls.invoke("download")
        controls.mark_focus()
        network, license = greeting.offer.network, greeting.offer.license
        imgui.set_item_tooltip(_("{network}, license {license}").format(network=network, license=license))
    imgui.text_disabled(_("Drag to look around, R returns. F1 shows all keys, Esc closes this, Ctrl+Q quits."))
    imgui.pop_text_wrap_pos()
    if imgui.is_key_pressed(imgui.Key.escape):
        controls.invoke("begin")
    imgui.end()


def _ways(source: SourceStatus, controls: Controls) -> None:
    cameras = source.choices.cameras
    none_found = source.choices.is_known and not source.choices.is_looking and not cameras
    file = f"{icons.ICON_FA_FOLDER_OPEN}  " + _("Open file…")
    camera = f"{icons.ICON_FA_VIDEO}  " + _("Webcam")
    screen = f"{icons.ICON_FA_DISPLAY}  " + _("Screen")
    demo = f"{icons.ICON_FA_CUBE}  " + _("Demo")
    sizes = _sizes((file, camera, screen, demo), controls)
    imgui.push_style_color(imgui.Col_.button, imgui.ImVec4(*controls.theme.palette.pressed))
    if imgui.button(file, sizes[0]):
        controls.invoke("open_file")
    controls.mark_focus()
    imgui.pop_style_color()
    imgui.set_item_tooltip(
        _("A photo, a video, or a picture with its depth") + f"   {localized('Ctrl+O')}, {localized(LABEL_OF['paste'])}"
    )
    imgui.set_item_default_focus()
    if imgui.is_window_appearing():  # Enter is enough
        imgui.set_nav_cursor_visible(True)
    imgui.same_line()
    imgui.begin_disabled(none_found)
    if imgui.button(camera, sizes[1]):
        _choose(cameras[0].name if cameras else "webcam", controls)
    controls.mark_focus()
    imgui.end_disabled()
    if imgui.is_item_hovered(imgui.HoveredFlags_.allow_when_disabled):
        imgui.set_tooltip(_("No camera was found.") if none_found else cameras[0].label if cameras else "…")
    imgui.same_line()
    if imgui.button(screen, sizes[2]):
        _choose("screen", controls)
    controls.mark_focus()
    imgui.same_line()
    if imgui.button(demo, sizes[3]):
        _choose("demo", controls)
    controls.mark_focus()


def _sizes(texts: Sequence[str], controls: Controls) -> list[imgui.ImVec2]:
    """Return the sizes of buttons that fill a row: of one width, or, if a text is too long, with the same padding."""
    style, widths = imgui.get_style(), [imgui.calc_text_size(text).x for text in texts]
    room = imgui.get_content_region_avail().x - style.item_spacing.x * (len(texts) - 1)
    even, padding = room / len(texts), (room - sum(widths)) / len(texts)
    if max(widths) + 2 * style.frame_padding.x > even:
        widths = [width + padding for width in widths]
    else:
        widths = [even] * len(texts)
    height = _BUTTON_HEIGHT * controls.theme.scale
    return [imgui.ImVec2(max(width, height), height) for width in widths]


def _recent(recent: tuple[Choice, ...], thumbnails: Mapping[str, int | None], controls: Controls) -> None:
    """Draw the recent sources, as many in a row as fit, in one row where the window is low."""
    if not recent:
        return
    imgui.spacing()
    imgui.text_disabled(_("Recent"))
    gap, room = imgui.get_style().item_spacing.x, imgui.get_content_region_avail().x
    across = max(1, int((room + gap) / (_THUMBNAIL[0] * controls.theme.scale + gap)))
    width = (room - gap * (across - 1)) / across
    size = imgui.ImVec2(width, width * _THUMBNAIL[1] / _THUMBNAIL[0])
    rows = 2 if imgui.get_io().display_size.y > 5 * size.y + 260 * controls.theme.scale else 1
    for position, choice in enumerate(recent[: rows * across]):
        if position % across:
            imgui.same_line()
        imgui.begin_group()
        if _tile(choice, thumbnails.get(choice.name), size):
            _choose(choice.name, controls)
        controls.mark_focus()
        if choice.hint:
            imgui.set_item_tooltip(choice.hint)
        imgui.text_disabled(_shortened(choice.label, width))
        imgui.end_group()


def _tile(choice: Choice, texture: int | None, size: imgui.ImVec2) -> bool:
    """Draw the picture of a recent source, or an icon; return whether it was clicked."""
    if texture is None:
        return imgui.button(f"{icons.ICON_FA_PHOTO_FILM}##{choice.name}", size)
    imgui.push_style_var(imgui.StyleVar_.frame_padding, imgui.ImVec2(0, 0))
    is_clicked = imgui.image_button(choice.name, imgui.ImTextureRef(texture), size)
    imgui.pop_style_var()
    return is_clicked


def _shortened(text: str, width: float) -> str:
    """Return the beginning of `text`, as much as fits into `width`."""
    if imgui.calc_text_size(text).x <= width:
        return text
    while text and imgui.calc_text_size(text + "…").x > width:
        text = text[:-1]
    return text + "…"


def _choose(source: str, controls: Controls) -> None:
    controls.change(source=source, depth_map=None)
    controls.invoke("begin")
