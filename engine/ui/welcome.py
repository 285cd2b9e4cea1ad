"""The card of the first run."""

from imgui_bundle import imgui

from engine.status import Greeting, Status
from engine.ui.panels import PLAIN_WINDOW
from engine.ui.widgets import Controls

_WIDTH = 470.0
_LABEL_WIDTH = 76.0
_MARGIN = 12.0


def card(greeting: Greeting, status: Status, controls: Controls, left: float, bottom: float) -> None:
    """Drawn in the middle of what is right of `left` and above `bottom`; where that is too narrow, of the window."""
    theme, size = controls.theme, imgui.get_io().display_size
    margin = _MARGIN * theme.scale
    width = min(_WIDTH * theme.scale, size.x - 2 * margin)
    if size.x - left < width + margin:
        left = 0.0
    imgui.set_next_window_pos(imgui.ImVec2((left + size.x) / 2, bottom / 2), imgui.Cond_.always, imgui.ImVec2(0.5, 0.5))
    imgui.set_next_window_size_constraints(imgui.ImVec2(width, 0), imgui.ImVec2(width, bottom - margin))
    imgui.begin("welcome", None, PLAIN_WINDOW)
    imgui.push_font(theme.bold, 1.25 * imgui.get_style().font_size_base)
    imgui.text("Every picture is a scene")
    imgui.pop_font()
    imgui.push_text_wrap_pos(0)
    imgui.text("Drag to look around it, turn the wheel to come nearer, fly with W A S D.")
    imgui.spacing()
    _camera(status, controls)
    _row("runs on", greeting.device or "looking …", controls)
    _networks(greeting, status, controls)
    imgui.pop_text_wrap_pos()
    imgui.spacing()
    if imgui.button("Begin", imgui.ImVec2(110 * theme.scale, 0)):
        controls.actions.append("begin")
    imgui.same_line()
    imgui.text_disabled("F1 shows the keys. This is not shown again.")
    imgui.end()


def _camera(status: Status, controls: Controls) -> None:
    choices = status.choices
    if not choices.cameras:
        none = "none was found; the demo is shown" if choices.is_known else "looking …"
        _row("camera", none, controls)
    for number, choice in enumerate(choices.cameras):
        _row("" if number else "camera", choice.label, controls)
        if imgui.button(f"Show this camera##{choice.name}"):
            controls.changes["source"] = choice.name
            controls.actions.append("begin")


def _networks(greeting: Greeting, status: Status, controls: Controls) -> None:
    _row("depth by", greeting.networks, controls)
    if status.download:
        text, share = status.download
        imgui.progress_bar(share, imgui.ImVec2(-1, 0), text)
    elif greeting.offer:
        imgui.text_disabled("Video-Depth-Anything Small is finer and calmer:")
        if imgui.button(greeting.offer):
            controls.actions.append("download")


def _row(label: str, text: str, controls: Controls) -> None:
    """Leaves the cursor below the text, in its column."""
    imgui.align_text_to_frame_padding()
    imgui.text_disabled(label)
    imgui.same_line(_LABEL_WIDTH * controls.theme.scale)
    imgui.text(text)
