"""The viewer: the window's loop."""

from pathlib import Path

from engine.actions import Actions
from engine.app import App
from engine.bindings import ACTIONS, REPEATING
from engine.clock import Clock, Ticker
from engine.errands import Errands
from engine.events import DoubleClicked, Dropped, Event, KeyPressed
from engine.preferences import Preferences
from engine.retake import Retake
from engine.settings import Settings
from engine.stage import Stage
from engine.status import Status
from engine.ui.overlay import Overlay
from engine.window import Window

AWAKE_S = 0.5
"""The overlay is drawn for so long after the last input: tooltips come with a delay."""
REFRESH_S = 0.25
"""How often the overlay's figures are renewed when nothing else asks for a frame."""


class Viewer:
    """Owns the window's side of the program. Main thread only."""

    def __init__(self, app: App, window: Window, remembered: Settings, settings_file: Path, clock: Clock) -> None:
        """`remembered`: the settings file's content, which only changes made here go into."""
        self._app, self._window, self._clock = app, window, clock
        self.stage = Stage(app)
        self.overlay = Overlay()
        self._retake = Retake(clock)
        self._errands = Errands(clock)
        self.preferences = Preferences(app, remembered, settings_file, self._errands, clock)
        self._actions = Actions(app, window, self.overlay, self.stage, self._retake, self.preferences, self._errands)
        self._awake_until_s = self._refresh_at_s = 0.0
        self._before_s = clock.now_s()
        self._status: Status | None = None

    def run(self, fps: float, frames: int | None = None) -> None:
        """Turn the loop until the window is closed, or `frames` turns after the first depth."""
        self._app.display.fps = fps
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
        if is_drawn:
            self._app.display.took(self._clock.now_s() - now_s)
        if self._app.statistics.has_depth:
            self._app.statistics.ticked(self._clock.now_s())

    def close(self) -> None:
        self.preferences.close()
        self._retake.close()
        self._errands.close()

    def _is_due(self, now_s: float) -> bool:
        """Whether the overlay must be drawn although nothing happened."""
        if now_s < self._refresh_at_s:
            return False
        self._refresh_at_s = now_s + REFRESH_S
        self.preferences.save_if_due(now_s)
        status = self.status()
        if self._status is None or status.messages != self._status.messages:
            self._awake_until_s = now_s + 2 * REFRESH_S  # it takes further frames until the text fits its frame
        return status.loading is not None or status.capturing is not None or status != self._status

    def _draw_overlay(self, step_s: float) -> None:
        self._window.begin_overlay(step_s)
        self._status = self.status()
        self._window.set_title(f"{self._status.source} – da3d")
        wishes = self.overlay.draw(self._app.settings, self._status, self._window.content_scale)
        if wishes.changes:
            self.preferences.change(**wishes.changes)
        for action in wishes.actions:
            self._actions.do(action)
        for order in wishes.orders:
            self._actions.follow(order)

    def _handle_events(self, now_s: float) -> None:
        if self._window.had_input:
            self._awake_until_s = now_s + AWAKE_S
        for event in self._window.events():
            self._handle(event)

    def _handle(self, event: Event) -> None:
        match event:
            case KeyPressed(key, is_repeat):
                if key in REPEATING or (key in ACTIONS and not is_repeat):
                    self._actions.do(ACTIONS[key])
            case Dropped(paths):
                self._actions.open(paths)
            case DoubleClicked(u, v):
                point = self.stage.pick(u, v)
                if point is not None:
                    self.stage.navigation.look_at(point)
            case _:
                self.stage.navigation.handle(event, self._window.size_px[1], self.stage.fov_rad())

    def _navigate(self, step_s: float) -> None:
        self.stage.navigation.hold(self._window.held_keys, step_s)
        self.stage.move(step_s, self._window.pointer)

    def _take_depth(self) -> None:
        self.stage.take_depth()
        captured = self._retake.take()
        if captured is not None:
            self.stage.hold_capture(captured[0])

    def _draw(self) -> bool:
        if not self._window.is_minimised:
            self._app.renderer.resize(self._window.size_px)
        self._app.source.exclude(self._window.screen_rectangle)
        return self._app.draw_if_changed(self.stage.shown, self.stage.camera)

    def status(self) -> Status:
        app, depth, source = self._app, self._app.worker.status, self._app.source
        info = depth.info
        loading = f"loading {depth.loading}" if depth.loading else None
        offer = app.fetch.offer(app.settings.depth)
        failed = app.fetch.status.message if offer else None
        capturing = self._retake.progress
        note = self.stage.capture.note if self.stage.capture else None
        messages = (source.message, depth.message, failed, self._retake.message, note, self._errands.notice)
        return Status(
            source=source.name,
            source_px=source.size_px,
            encoder=info.encoder if info else "depth of the source" if app.live else "",
            where=f"{info.device} {info.precision}" if info else "",
            why=info.why if info else "",
            input_px=depth.input_px,
            loading=loading,
            capturing=(capturing.text, capturing.share) if capturing else None,
            offer=offer,
            download=app.fetch.status.progress,
            messages=tuple(m for m in messages if m),
            source_is_lost=source.is_lost,
            is_frozen=self.stage.is_frozen,
            is_capture=self.stage.is_capture,
            drawn=app.display.quality,
            playback=source.transport.playback if source.transport is not None else None,
            live=app.statistics.rates(source_fps=round(source.fps, 1), dropped=app.dropped),
        )
