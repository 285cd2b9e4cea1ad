"""Rendering films of the file on screen, by the command `render`."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from engine.app.context import Context
from engine.app.dispatcher import Actions, Handlers
from engine.app.places import videos_dir
from engine.app.render_process import RenderProcess
from engine.app.tools.recorder import free_path
from engine.app.tools.tool import Tool
from engine.export.rgbd_video import SUFFIX
from engine.film.command_line import options_of
from engine.film.key_frames import save_key_frames
from engine.jobs import Job, JobRunner
from engine.logs import log
from engine.navigation.bindings import Binding
from engine.pipeline.replay import Past
from engine.settings import Settings, SourceSettings
from engine.settings.language import _
from engine.settings.presets import Preset, devices, entry
from engine.status.commands import ChooseFilm, OpenFolder
from engine.status.notices import Notice, NoticeButton
from engine.status.snapshot import Snapshot
from engine.ui import render_panel
from engine.ui.render_panel import AS_SET, KEYS, STILL, FilmChoice, FilmProgress, RenderStatus
from engine.ui.widgets import Controls

_CLOSE_S = 3.0
"""How long the end of the program waits for the command to end."""
_USUAL_DEVICE = "headset-file"
"""For videos, which nobody renders to look at them as they are."""
_PLAIN_DEVICE = "this-screen"


class RenderFilm(Tool):
    """Asks which film is wanted, and runs the command. One film at a time."""

    bindings = (Binding("shift+r", "show_render", "render a film of the file on screen"),)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._runner = JobRunner("rendering", context.notices.job_done)
        self._devices = {device.name: device for device in devices()}
        self._choice = FilmChoice()
        self._process: RenderProcess | None = None
        self._job: Job[Notice | None] | None = None
        self._rendered = ""
        """The name of the file that is rendered."""
        self._status = RenderStatus()

    def actions(self) -> Actions:
        return {
            "show_render": self._toggle,
            "render_key_frames": self._ask_for_key_frames,
            "render": self._render,
            "cancel_render": self._cancel,
        }

    def handlers(self) -> Handlers:
        return {ChooseFilm: lambda command: self._choose(command.values)}

    def update(self, now_s: float) -> None:
        if self._job is not None and self._job.is_done:
            self._job = self._process = None
        progress = None
        if self._process is not None:
            at = self._process.progress
            progress = FilmProgress(self._rendered, at.stage, at.share, at.left_s)
        if self._status.is_open:
            self._status = replace(self._asked(), progress=progress)
        elif progress != self._status.progress:
            self._status = RenderStatus(progress=progress)

    def facts(self) -> RenderStatus | None:
        return self._status if self._status.is_open or self._status.progress is not None else None

    def draw(self, snapshot: Snapshot, controls: Controls) -> None:
        if self._status.is_open:
            self._status = replace(self._status, is_open=render_panel.window(self._status, controls))
        elif self._status.progress is not None:
            render_panel.card(self._status.progress, controls)

    def escape(self) -> bool:
        was_open = self._status.is_open
        self._status = replace(self._status, is_open=False)
        return was_open

    def close(self) -> None:
        """End the command."""
        if self._process is not None:
            self._process.cancel(_CLOSE_S)
        self._runner.close(_CLOSE_S)

    @property
    def source(self) -> Path | None:
        """The file on screen, or the folder of the capture; None if there is none. A replay is saved for it first."""
        saved = self.context.captures.place_of_shown
        if saved is not None:
            return saved
        if self._replayed is not None:
            return Path(_("the replay"))
        name = self.context.pipeline.source.shown_name
        if name is None:
            return None
        path = Path(name).expanduser()
        return path if path.exists() else None

    def settings_for(self, device: str) -> Settings:
        """Return the present settings with the stereo of `device`."""
        settings = self.context.pipeline.settings
        return settings if device == AS_SET else settings.replace(**self._devices[device].values)

    def words(self, source: Path, flight: Path | None = None) -> list[str]:
        """Return the source and the options for the command, as chosen. `flight`: the file of the key frames."""
        status = self._asked()
        choice = status.choice
        settings = self.settings_for(status.device)
        is_saved = self.context.captures.place_of_shown is not None or self._replayed is not None
        if is_saved:  # as it was cut, with depth of its own
            settings = settings.model_copy(update={"source": SourceSettings(crop="off")})
        words = [str(source), f"--output-dir={self._folder}", *options_of(settings)]
        if status.is_video:
            if source.is_dir():
                words.append(f"--fps={settings.source.sequence_fps}")
            if status.loop_s is not None and choice.only_loop:
                words += [f"--start={status.loop_s[0]}", f"--end={status.loop_s[1]}"]
            return words
        if flight is not None:
            words.append(f"--path={flight}")
        elif choice.path:
            words += [f"--path={choice.path}", f"--seconds={choice.seconds}"]
        return [*words, "--loop"] if choice.is_loop and choice.path else words

    @property
    def _folder(self) -> Path:
        return videos_dir(self.context.pipeline.settings.capture.captures_dir).absolute()

    @property
    def _replayed(self) -> Past | None:
        """The replay on screen."""
        return None if self.context.captures.place_of_shown is not None else self.context.pipeline.replay.shown

    @property
    def _is_video(self) -> bool:
        plays = self.context.pipeline.source.transport is not None or self._replayed is not None
        return plays and self.context.captures.place_of_shown is None

    def _asked(self) -> RenderStatus:
        source, settings, transport = (
            self.source,
            self.context.pipeline.settings,
            self.context.pipeline.source.transport,
        )
        device, choice = self._device, self._choice
        is_stereo = self.settings_for(device).stereo.stereo != "off"
        if choice.path == STILL and not is_stereo:  # that would be a copy
            choice = replace(choice, path="swing")
        return RenderStatus(
            is_open=True,
            source=None if source is None else source.name,
            is_video=self._is_video,
            choice=choice,
            device=device,
            devices=tuple(entry(preset, settings) for preset in self._devices.values()),
            is_stereo=is_stereo,
            key_frames=len(self.context.view.key_frames),
            loop_s=transport.playback.loop_s if transport is not None else None,
            folder=self._folder.name,
        )

    @property
    def _device(self) -> str:
        """The device of the film: the chosen one, or that of the window, if it has any."""
        if self._choice.device is not None:
            return self._choice.device
        settings = self.context.pipeline.settings
        if settings.stereo.stereo == "off":
            return _USUAL_DEVICE if self._is_video else _PLAIN_DEVICE
        return next((name for name, preset in self._devices.items() if _matches(preset, settings)), AS_SET)

    def _toggle(self) -> None:
        self._status = replace(self._asked(), is_open=not self._status.is_open, progress=self._status.progress)

    def _ask_for_key_frames(self) -> None:
        self._choose({"path": KEYS})
        self._status = replace(self._asked(), progress=self._status.progress)

    def _choose(self, values: object) -> None:
        self._choice = replace(self._choice, **dict(values))  # type: ignore[call-overload]  # a mapping of its fields

    def _render(self) -> None:
        source, keys = self.source, self.context.view.key_frames
        if source is None or self._process is not None:
            return
        flies = self._choice.path == KEYS and not self._is_video
        if flies and len(keys) < 2:
            self.context.notices.warn(_("Set two key frames at least: Shift+K."))
            return
        folder, replayed = Path(tempfile.mkdtemp()), self._replayed
        flight = folder / "flight.toml" if flies else None
        if replayed is not None:
            source = free_path(folder, SUFFIX)
        process, self._rendered = RenderProcess(self.words(source, flight)), source.name

        def work(job: Job[Notice | None]) -> Notice | None:
            try:
                if flight is not None:
                    save_key_frames(flight, keys)
                if replayed is not None:
                    replayed.save(source, lambda share: job.check())
                written = process.run()
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            if written is None:
                return None
            log.info("rendered %s", written)
            button = NoticeButton(_("Open folder"), OpenFolder(written), written.name)
            return Notice(_("Rendered {name}.").format(name=written.name), "success", (button,))

        self._process = process
        self._job = self._runner.start("rendering", work)
        self._status = replace(self._status, is_open=False)

    def _cancel(self) -> None:
        if self._process is not None:
            self._process.cancel()
            self.context.notices.say(_("Rendering was canceled."))


def _matches(preset: Preset, settings: Settings) -> bool:
    return entry(preset, settings).is_active
