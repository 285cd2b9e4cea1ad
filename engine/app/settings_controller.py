"""Changes of settings while the program runs, and saving them for the next start."""

from pathlib import Path
from typing import Any

from engine.app.dispatcher import Handlers
from engine.app.notices import Notices
from engine.clock import Clock
from engine.errors import EngineError
from engine.geometry.intrinsics import UNKNOWN, forget_camera, with_camera_of
from engine.jobs import Job, JobRunner
from engine.pipeline.pipeline import Pipeline
from engine.settings import Settings, store
from engine.settings.language import _
from engine.settings.presets import PresetList, find
from engine.status.commands import ApplyPreset, ChangeSettings, DeletePreset, SavePreset

SAVE_AFTER_S = 2.0
"""Delay between a change and the file: a slider changes settings sixty times a second."""


class SettingsController:
    """Changes settings. The command line's hold for this run only; what is changed in the window is remembered."""

    def __init__(
        self, pipeline: Pipeline, remembered: Settings, path: Path, jobs: JobRunner, notices: Notices, clock: Clock
    ) -> None:
        """`remembered`: the content of the settings file `path`, which only changes made here go into."""
        self._pipeline, self._remembered, self._path = pipeline, remembered, path
        self._jobs, self._notices, self._clock = jobs, notices, clock
        self._save_at_s: float | None = None
        self.shelf = PresetList()

    def handlers(self) -> Handlers:
        """Return who carries out commands about settings."""
        return {
            ChangeSettings: lambda command: self.change(**command.values),
            ApplyPreset: lambda command: self.change(**find(command.name).values),
            SavePreset: lambda command: self._save_preset(command.name),
            DeletePreset: lambda command: self.shelf.delete(command.name),
        }

    def change(self, **values: Any) -> None:
        """Change settings by name, now and for the next start. An invalid value gives a notice and changes nothing."""
        if "source" in values:  # the depth map belongs to the previous source
            values = {"depth_map": None, **values}
            if "," in self._pipeline.settings.source.crop:  # and so do its margins
                values = {"crop": "auto", **values}
        now, before = self._pipeline.settings, self._remembered
        try:
            settings = now.replace(**values)
            if "source" not in values and now.source.source != before.source.source:
                # this source is for this run only: its camera must not become the remembered source's
                values = {name: value for name, value in values.items() if name not in UNKNOWN}
            remembered = forget_camera(before.replace(**values), before)
            if settings.source.source != now.source.source:
                settings = with_camera_of(remembered, settings)
            self._pipeline.apply(settings, again="source" in values)
            self._remembered = remembered
        except EngineError as error:
            self._notices.report(str(error), "warning")
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

        def write(job: Job[None]) -> None:
            store.save(self._path, remembered)

        self._jobs.start("saving the settings", write)

    def _save_preset(self, name: str) -> None:
        self.shelf.save(name, self._pipeline.settings)
        self._notices.confirm(_("Saved the settings as {name}.").format(name=name))
