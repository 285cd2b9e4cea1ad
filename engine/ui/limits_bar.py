"""What limits the rate of the scene: a bar for each stage, and how long frames wait between them."""

from types import MappingProxyType

from imgui_bundle import imgui

from engine.settings.language import _, marked
from engine.status.limits import Limits, Stage
from engine.ui.theme import Color
from engine.ui.widgets import Controls, tooltip

_STAGES: MappingProxyType[Stage, tuple[str, str]] = MappingProxyType(
    {
        "source": (marked("source"), marked("From one frame of the source to the next.")),
        "network": (marked("network"), marked("To compute a depth map.")),
        "transfer": (marked("transfer"), marked("To bring a frame and its depth to the GPU.")),
        "drawing": (marked("drawing"), marked("To draw the scene and the panels.")),
        "display": (
            marked("display"),
            marked("From one picture to the next, or the wait for the screen."),
        ),
    }
)
_NAMES = 0.27
_NUMBERS = 0.24
"""Shares of the width for the names and the numbers."""


def name_of(stage: Stage) -> str:
    """Return what a stage is called."""
    return _(_STAGES[stage][0])


def draw(limits: Limits, controls: Controls) -> None:
    """Draw the bars, the longest over the whole width, that of the limit in the color of warnings."""
    palette = controls.theme.palette
    longest_ms = max(_ms(limits, stage) for stage in _STAGES) or 1.0
    if limits.limit is None:
        imgui.text_disabled(_("Nothing limits: the scene stands still."))
    else:
        text = _("Limited by: {stage}").format(stage=name_of(limits.limit))
        imgui.text_colored(imgui.ImVec4(*palette.warning), text)
    for stage, (_name, meaning) in _STAGES.items():
        value = _ms(limits, stage)
        color = palette.warning if stage == limits.limit else palette.accent
        _row(name_of(stage), meaning, value, value / longest_ms, color, palette.track)
    meaning = marked("How long a frame and its depth wait for the next stage, together.")
    _row(_("queue"), meaning, limits.queue_ms, min(limits.queue_ms / longest_ms, 1.0), palette.muted, palette.track)
    imgui.spacing()


def _row(name: str, meaning: str, value_ms: float, share: float, color: Color, ground: Color) -> None:
    corner, room = imgui.get_cursor_screen_pos(), imgui.get_content_region_avail().x
    imgui.text_disabled(name)
    left, right = corner.x + _NAMES * room, corner.x + (1 - _NUMBERS) * room
    height = imgui.get_text_line_height()
    low, high = corner.y + 0.35 * height, corner.y + 0.75 * height
    canvas = imgui.get_window_draw_list()
    for end, paint in ((right, (*ground[:3], 0.35)), (left + share * (right - left), color)):
        canvas.add_rect_filled(
            imgui.ImVec2(left, low), imgui.ImVec2(end, high), imgui.get_color_u32(imgui.ImVec4(*paint)), 2.0
        )
    text = f"{value_ms:.1f} ms" if value_ms < 1000 else f"{value_ms / 1000:.1f} s"
    imgui.same_line(imgui.get_cursor_pos_x() + room - imgui.calc_text_size(text).x)
    imgui.text(text)
    if (
        imgui.is_mouse_hovering_rect(corner, imgui.ImVec2(corner.x + room, corner.y + height))
        and imgui.is_window_hovered()
    ):
        tooltip(_(meaning))


def _ms(limits: Limits, stage: Stage) -> float:
    value: float = getattr(limits, f"{stage}_ms")
    return value
