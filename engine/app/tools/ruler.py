"""The ruler: two clicks on the scene measure the distance between them."""

from engine.app.context import Context
from engine.app.dispatcher import Actions
from engine.app.tools.tool import Tool
from engine.geometry.units import Place, Ruler, Scale, scale_of, was_measured
from engine.navigation.bindings import Binding
from engine.navigation.events import Clicked, DoubleClicked, Event
from engine.settings.language import _, marked
from engine.status.snapshot import Snapshot
from engine.ui import ruler_panel
from engine.ui.ruler_panel import RulerMarks
from engine.ui.widgets import Controls

_HINT = marked("Click two points of the scene to measure the distance between them.")


class RulerTool(Tool):
    """Keeps the ends in meters and projects them to where they are seen now."""

    bindings = (Binding("t", "toggle_ruler", "ruler: click two points of the scene"),)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.ruler = Ruler()
        self.is_on = False
        self._source_id = ""
        self._marks: RulerMarks | None = None

    def actions(self) -> Actions:
        return {"toggle_ruler": self.toggle}

    def toggle(self) -> None:
        """Switch the ruler on or off."""
        self.is_on, self.ruler = not self.is_on, Ruler()

    def escape(self) -> bool:
        """Remove the ends, then switch the ruler off."""
        if not self.is_on:
            return False
        self.is_on, self.ruler = bool(self.ruler.ends), Ruler()
        return True

    def handle(self, event: Event) -> bool:
        """Put an end where the surface was clicked, if its depth was measured. The second click of a double click puts
        one, too."""
        if not self.is_on or not isinstance(event, Clicked | DoubleClicked):
            return False
        scale = self._scale()
        if isinstance(event, Clicked) and scale is not None and scale.units_per_m is not None:
            place = self.context.view.pick(event.u, event.v)
            if place is not None and self._was_measured(place):
                self.ruler = self.ruler.with_end(_scaled(place, 1 / scale.units_per_m))
        return True

    def update(self, now_s: float) -> None:
        shown = self.context.view.shown
        if shown is not None and shown.frame.source_id != self._source_id:  # what was measured is gone
            self._source_id, self.ruler = shown.frame.source_id, Ruler()
        self._marks = self.marks(self.context.window.input.pointer_on_scene) if self.is_on else None
        self.context.notices.pin("ruler", self._hint(), "info")

    def facts(self) -> RulerMarks | None:
        return self._marks

    def draw(self, snapshot: Snapshot, controls: Controls) -> None:
        if self._marks is not None:
            ruler_panel.draw(self._marks, controls.theme)

    def marks(self, pointer: tuple[float, float] | None) -> RulerMarks | None:
        """Return where the ends are seen, their distance, and the depth under `pointer`; None if nothing can be
        measured."""
        scale = self._scale()
        if scale is None or scale.units_per_m is None:
            return None
        spots = [self.context.view.project(_scaled(end, scale.units_per_m)) for end in self.ruler.ends]
        length_m = self.ruler.length_m
        return RulerMarks(
            lines=tuple(zip(*spots, strict=True)),
            label=scale.text(length_m) if length_m is not None else None,
            pointer=self.context.window.input.eyes.share(pointer) if pointer is not None else None,
            parts=self.context.window.input.eyes.count,
            pointer_label=self._depth_at(pointer, scale) if pointer is not None else None,
        )

    def _hint(self) -> str | None:
        scale = self._scale() if self.is_on else None
        if scale is None:
            return None
        if scale.units_per_m is None:
            return _(scale.reason)
        return None if self.ruler.ends else _(_HINT)

    def _scale(self) -> Scale | None:
        shown = self.context.view.shown
        return scale_of(shown, self.context.pipeline.settings.scene) if shown is not None else None

    def _depth_at(self, pointer: tuple[float, float], scale: Scale) -> str | None:
        """Depth of the surface under `pointer` along the camera's axis; None beside it."""
        place = self.context.view.pick(*pointer)
        if place is None or scale.units_per_m is None:
            return None
        return scale.text(-place[2] / scale.units_per_m) if self._was_measured(place) else _("not measured")

    def _was_measured(self, place: Place) -> bool:
        """Return whether the depth at `place` is more than a filled gap of the depth map."""
        shown = self.context.view.shown
        return shown is not None and was_measured(shown, place, self.context.pipeline.settings.scene)


def _scaled(place: Place, factor: float) -> Place:
    x, y, z = place
    return x * factor, y * factor, z * factor
