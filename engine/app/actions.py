"""What the keys and buttons do."""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import get_args

from engine.app.jobs import Jobs
from engine.app.saving import Saver
from engine.app.settings_controller import SettingsController
from engine.app.tools.first_run import FirstRun
from engine.app.tools.multi_view import MultiView
from engine.app.tools.region_picker import RegionPicker
from engine.app.tools.ruler import RulerTool
from engine.app.view_state import ViewState
from engine.depth.capture.background import BackgroundCapture
from engine.depth.capture.choice import wanted
from engine.errors import CalibrationError, OutputError, SourceError
from engine.geometry.intrinsics import CAMERA_SUFFIXES
from engine.models.catalog import find, name_for
from engine.pipeline.pipeline import Pipeline
from engine.plugins.registered import NETWORKS
from engine.settings import DisplaySettings, Encoder
from engine.settings.fields import nearest
from engine.sources.dropped import sources_in
from engine.sources.lookout import SourceScan
from engine.sources.recording.transport import Transport
from engine.status.playback import SKIP_S, Order
from engine.ui.export_menu import EXPORTS, WHOLE, export_action
from engine.ui.overlay import Overlay
from engine.window.window import Window

_ENCODERS = get_args(Encoder)[1:]  # without auto
_MODES = get_args(DisplaySettings.model_fields["display_mode"].annotation)
_VIEWS = get_args(DisplaySettings.model_fields["view"].annotation)
_DEPTH_STEP = 0.1
LONG_NOTICE_S = 15.0
"""Of what is to be read twice: commands to type."""

log = logging.getLogger(__name__)


