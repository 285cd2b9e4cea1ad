"""The card of the first run."""

from dataclasses import dataclass

from imgui_bundle import imgui

from engine.status.snapshot import Snapshot, SourceStatus
from engine.ui import notices_panel
from engine.ui.panels import PLAIN_WINDOW
from engine.ui.widgets import Controls

_WIDTH = 560.0
_LABEL_WIDTH = 84.0
_MARGIN = 12.0


@dataclass(frozen=True, slots=True)
class Greeting:
    """What the card says."""

    device: str | None
    """What networks run on; None while that is being found out."""
    networks: str
    """The networks on this machine."""
    offer: str | None
    """Label of a button that downloads a better one."""


def draw(greeting: Greeting, snapshot: Snapshot, controls: Controls) -> None:
    """Draw the card in the middle of the window, and notices below."""
    _card(greeting, snapshot, controls)
    bottom = imgui.get_io().display_size.y - _MARGIN * controls.theme.scale
    notices_panel.footer(snapshot, controls, 0.0, bottom)


def _card(greeting: Greeting, snapshot: Snapshot, controls: Controls) -> None:
    theme, size = controls.theme, imgui.get_io().display_size
    margin = _MARGIN * theme.scale
    width = min(_WIDTH * theme.scale, size.x - 2 * margin)
    middle = imgui.ImVec2(size.x / 2, size.y / 2)
    imgui.set_next_window_pos(middle, imgui.Cond_.always, imgui.ImVec2(0.5, 0.5))
    imgui.set_next_window_size_constraints(imgui.ImVec2(width, 0), imgui.ImVec2(width, size.y - 2 * margin))
    imgui.begin("welcome", None, PLAIN_WINDOW)
    imgui.push_font(theme.bold, 1.3 * imgui.get_style().font_size_base)
    imgui.text("Welcome to da3d")
    imgui.pop_font()
    imgui.push_text_wrap_pos(0)
    imgui.text("Any picture becomes a 3D scene. Drag to look around; fly with W, A, S and D.")
    imgui.spacing()
    _cameras(snapshot.source, controls)
    _row("runs on", greeting.device or "looking …", controls)
    _row("depth by", greeting.networks, controls)
    if greeting.offer and not snapshot.downloads.progress:
        _row("", "Video-Depth-Anything Small is sharper and steadier.", controls)
        _in_column(controls)
        if imgui.button(greeting.offer):
            controls.invoke("download")
    imgui.pop_text_wrap_pos()
    imgui.spacing()
    imgui.push_style_color(imgui.Col_.button, imgui.ImVec4(*theme.palette.pressed))
    if imgui.button("Begin", imgui.ImVec2(110 * theme.scale, 0)) or imgui.is_key_pressed(imgui.Key.escape):
        controls.invoke("begin")
        imgui.set_nav_cursor_visible(False)  # else the panel that appears next would take over the keyboard
    imgui.pop_style_color()
    imgui.set_item_default_focus()
    if imgui.is_window_appearing():  # Enter is enough
        imgui.set_nav_cursor_visible(True)
    imgui.same_line()
    imgui.text_disabled("F1 shows all keys, R resets the camera, Ctrl+Q quits.")
    imgui.end()


def _cameras(source: SourceStatus, controls: Controls) -> None:
    choices = source.choices
    if not choices.cameras:
        instead = "; this is the demo" if source.name == "demo" else ""
        is_known = choices.is_known and not choices.is_looking
        _row("camera", f"none was found{instead}" if is_known else "looking …", controls)
    for number, choice in enumerate(choices.cameras):
        _row("" if number else "camera", choice.label, controls)
        if choice.name == source.name:
            continue
        imgui.same_line()
        if imgui.small_button(f"Show##{choice.name}"):
            controls.change(source=choice.name)
            controls.invoke("begin")


def _row(label: str, text: str, controls: Controls) -> None:
    imgui.text_disabled(label)
    imgui.same_line()
    _in_column(controls)
    imgui.text(text)


def _in_column(controls: Controls) -> None:
    """Move the cursor to the column right of the labels."""
    imgui.set_cursor_pos_x(_LABEL_WIDTH * controls.theme.scale)
