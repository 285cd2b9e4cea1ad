"""The inspector: color, depth and position of what is under the mouse."""

from engine.app.context import Context
from engine.app.dispatcher import Actions
from engine.app.tools.tool import Tool
from engine.frames import DepthFrame
from engine.geometry.units import Place, pixel, scale_of, seen_at, was_measured
from engine.geometry.world import world_map
from engine.navigation.bindings import Binding
from engine.settings import SceneSettings
from engine.settings.language import _, marked
from engine.status.snapshot import Snapshot
from engine.ui import inspector_panel
from engine.ui.inspector_panel import Reading
from engine.ui.widgets import Controls

NOT_MEASURED = marked("depth not measured")
_SAME_SURFACE = 0.05
"""Relative difference of distance up to which the frame shows the surface that was picked."""


class Inspector(Tool):
    """Reads the surface under the mouse back while it is on."""

    bindings = (Binding("i", "toggle_inspector", "inspector: color, depth and position under the mouse"),)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.is_on = False
        self._reading: Reading | None = None

    def actions(self) -> Actions:
        return {"toggle_inspector": self.toggle}

    def toggle(self) -> None:
        """Switch the inspector on or off."""
        self.is_on = not self.is_on

    def escape(self) -> bool:
        was_on, self.is_on = self.is_on, False
        return was_on

    def update(self, now_s: float) -> None:
        pointer, shown = self.context.window.input.pointer_on_scene, self.context.view.shown
        is_used = self.is_on and pointer is not None and shown is not None
        place = self.context.view.pick(*pointer) if is_used and pointer is not None else None
        self._reading = None
        if pointer is not None and shown is not None and place is not None:
            color = _color_at(shown, place, self.context.pipeline.settings.scene)
            beside = self.context.window.input.eyes.share(pointer)
            self._reading = Reading(beside, color, self._lines(shown, place))

    def facts(self) -> Reading | None:
        return self._reading

    def draw(self, snapshot: Snapshot, controls: Controls) -> None:
        if self._reading is not None:
            inspector_panel.draw(self._reading, controls.theme)

    def _lines(self, shown: DepthFrame, place: Place) -> tuple[str, ...]:
        """Describe a surface point; x points right and y up, as seen from the source's camera."""
        settings = self.context.pipeline.settings.scene
        if not was_measured(shown, place, settings):
            return (_(NOT_MEASURED),)
        scale = scale_of(shown, settings)
        x, y, z = (part / (scale.units_per_m or 1.0) for part in place)
        if scale.units_per_m is None:
            return _("depth {depth}  (no unit)").format(depth=f"{-z:.2f}"), f"x {x:.2f}   y {y:.2f}"
        return _("depth {depth}").format(depth=scale.text(-z)), f"x {x:.2f} m   y {y:.2f} m"


def _color_at(shown: DepthFrame, place: Place, settings: SceneSettings) -> tuple[int, int, int] | None:
    """Return the color of the frame where its camera sees `place`, in world units; None if something hides it."""
    (rows, columns), image = shown.depth.shape, shown.frame.image
    across, down = seen_at(shown, place, settings)
    distance = world_map(shown, settings).view_distance(shown.depth[pixel(down, rows), pixel(across, columns)])
    is_hidden = abs(float(distance) + place[2]) > _SAME_SURFACE * -place[2]
    if is_hidden and was_measured(shown, place, settings):
        return None
    red, green, blue = image[pixel(down, image.shape[0]), pixel(across, image.shape[1])].tolist()
    return red, green, blue