class Actions:
    """Does what `bindings.py` and the overlay name. Main thread only."""

    def __init__(
        self,
        app: Pipeline,
        window: Window,
        overlay: Overlay,
        stage: ViewState,
        retake: BackgroundCapture,
        survey: MultiView,
        measuring: RulerTool,
        preferences: SettingsController,
        keeper: Saver,
        errands: Jobs,
        lookout: SourceScan,
        region: RegionPicker,
        welcome: FirstRun,
    ) -> None:
        self._app, self._window, self._overlay, self._stage = app, window, overlay, stage
        self._retake, self._change, self._errands = retake, preferences.change, errands
        self._region, self._welcome = region, welcome
        self._survey, self._measuring = survey, measuring
        self._by_name: dict[str, Callable[[], None]] = {
            "capture": self._capture,
            "wipe": self._wipe,
            "export": overlay.toggle_export,
            **{export_action(name): partial(keeper.export, name) for name in EXPORTS},
            export_action(WHOLE): keeper.save_shown,
            "freeze": self._freeze,
            "step_back": lambda: self._step(-1),
            "step_forward": lambda: self._step(1),
            "skip_back": lambda: self._skip(-SKIP_S),
            "skip_forward": lambda: self._skip(SKIP_S),
            "mark_loop": self._mark_loop,
            "look_for_sources": lookout.look,
            "choose_region": region.open,
            "begin": welcome.close,
            "focus_panel": overlay.focus,
            "paste": lambda: self.open(window.input.clipboard.splitlines()),
            "toggle_ruler": measuring.toggle,
            "forget_views": self._forget_views,
            "next_encoder": self._next_encoder,
            "toggle_metric": lambda: self._change(metric=not app.settings.depth.metric),
            "finer": lambda: self._change(subsample=nearest("subsample", app.settings.display.subsample - 1)),
            "coarser": lambda: self._change(subsample=nearest("subsample", app.settings.display.subsample + 1)),
            "flatter": lambda: self._deepen(-_DEPTH_STEP),
            "deeper": lambda: self._deepen(_DEPTH_STEP),
            "next_mode": lambda: self._change(display_mode=_after(app.settings.display.display_mode, _MODES)),
            "toggle_wireframe": lambda: self._change(wireframe=not app.settings.display.wireframe),
            "next_view": lambda: self._change(view=_after(app.settings.display.view, _VIEWS)),
            "reset_camera": self._reset_camera,
            "toggle_fullscreen": window.toggle_fullscreen,
            "toggle_overlay": overlay.toggle,
            "toggle_help": overlay.toggle_help,
            "screenshot": keeper.save_picture,
            "leave": self._leave,
            "download": lambda: app.fetch.start_wanted(app.settings.depth),
            "download_for_captures": self._download_for_captures,
            "toggle_virtual_camera": self._toggle_virtual_camera,
            "show_demo": lambda: self._change(source="demo"),
        }

    def do(self, name: str) -> None:
        self._by_name[name]()

    def follow(self, order: Order) -> None:
        """What the controls of the recording ask for."""
        if (recording := self._recording()) is not None:
            recording.follow(order)

    def open(self, texts: Sequence[str]) -> None:
        """Show what was dropped or pasted; a calibration file tells the camera."""
        if len(texts) == 1 and Path(texts[0]).suffix.lower() in CAMERA_SUFFIXES:
            self.load_camera(texts[0])
            return
        try:
            opened = sources_in(texts)
        except SourceError as error:
            self._errands.say(str(error))
            return
        self._change(source=opened.source, depth_map=opened.depth_map)

    def _toggle_virtual_camera(self) -> None:
        try:
            self._app.toggle_virtual_camera()
        except OutputError as error:
            self._errands.say(str(error), LONG_NOTICE_S)
            log.warning("%s", error)  # to be copied from the terminal

    def _deepen(self, step: float) -> None:
        scale = self._app.settings.scene.depth_scale
        self._change(depth_scale=round(nearest("depth_scale", scale + step), 2))

    def _next_encoder(self) -> None:
        depth = self._app.settings.depth
        there = [e for e in _ENCODERS if find(name_for(e, metric=depth.metric), depth.checkpoints_dir) is not None]
        there += NETWORKS
        if len(there) < 2:
            self._errands.say("lite is the only network on this machine")
            return
        info = self._app.worker.status.info
        self._change(encoder=_after(info.encoder if info else "lite", tuple(there)))

    def _reset_camera(self) -> None:
        if self._stage.shown is not None:
            self._stage.navigation.go_to(self._app.home_camera(self._stage.shown))

    def _freeze(self) -> None:
        transport = self._app.source.transport
        if self._stage.is_frozen:
            self._stage.release()
        elif transport is not None and not self._stage.is_held:
            transport.toggle()
        else:
            self._stage.hold(self._stage.shown)

    def _recording(self) -> Transport | None:
        """The controls of the recording, which is brought into view."""
        transport = self._app.source.transport
        if transport is None:
            self._errands.say(f"{self._app.source.name} is no recording: only those have another time to go to")
        else:
            self._stage.release()
        return transport

    def _step(self, pictures: int) -> None:
        if (recording := self._recording()) is not None:
            recording.step(pictures)

    def _skip(self, seconds: float) -> None:
        if (recording := self._recording()) is not None:
            recording.skip(seconds)

    def _mark_loop(self) -> None:
        if (recording := self._recording()) is not None:
            recording.mark_loop()

    def _capture(self) -> None:
        """Take the frame under the user's eyes again; the scene goes on until that is done."""
        shown = self._stage.shown if not self._stage.is_capture else self._app.live
        if shown is None:
            self._errands.say("there is nothing to capture yet")
            return
        if not self._app.settings.capture.multi_view:
            self._survey.stop()
            self._retake.request([shown], self._app.settings)
            return
        self._survey.add(shown, self._app.settings)

    def remove_view(self, index: int) -> None:
        """Take a view out of the room; with the last one the live scene is back."""
        self._survey.remove(index, self._app.settings)
        if not self._survey.views:
            self._forget_views()

    def _forget_views(self) -> None:
        self._survey.clear()
        if self._stage.points is not None:
            self._stage.release()

    def load_camera(self, path: str) -> None:
        """Take the camera from a calibration file."""
        from engine.sources.calibration_file import load_lens

        try:
            self._change(**load_lens(Path(path).expanduser()).settings)
        except CalibrationError as error:
            self._errands.say(str(error))

    def _leave(self) -> None:
        """Out of whatever is open, one thing at a time; at last out of the program."""
        for opened in (self._region, self._welcome):
            if opened.is_open:
                opened.close()
                return
        if self._overlay.close_popup():
            return
        if self._retake.progress is not None or self._retake.message is not None or self._survey.message is not None:
            self._survey.stop()
            self._retake.cancel()
            return
        if self._measuring.clear():
            return
        if self._stage.is_held:
            self._stage.release()
            return
        self._window.close()

    def _wipe(self) -> None:
        """Holding the key does it; the first press may need a word."""
        if not self._stage.is_capture:
            self._errands.say("there is no capture to compare with the live scene: X makes one")

    def _download_for_captures(self) -> None:
        self._app.fetch.start(wanted(self._app.settings), self._app.settings.depth.checkpoints_dir)


def _after(value: str, values: tuple[str, ...]) -> str:
    """The value that follows, round and round."""
    return values[(values.index(value) + 1) % len(values)] if value in values else values[0]
