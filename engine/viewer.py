"""The viewer: the window's loop, and what each key and control does."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, get_args

from engine import config
from engine.app import App
from engine.bindings import ACTIONS
from engine.camera import Camera, vertical_fov_rad
from engine.catalog import find, name_for
from engine.clock import Clock, Ticker
from engine.errors import EngineError
from engine.events import DoubleClicked, Event, KeyPressed
from engine.frames import DepthFrame
from engine.navigation import Navigation
from engine.retake import Retake
from engine.settings import DisplaySettings, Settings
from engine.status import Status
from engine.ui.overlay import Overlay
from engine.window import Window

log = logging.getLogger(__name__)

AWAKE_S = 0.5
"""The overlay is drawn for so long after the last input: tooltips come with a delay."""
REFRESH_S = 0.25
"""How often the overlay's figures are renewed when nothing else asks for a frame."""
SAVE_AFTER_S = 2.0
"""Settings are written so long after the first change: a slider changes them sixty times a second."""
NOTICE_S = 3.0
_ENCODERS = ("lite", "vits", "vitb", "vitl")
_VIEWS = get_args(DisplaySettings.model_fields["view"].annotation)
_DEPTH_STEP = 0.1


class Viewer:
    """Owns the window's side of the program. Main thread only."""

    def __init__(self, app: App, window: Window, remembered: Settings, settings_file: Path, clock: Clock) -> None:
        """`remembered`: the settings file's content, which only changes made here go into."""
        self._app, self._window, self._clock = app, window, clock
        self._remembered, self._settings_file = remembered, settings_file
        self._overlay = Overlay()
        self._retake = Retake(clock)
        self._navigation = Navigation.at(Camera.home(2.0))
        self._held: DepthFrame | None = None
        """The frame that is shown instead of the live one: frozen, or captured."""
        self._is_capture = False
        self._notice: tuple[str, float] = ("", 0.0)
        self._files = ThreadPoolExecutor(1, thread_name_prefix="files")
        self._awake_until_s = self._refresh_at_s = 0.0
        self._save_at_s: float | None = None
        self._before_s = clock.now_s()
        self._status: Status | None = None
        self._actions: dict[str, Callable[[], None]] = {
            "capture": self._capture,
            "freeze": self._freeze,
            "next_encoder": self._next_encoder,
            "toggle_metric": lambda: self._change(metric=not self._app.settings.depth.metric),
            "finer": lambda: self._change(subsample=max(self._app.settings.display.subsample - 1, 1)),
            "coarser": lambda: self._change(subsample=min(self._app.settings.display.subsample + 1, 8)),
            "flatter": lambda: self._deepen(-_DEPTH_STEP),
            "deeper": lambda: self._deepen(_DEPTH_STEP),
            "toggle_points": self._toggle_points,
            "toggle_wireframe": lambda: self._change(wireframe=not self._app.settings.display.wireframe),
            "next_view": lambda: self._change(view=_after(self._app.settings.display.view, _VIEWS)),
            "reset_camera": self._reset_camera,
            "toggle_fullscreen": window.toggle_fullscreen,
            "toggle_overlay": self._toggle_overlay,
            "toggle_help": self._toggle_help,
            "screenshot": self._screenshot,
            "leave": self._leave,
            "download": lambda: self._app.fetch.start(self._app.settings.depth),
            "show_demo": lambda: self._change(source="demo"),
        }

    def run(self, fps: float, frames: int | None = None) -> None:
        """Turn the loop until the window is closed, or `frames` turns after the first depth."""
        ticker = Ticker(self._clock, fps)
        while not self._window.is_closing and self._app.statistics.ticks != frames:
            self.turn(ticker.wait())

    def turn(self, now_s: float) -> None:
        """Once round: poll, overlay, navigate, take depth, draw, present."""
        step_s, self._before_s = now_s - self._before_s, now_s
        shows_overlay = self._window.poll() or now_s < self._awake_until_s
        if shows_overlay:
            self._draw_overlay(step_s)
            self._handle_events(now_s)
        self._navigate(step_s)
        self._take_depth()
        is_drawn = self._draw()
        if not shows_overlay and (is_drawn or self._is_due(now_s)):
            self._draw_overlay(step_s)
            shows_overlay = True
        if shows_overlay:
            self._window.present(self._app.renderer.framebuffer)
            self._app.statistics.presented(self._clock.now_s())
        if self._app.statistics.has_depth:
            self._app.statistics.ticked(self._clock.now_s())

    def close(self) -> None:
        if self._save_at_s is not None:
            self._save()
        self._retake.close()
        self._files.shutdown()

    @property
    def _shown(self) -> DepthFrame | None:
        return self._held or self._app.live

    # ---- a turn of the loop

    def _is_due(self, now_s: float) -> bool:
        """Whether the overlay must be drawn although nothing happened."""
        if now_s < self._refresh_at_s:
            return False
        self._refresh_at_s = now_s + REFRESH_S
        if self._save_at_s is not None and now_s >= self._save_at_s:
            self._save()
        status = self._current_status()
        if self._status is None or status.messages != self._status.messages:
            self._awake_until_s = now_s + 2 * REFRESH_S  # it takes further frames until the text fits its frame
        return status.loading is not None or status != self._status

    def _draw_overlay(self, step_s: float) -> None:
        self._window.begin_overlay(step_s)
        self._status = self._current_status()
        self._window.set_title(f"{self._status.source} – da3d")
        wishes = self._overlay.draw(self._app.settings, self._status, self._window.content_scale)
        if wishes.changes:
            self._change(**wishes.changes)
        for action in wishes.actions:
            self._actions[action]()

    def _handle_events(self, now_s: float) -> None:
        if self._window.had_input:
            self._awake_until_s = now_s + AWAKE_S
        for event in self._window.events():
            self._handle(event)

    def _handle(self, event: Event) -> None:
        match event:
            case KeyPressed(key):
                if key in ACTIONS:
                    self._actions[ACTIONS[key]]()
            case DoubleClicked(u, v):
                if self._shown is not None:
                    point = self._app.renderer.pick(u, v, self._shown, self._navigation.camera)
                    if point is not None:
                        self._navigation.look_at(point)
            case _:
                self._navigation.handle(event, self._window.size_px[1], self._fov_rad())

    def _navigate(self, step_s: float) -> None:
        self._navigation.hold(self._window.held_keys, step_s)
        self._navigation.update(step_s)

    def _take_depth(self) -> None:
        is_first = self._app.live is None
        if self._app.take_depth() and is_first and self._app.live is not None:
            self._navigation = Navigation.at(self._app.first_camera(self._app.live))
        captured = self._retake.take()
        if captured is not None:
            self._held, self._is_capture = captured, True

    def _draw(self) -> bool:
        if not self._window.is_minimised:
            self._app.renderer.resize(self._window.size_px)
        self._app.source.exclude(self._window.screen_rectangle)
        return self._app.draw_if_changed(self._shown, self._navigation.camera)

    def _fov_rad(self) -> float:
        shown = self._shown
        return vertical_fov_rad(self._app.renderer.projection(shown)) if shown else 1.0

    def _current_status(self) -> Status:
        app, depth, source = self._app, self._app.worker.status, self._app.source
        info = depth.info
        notice = [self._notice[0]] if self._clock.now_s() < self._notice[1] else []
        loading = f"loading {depth.loading}" if depth.loading else None
        offer = app.fetch.offer(app.settings.depth)
        failed = app.fetch.status.message if offer else None
        return Status(
            source=source.name,
            source_px=source.size_px,
            encoder=info.encoder if info else "depth of the source" if app.live else "",
            where=f"{info.device} {info.precision}" if info else "",
            why=info.why if info else "",
            input_px=depth.input_px,
            loading=self._retake.progress or loading,
            offer=offer,
            download=app.fetch.status.progress,
            messages=tuple(m for m in (source.message, depth.message, failed, self._retake.message, *notice) if m),
            source_is_lost=source.is_lost,
            is_frozen=self._held is not None and not self._is_capture,
            is_capture=self._is_capture,
            live=app.statistics.rates(source_fps=round(source.fps, 1), dropped=app.dropped),
        )

    # ---- what the user can do

    def _change(self, **values: Any) -> None:
        """Change settings, now and for the next start."""
        try:
            self._app.apply(self._app.settings.replace(**values))
            self._remembered = self._remembered.replace(**values)
        except EngineError as error:
            self._say(str(error))
            return
        self._save_at_s = self._save_at_s or self._clock.now_s() + SAVE_AFTER_S

    def _deepen(self, step: float) -> None:
        scale = self._app.settings.scene.depth_scale
        self._change(depth_scale=round(min(max(scale + step, 0.0), 3.0), 2))

    def _toggle_points(self) -> None:
        is_mesh = self._app.settings.display.display_mode == "mesh"
        self._change(display_mode="pointcloud" if is_mesh else "mesh")

    def _next_encoder(self) -> None:
        depth = self._app.settings.depth
        there = [e for e in _ENCODERS if find(name_for(e, metric=depth.metric), depth.checkpoints_dir) is not None]
        if len(there) < 2:
            self._say("lite is the only network on this machine")
            return
        info = self._app.worker.status.info
        self._change(encoder=_after(info.encoder if info else "lite", tuple(there)))

    def _reset_camera(self) -> None:
        if self._shown is not None:
            self._navigation.go_to(self._app.home_camera(self._shown))

    def _freeze(self) -> None:
        self._held = None if self._held is not None and not self._is_capture else self._shown
        self._is_capture = False

    def _capture(self) -> None:
        """Take the frame under the user's eyes again; it stays on screen until that is done."""
        shown = self._shown
        if shown is None:
            self._say("there is nothing to capture yet")
            return
        original = shown if not self._is_capture else self._app.live or shown
        self._held, self._is_capture = original, False
        self._retake.request(original.frame, self._app.settings.depth)

    def _leave(self) -> None:
        """Out of whatever is open, one thing at a time; at last out of the program."""
        if self._overlay.close_popup():
            return
        if self._held is not None:
            self._retake.cancel()
            self._held, self._is_capture = None, False
            return
        self._window.close()

    def _toggle_overlay(self) -> None:
        self._overlay.is_visible = not self._overlay.is_visible

    def _toggle_help(self) -> None:
        self._overlay.shows_help = not self._overlay.shows_help

    def _screenshot(self) -> None:
        from engine.capture.still import save_picture

        path = Path("captures") / f"{time.strftime('%Y-%m-%d-%H%M%S')}.png"
        picture = self._app.renderer.read()
        self._in_background(lambda: save_picture(path, picture), f"saved {path}")

    def _in_background(self, work: Callable[[], None], done: str) -> None:
        """Do something slow on the file thread, and say `done` or what went wrong."""

        def finished(future: Future[None]) -> None:
            error = future.exception()
            if error is not None:
                log.warning("%s", error, exc_info=error if not isinstance(error, EngineError) else None)
            if error is not None or done:
                self._say(str(error) if error is not None else done)

        self._files.submit(work).add_done_callback(finished)

    def _save(self) -> None:
        remembered, self._save_at_s = self._remembered, None
        self._in_background(lambda: config.save(self._settings_file, remembered), "")

    def _say(self, text: str) -> None:
        self._notice = (text, self._clock.now_s() + NOTICE_S)


def _after(value: str, values: tuple[str, ...]) -> str:
    """The value that follows, round and round."""
    return values[(values.index(value) + 1) % len(values)] if value in values else values[0]
