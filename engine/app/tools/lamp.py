"""The lamp in the user's hand: while its key is held it hangs under the mouse."""

from engine.app.settings_controller import SettingsController
from engine.pipeline.pipeline import Pipeline

HELD_LIGHT = 0.7
"""How strong the lamp is in the hand where it is off otherwise."""


class Lamp:
    """Main thread only."""

    def __init__(self, app: Pipeline, preferences: SettingsController) -> None:
        self._app, self._preferences = app, preferences
        self._is_lent = False
        """Whether it shines only because it is held."""

    def follow(self, is_held: bool, pointer: tuple[float, float] | None) -> None:
        """Once each turn of the loop: whether the key is down, and where the mouse is, in shares of the window from its
        top left corner."""
        settings = self._app.settings
        if is_held and settings.light.light == 0:
            self._is_lent = True
            self._app.apply(settings.replace(light=HELD_LIGHT))
        elif not is_held and self._is_lent:
            self._is_lent = False
            self._app.apply(settings.replace(light=0.0))
        if is_held and pointer is not None:
            place = self._app.renderer.lamp_under(*pointer)
            if place is not None and place != (settings.light.lamp_x, settings.light.lamp_y):
                self._preferences.change(lamp_x=place[0], lamp_y=place[1])
