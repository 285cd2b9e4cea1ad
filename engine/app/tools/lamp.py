"""The lamp: while its key is held, it hangs under the mouse."""

from engine.app.context import Context
from engine.app.dispatcher import Actions
from engine.app.tools.tool import Tool
from engine.navigation.bindings import Binding
from engine.status.commands import ChangeSettings

KEY = "j"
HELD_LIGHT = 0.7
"""Strength of the lamp while it is held, if it is off otherwise."""


class Lamp(Tool):
    """Moves the lamp, and lights it for as long as it is held."""

    bindings = (Binding(KEY, "hold_lamp", "hold: light the scene with a lamp under the mouse"),)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._is_lent = False
        """Whether it shines only because it is held."""

    def actions(self) -> Actions:
        return {"hold_lamp": lambda: None}  # `update` watches the key

    def update(self, now_s: float) -> None:
        held, pointer = self.context.window.input.held_keys, self.context.window.input.pointer
        self.follow(KEY in held, pointer)

    def follow(self, is_held: bool, pointer: tuple[float, float] | None) -> None:
        """Take the key's state, and the mouse's place from 0 to 1 from the window's top left corner."""
        pipeline = self.context.pipeline
        light = pipeline.settings.light
        if is_held and light.light == 0 and not self._is_lent:
            self._is_lent = True
            pipeline.apply(pipeline.settings.replace(light=HELD_LIGHT))
        elif self._is_lent and light.light != HELD_LIGHT:
            self._is_lent = False  # somebody set another strength, which stays
        elif self._is_lent and not is_held:
            self._is_lent = False
            pipeline.apply(pipeline.settings.replace(light=0.0))
        if is_held and pointer is not None:
            place = pipeline.renderer.lamp_under(*pointer)
            if place is not None and place != (light.lamp_x, light.lamp_y):
                self.context.do(ChangeSettings({"lamp_x": place[0], "lamp_y": place[1]}))
