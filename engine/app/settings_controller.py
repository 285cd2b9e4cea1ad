"""Changing settings while the program runs, and keeping what was changed for the next start."""

from pathlib import Path
from typing import Any

from engine.app.jobs import Jobs
from engine.clock import Clock
from engine.errors import EngineError
from engine.geometry.intrinsics import UNKNOWN, forget_camera, with_camera_of
from engine.navigation.events import PresetWished
from engine.pipeline.pipeline import Pipeline
from engine.settings import Settings, store
from engine.settings.presets import PresetList, find

SAVE_AFTER_S = 2.0
"""Settings are written so long after the first change: a slider changes them sixty times a second."""


class SettingsController:
    """What was given on the command line holds for this run only; what is changed in the window is remembered."""

    def __init__(self, app: Pipeline, remembered: Settings, path: Path, errands: Jobs, clock: Clock) -> None:
        """`remembered`: the content of the settings file `path`, which only changes made here go into."""
        self._app, self._remembered, self._path = app, remembered, path
        self._errands, self._clock = errands, clock
        self._save_at_s: float | None = None
        self.shelf = PresetList()

    def follow(self, wish: PresetWished) -> None:
        """Choose, keep or delete a preset."""
        try:
            match wish.what:
                case "apply":
                    self.change(**find(wish.name).values)
                case "save":
                    self.shelf.save(wish.name, self._app.settings)
                    self._errands.say(f"the settings are kept as {wish.name}")
                case "delete":
                    self.shelf.delete(wish.name)
        except EngineError as error:
            self._errands.say(str(error))

    def change(self, **values: Any) -> None:
        """Change settings by name, now and for the next start. A value that cannot be is told and changes nothing."""
        if "source" in values:  # the depth map belongs to the picture that was shown before
            values = {"depth_map": None, **values}
        now, before = self._app.settings, self._remembered
        try:
            settings = now.replace(**values)
            if "source" not in values and now.source.source != before.source.source:
                # that source is for this run only, and its camera must not be taken for that of the remembered one
                values = {name: value for name, value in values.items() if name not in UNKNOWN}
            remembered = forget_camera(before.replace(**values), before)
            if settings.source.source != now.source.source:
                settings = with_camera_of(remembered, settings)
            self._app.apply(settings, again="source" in values)
            self._remembered = remembered
        except EngineError as error:
            self._errands.say(str(error))
            return
        self._save_at_s = self._save_at_s or self._clock.now_s() + SAVE_AFTER_S

    def save_if_due(self, now_s: float) -> None:
        if self._save_at_s is not None and now_s >= self._save_at_s:
            self._save()

    def close(self) -> None:
        """Save what has not been saved yet."""
        if self._save_at_s is not None:
            self._save()

    def _save(self) -> None:
        remembered, self._save_at_s = self._remembered, None
        self._errands.run(lambda: store.save(self._path, remembered))
