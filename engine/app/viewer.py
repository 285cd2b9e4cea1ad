"""The viewer: the window's loop."""

from pathlib import Path

from engine.app.actions import Actions
from engine.app.jobs import Jobs
from engine.app.saving import Saver
from engine.app.settings_controller import SettingsController
from engine.app.snapshot_builder import REFRESH_S, SnapshotBuilder
from engine.app.tools.first_run import FirstRun
from engine.app.tools.lamp import Lamp
from engine.app.tools.multi_view import MultiView
from engine.app.tools.region_picker import RegionPicker
from engine.app.tools.ruler import RulerTool
from engine.app.view_state import ViewState
from engine.app.window_state import WindowState
from engine.clock import Clock, Ticker
from engine.depth.capture.background import BackgroundCapture
from engine.errors import CalibrationError
from engine.frames import Capture
from engine.gl.context import is_software
from engine.navigation.bindings import ACTIONS, LAMP_KEY, REPEATING
from engine.navigation.events import (
    CameraFileChosen,
    Clicked,
    DoubleClicked,
    Dropped,
    Event,
    KeyPressed,
    PresetWished,
    ViewRemoved,
)  # fmt: skip
from engine.paths import memory_file
from engine.pipeline.pipeline import Pipeline
from engine.settings import Settings
from engine.sources.lookout import SourceScan
from engine.sources.registry import is_lasting
from engine.status.metrics import Status
from engine.ui.overlay import Overlay
from engine.window.window import Window

AWAKE_S = 0.5
"""The overlay is drawn for so long after the last input: tooltips come with a delay."""


