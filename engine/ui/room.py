"""What captures are for: calibrating the live scene, and building a room of several views."""

from imgui_bundle import imgui

from engine.events import ViewRemoved
from engine.settings import Settings
from engine.status import Status
from engine.ui.widgets import Controls


def calibration(settings: Settings, status: Status, controls: Controls) -> None:
    """One checkbox, and how well the live scene fits."""
    controls.setting(settings, "calibrate")
    facts = status.calibration
    if not settings.capture.calibrate:
        return
    if facts is None:
        imgui.text_disabled("X calibrates the live scene.")
    elif facts.residual is None:
        imgui.text_disabled("Only the field of view comes from the capture.")
    else:
        unit = "metres" if facts.is_metric else "no unit"
        imgui.text_disabled(f"Live depth is {100 * facts.residual:.1f} % off the capture ({unit}).")
        imgui.set_item_tooltip("Half of the picture is closer to the capture than that.")


def views(settings: Settings, status: Status, controls: Controls) -> None:
    """Several views: whether, how choosy, and which."""
    controls.setting(settings, "multi_view")
    if settings.capture.multi_view or status.views:
        controls.setting(settings, "least_confident", when_released=True)
    if settings.capture.multi_view and not status.views:
        imgui.text_disabled("Each X adds a view; move on between them.")
    for index, name in enumerate(status.views):
        imgui.push_id(index)
        imgui.align_text_to_frame_padding()
        imgui.text(f"{index + 1}.  {name}")
        imgui.same_line(imgui.get_content_region_avail().x - imgui.calc_text_size("Remove").x)
        if imgui.small_button("Remove"):
            controls.events.append(ViewRemoved(index))
        imgui.pop_id()
    if len(status.views) > 1 and imgui.button("Remove all views", imgui.ImVec2(-1, 0)):
        controls.actions.append("forget_views")
