"""The program's own actions: what its keys and buttons do. Tools bring their own."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import get_args

from engine.app.context import Context
from engine.app.dispatcher import Actions, Handlers
from engine.app.downloads import Downloads
from engine.app.notices import LONG_NOTICE_S
from engine.app.saving import Saver
from engine.app.tools.tool import Tool
from engine.depth.capture.choice import wanted
from engine.errors import OutputError
from engine.geometry.intrinsics import CAMERA_SUFFIXES
from engine.logs import log
from engine.models.catalog import find, name_for
from engine.plugins.registered import NETWORKS
from engine.settings import DisplaySettings, Encoder
from engine.settings.fields import nearest
from engine.settings.language import _
from engine.sources.discovery import SourceScan
from engine.sources.dropped import sources_in
from engine.sources.recording.transport import Transport
from engine.status.commands import ChangeSettings, Dismiss, Invoke, LoadCalibration, Open
from engine.status.playback import SKIP_S, PlaybackCommand, Seek, SetLoop, SetSpeed
from engine.ui.export_menu import EXPORTS, PAGE, WHOLE, export_action
from engine.ui.overlay import Overlay

_ENCODERS = get_args(Encoder)[1:]  # without auto
_MODES = get_args(DisplaySettings.model_fields["display_mode"].annotation)
_VIEWS = get_args(DisplaySettings.model_fields["view"].annotation)
_DEPTH_STEP = 0.1


class ProgramActions:
    """Carries out the program's own actions and commands. Main thread only."""

    def __init__(
        self,
        context: Context,
        saver: Saver,
        downloads: Downloads,
        overlay: Overlay,
        scan: SourceScan,
        tools: Sequence[Tool],
    ) -> None:
        self._context, self._overlay = context, overlay
        self._pipeline, self._view, self._notices = context.pipeline, context.view, context.notices
        self._saver, self._downloads, self._scan, self._tools = saver, downloads, scan, tools

    def actions(self) -> Actions:
        """Return the actions by the names that bindings and buttons use."""
        return {
            **self._capture_actions(),
            **self._playback_actions(),
            **self._setting_actions(),
            "look_for_sources": self._scan.look,
            "paste": lambda: self._open(self._context.window.input.clipboard.splitlines()),
            "show_demo": lambda: self._change(source="demo"),
            "focus_panel": self._overlay.focus,
            "find_setting": self._overlay.find,
            "toggle_overlay": self._overlay.toggle,
            "toggle_help": self._overlay.toggle_help,
            "toggle_messages": self._overlay.toggle_messages,
            "toggle_fullscreen": self._context.window.toggle_fullscreen,
            "reset_camera": self._reset_camera,
            "show_live": self._view.release,
            "download": lambda: self._downloads.start_wanted(self._pipeline.settings.depth),
            "toggle_virtual_camera": self._toggle_virtual_camera,
            "go_back": self._go_back,
            "quit": self._context.window.close,
        }

    def handlers(self) -> Handlers:
        """Return who carries out the program's own commands."""
        return {
            Open: lambda command: self._open(command.texts),
            Dismiss: lambda command: self._notices.dismiss(command.number),
            LoadCalibration: lambda command: self._load_calibration(command.path),
            **dict.fromkeys((Seek, SetSpeed, SetLoop), self._follow),
        }

    def _capture_actions(self) -> Actions:
        return {
            "capture": self._capture,
            "wipe": self._wipe,
            "export": self._overlay.toggle_export,
            **{export_action(name): partial(self._saver.export, name) for name in EXPORTS},
            export_action(WHOLE): self._saver.save_shown,
            export_action(PAGE): self._saver.save_page,
            "screenshot": self._screenshot,
            "download_for_captures": self._download_for_captures,
        }

    def _playback_actions(self) -> Actions:
        def recorded(do: Callable[[Transport], None]) -> Callable[[], None]:
            return lambda: self._with_recording(do)

        return {
            "freeze": self._freeze,
            "step_back": recorded(lambda recording: recording.step(-1)),
            "step_forward": recorded(lambda recording: recording.step(1)),
            "skip_back": recorded(lambda recording: recording.skip(-SKIP_S)),
            "skip_forward": recorded(lambda recording: recording.skip(SKIP_S)),
            "mark_loop": recorded(lambda recording: recording.mark_loop()),
        }

    def _setting_actions(self) -> Actions:
        return {
            "next_encoder": self._next_encoder,
            "toggle_metric": lambda: self._change(metric=not self._pipeline.settings.depth.metric),
            "finer": lambda: self._resample(-1),
            "coarser": lambda: self._resample(1),
            "flatter": lambda: self._deepen(-_DEPTH_STEP),
            "deeper": lambda: self._deepen(_DEPTH_STEP),
            "next_mode": lambda: self._next_display("display_mode", _MODES),
            "next_view": lambda: self._next_display("view", _VIEWS),
            "toggle_wireframe": lambda: self._change(wireframe=not self._pipeline.settings.display.wireframe),
        }

    # ---- settings

    def _change(self, **values: object) -> None:
        self._context.do(ChangeSettings(values))

    def _resample(self, step: int) -> None:
        self._change(subsample=nearest("subsample", self._pipeline.settings.display.subsample + step))

    def _deepen(self, step: float) -> None:
        scale = self._pipeline.settings.scene.depth_scale
        self._change(depth_scale=round(nearest("depth_scale", scale + step), 2))

    def _next_display(self, name: str, values: tuple[str, ...]) -> None:
        self._change(**{name: _after(getattr(self._pipeline.settings.display, name), values)})

    def _next_encoder(self) -> None:
        depth = self._pipeline.settings.depth
        there = [e for e in _ENCODERS if find(name_for(e, metric=depth.metric), depth.checkpoints_dir) is not None]
        there += NETWORKS
        if len(there) < 2:
            self._notices.warn(_("lite is the only network on this machine."))
            return
        info = self._pipeline.worker.status.info
        now = depth.encoder if depth.encoder != "auto" else info.encoder if info else "lite"
        self._change(encoder=_after(now, tuple(there)))

    # ---- sources and recordings

    def _open(self, texts: Sequence[str]) -> None:
        """Show what was dropped or pasted; a calibration file sets the camera."""
        if len(texts) == 1 and Path(texts[0]).suffix.lower() in CAMERA_SUFFIXES:
            self._load_calibration(texts[0])
            return
        opened = sources_in(texts)
        self._change(source=opened.source, depth_map=opened.depth_map)

    def _load_calibration(self, path: str) -> None:
        from engine.sources.calibration_file import load_lens

        self._change(**load_lens(Path(path).expanduser()).settings)

    def _with_recording(self, do: Callable[[Transport], None]) -> None:
        """Return to the live scene and pass the controls of its recording to `do`."""
        transport = self._pipeline.source.transport
        if transport is None:
            self._notices.warn(_("Only videos can be rewound."))
            return
        self._view.release()
        do(transport)

    def _follow(self, command: PlaybackCommand) -> None:
        self._with_recording(lambda recording: recording.follow(command))

    def _freeze(self) -> None:
        transport = self._pipeline.source.transport
        if self._view.is_frozen:
            self._view.release()
        elif transport is not None and self._view.is_capture:
            self._view.release()
            if transport.playback.is_paused:
                transport.toggle()
        elif transport is not None and not self._view.is_held:
            transport.toggle()
        else:
            self._view.hold(self._view.shown)

    # ---- captures

    def _capture(self) -> None:
        if self._pipeline.settings.capture.multi_view:
            self._context.do(Invoke("add_view"))
        else:
            self._context.captures.capture()

    def _screenshot(self) -> None:
        """Save what is on screen, risen."""
        self._view.rise.finish()
        self._pipeline.draw_if_changed(self._view.draw_request())
        self._saver.save_picture()

    def _wipe(self) -> None:
        """Explain the key: the viewer compares while it is held."""
        if not self._view.is_capture:
            self._notices.warn(_("There is no capture to compare with. Press X to make one."))

    def _download_for_captures(self) -> None:
        settings = self._pipeline.settings
        self._downloads.start(wanted(settings), settings.depth.checkpoints_dir)

    # ---- the window

    def _reset_camera(self) -> None:
        if self._view.shown is not None:
            self._view.navigation.go_to(self._pipeline.home_camera(self._view.shown))

    def _toggle_virtual_camera(self) -> None:
        try:
            self._pipeline.toggle_virtual_camera()
        except OutputError as error:
            self._notices.report(str(error), "warning", LONG_NOTICE_S)
            log.warning("%s", error)  # to be copied from the terminal

    def _go_back(self) -> None:
        """Close what is open, one thing at a time; then leave full screen."""
        over_all = [tool.escape for tool in self._tools if tool.place == "window"]
        others = [tool.escape for tool in self._tools if tool.place != "window"]
        inner = (*over_all, self._overlay.close_popup, self._context.captures.escape, *others, self._view.escape)
        any(step() for step in (*inner, self._context.window.leave_fullscreen))


def _after(value: str, values: tuple[str, ...]) -> str:
    """Return the value after `value`, and the first one after the last."""
    return values[(values.index(value) + 1) % len(values)] if value in values else values[0]