class Viewer:
    """Owns the window's side of the program. Main thread only."""

    def __init__(self, app: Pipeline, window: Window, remembered: Settings, settings_file: Path, clock: Clock) -> None:
        """`remembered`: the settings file's content, which only changes made here go into."""
        self._app, self._window, self._clock = app, window, clock
        self.stage = ViewState(app)
        self._retake = BackgroundCapture(clock)
        self._survey = MultiView(self._retake)
        self._measuring = RulerTool(self.stage)
        self._errands = Jobs(clock)
        self.memory = WindowState(memory_file(settings_file), self._errands)
        self.overlay = Overlay(
            self.memory.value.sections, is_visible=self.memory.value.shows_panels, is_opaque=is_software(window.ctx)
        )
        self._lookout = SourceScan()
        self._region = RegionPicker(window.ctx, clock)
        is_first_run = not (self.memory.value.is_welcomed or settings_file.exists())
        self._welcome = FirstRun(self._lookout, is_open=is_first_run)
        self.memory.note(is_welcomed=True)
        self.preferences = SettingsController(app, remembered, settings_file, self._errands, clock)
        self._lamp = Lamp(app, self.preferences)
        self._keeper = Saver(app, self.stage, self._errands)
        self._actions = Actions(
            app, window, self.overlay, self.stage, self._retake, self._survey, self._measuring, self.preferences,
            self._keeper, self._errands, self._lookout, self._region, self._welcome,
        )  # fmt: skip
        self._reporter = SnapshotBuilder(
            app, window, self.stage, self._retake, self._survey, self._measuring, self.preferences, self.memory,
            self._errands, self._lookout, self._region, self._welcome, clock,
        )  # fmt: skip
        self._unsaved: Capture | None = None
        self._awake_until_s = self._refresh_at_s = self._keep_at_s = 0.0
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
        self._save_capture()
        if not shows_overlay and (is_drawn or self._is_due(now_s)):
            self._draw_overlay(step_s)
            shows_overlay = True
        if shows_overlay:
            self._window.present(self._app.renderer.drawn, self.overlay.backdrop)
        worked_s = self._clock.now_s() - now_s
        if shows_overlay:
            self._window.swap()
            self._app.statistics.presented(self._clock.now_s())
        if is_drawn:
            self._app.record_work(worked_s)
        if self._app.statistics.has_depth:
            self._app.statistics.ticked(self._clock.now_s())
        self._keep(now_s)

    def close(self) -> None:
        self._region.close()
        self.memory.note(sections=self.overlay.sections, shows_panels=self.overlay.is_visible)
        if self._window.placement is not None:
            self.memory.note(**self._window.placement._asdict())
        self.preferences.close()
        self._retake.close()
        self._errands.close()

    def _is_due(self, now_s: float) -> bool:
        """Whether the overlay must be drawn although nothing happened."""
        if now_s < self._refresh_at_s:
            return False
        self._refresh_at_s = now_s + REFRESH_S
        status = self.status()
        return status.loading is not None or status.capturing is not None or status != self._status

    def _draw_overlay(self, step_s: float) -> None:
        self._window.begin_overlay()
        before, self._status = self._status, self.status()
        if before is None or _footer(before) != _footer(self._status):  # further frames, until the text fits its frame
            self._awake_until_s = max(self._awake_until_s, self._clock.now_s() + 2 * REFRESH_S)
        self._window.set_title(f"{self._status.source} – da3d")
        wishes = self.overlay.draw(self._app.settings, self._status, self._window.content_scale)
        if wishes.changes:
            self.preferences.change(**wishes.changes)
        for action in wishes.actions:
            self._actions.do(action)
        for order in wishes.orders:
            self._actions.follow(order)
        for event in wishes.events:
            self._handle(event)

    def _handle_events(self, now_s: float) -> None:
        if self._window.input.is_waiting:
            self._awake_until_s = now_s + AWAKE_S
        for event in self._window.input.events():
            self._handle(event)

    def _handle(self, event: Event) -> None:
        match event:
            case KeyPressed(key, is_repeat):
                if key in REPEATING or (key in ACTIONS and not is_repeat):
                    self._actions.do(ACTIONS[key])
            case Dropped(paths):
                self._actions.open(paths)
            case ViewRemoved(index):
                self._actions.remove_view(index)
            case CameraFileChosen(path):
                self._actions.load_camera(path)
            case PresetWished():
                self.preferences.follow(event)
            case Clicked(u, v) if self.stage.shown is not None:
                self._measuring.click(u, v, self._app.settings.scene)
            case DoubleClicked() if self._measuring.is_on:
                pass  # both clicks have put an end of the ruler
            case DoubleClicked(u, v):
                point = self.stage.pick(u, v)
                if point is not None:
                    self.stage.navigation.look_at(point, self.stage.world_units())
            case _:
                reach, units = self.stage.reach_per_px(), self.stage.world_units()
                self.stage.navigation.handle(event, self._window.size_px[1], reach, units)

    def _navigate(self, step_s: float) -> None:
        self.stage.navigation.hold(self._window.input.held_keys, step_s)
        self.stage.move(step_s, self._window.input.pointer)
        self._lamp.follow(LAMP_KEY in self._window.input.held_keys, self._window.input.pointer)

    def _take_depth(self) -> None:
        self.stage.take_depth()
        settings, is_survey = self._app.settings, self._survey.is_asking
        captured = self._retake.take()
        if captured is not None:
            self._learn(captured[-1])
            if is_survey:
                self._survey.arrived(captured, settings)
            else:
                self.stage.hold_capture(captured[0])
            self._unsaved = captured[-1]
        self._survey.refine(settings)
        room = self._survey.take()
        if room is not None:
            self.stage.hold_room(room.first, room.points)

    def _save_capture(self) -> None:
        """As soon as it was drawn."""
        if self._unsaved is not None:
            self._keeper.save_capture(self._unsaved)
            self._unsaved = None

    def _learn(self, capture: Capture) -> None:
        try:
            self._app.learn(capture)
        except CalibrationError as error:
            self._errands.say(str(error))

    def _draw(self) -> bool:
        if not self._window.is_minimized:
            self._app.renderer.resize(self._window.size_px)
        is_seen = self._region.is_open or self._app.source.is_screen  # the window, in itself
        rectangle = self._window.screen_rectangle if is_seen else None
        self._app.source.exclude(rectangle)
        self._region.exclude(rectangle)
        return self._app.draw_if_changed(self.stage.draw_request(self._wipe_at))

    @property
    def _wipe_at(self) -> float | None:
        """Where the live scene begins beside the capture, as a share of the window; None unless they are compared."""
        is_wiping = self.stage.is_capture and any(ACTIONS.get(key) == "wipe" for key in self._window.input.held_keys)
        pointer = self._window.input.pointer
        return (pointer[0] if pointer is not None else 0.5) if is_wiping else None

    def _keep(self, now_s: float) -> None:
        """Keep for the next start what was changed and shown, now and then after a turn."""
        if now_s < self._keep_at_s:
            return
        self._keep_at_s = now_s + REFRESH_S
        self._welcome.look()
        source = self._app.source
        if self._welcome.is_open and source.is_lost:  # a first run without a camera shows something all the same
            source.fill_in(self._app.settings.source.model_copy(update={"source": "demo"}))
        self.preferences.save_if_due(now_s)
        name = self._app.source.shown_name
        if name is not None and is_lasting(name):
            self.memory.note_source(name)

    def status(self) -> Status:
        return self._reporter.status(self._wipe_at)


def _footer(status: Status) -> tuple[object, ...]:
    """What the size of the messages' frame depends on."""
    return status.messages, status.done, status.capturing is None, status.is_capture, status.is_room
